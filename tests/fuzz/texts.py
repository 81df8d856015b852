"""The settings file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import strategies as st

from gateway.settings import SettingsError, load
from tests.fuzz.damage import damaged
from tests.fuzz.target import Reader

ROOT = Path(__file__).parents[2]
#: A whole file, and a small one in which each damage shows.
SAMPLES = [
    (ROOT / "examples/gateway.yaml").read_bytes(),
    b"""kafka: {bootstrap: 'h:1', tls: true, sasl: {username: u, password: p}, registry: {url: 'https://r'}}
procountor: {client_id: c, client_secret: "${SECRET}", base_url: 'https://x.example'}
organisations:
  - name: nordic
    severa: {client_id: s, client_secret: '${file:x}'}
    companies: [{id: acme, business_unit: u, procountor: {api_key: k}}]
""",
]
#: What YAML reads in its own way: dates, numbers, anchors, tags, merges.
WORDS = [b"2026-02-30", b"1:99:99", b"0x", b"9" * 5000, b".nan", b".inf", b"1e999", b"!!timestamp x", b"!!binary x"]
WORDS += [
    b"!!int x",
    b"!!float x",
    b"!!python/object:os.system",
    b"&a [*a]",
    b"&a {b: *a}",
    b"*a",
    b"<<: [1]",
    b"[" * 2000,
]
WORDS += [
    b"{1: {2: 3}}",
    b"? [1]",
    b"null",
    b"~",
    b"[[]]",
    b"{}",
    b"${",
    b"${file:..}",
    b'"${file:\\0}"',
    b"\xc2\x85",
    b"=",
    b"'[",
]


def readers() -> list[Reader]:
    """One: the file as a whole."""
    folder = tempfile.TemporaryDirectory(prefix="fuzz-")
    path = Path(folder.name) / "gateway.yaml"

    def read(text: bytes) -> None:
        path.write_bytes(text)
        assert folder and load(path, {"SECRET": "s", "PROCOUNTOR_CLIENT_SECRET": "s"})

    return [Reader("settings", damaged(SAMPLES) | _words(), read, (SettingsError,))]


@st.composite
def _words(draw: st.DrawFn) -> bytes:
    """A file with a word in place of a value, or of a name."""
    lines = draw(st.sampled_from(SAMPLES)).splitlines()
    at, word = draw(st.integers(0, len(lines) - 1)), draw(st.sampled_from(WORDS))
    name, colon, _ = lines[at].partition(b":")
    lines[at] = name + b": " + word if colon and draw(st.booleans()) else word
    return b"\n".join(lines)
