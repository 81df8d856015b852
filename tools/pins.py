"""The pins of requirements/*.txt, as `make pins` writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "requirements"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)(?: ; (.+?))? \\$((?:\n +--hash=sha256:[0-9a-f]{64}(?: \\)?$)+)", re.M)
_NAME = re.compile(r"^[A-Za-z0-9]", re.M)
_HASH = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, order=True)
class Pin:
    """One package in one version, with the hashes of its files."""

    name: str
    version: str
    #: Where it is installed, as Python's packaging writes it; "" for everywhere.
    marker: str = ""
    hashes: tuple[str, ...] = ()


def pins(text: str) -> list[Pin]:
    """The pins of a file. Raises ValueError if a line is none: nothing may be left out silently."""
    found = [
        Pin(name, version, marker, tuple(_HASH.findall(rest))) for name, version, marker, rest in _PIN.findall(text)
    ]
    if len(found) != len(_NAME.findall(text)):
        raise ValueError("a line is no pin with hashes")
    return found
