"""PDF, GIF and JPEG through the attachment child, with its own limits."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from gateway.attachments import Limits, Part
from gateway.attachments.file_processor import error_of
from gateway.attachments.process import end_of
from gateway.errors import Permanent
from tests.contract.attachments import made
from tests.fuzz.damage import damaged
from tests.fuzz.target import Reader

SAMPLES = Path(__file__).parents[1] / "contract/attachments/samples"
TASKS = st.sampled_from(["check", "fit", "merge"])
#: Bytes above which a file is made smaller: Procountor's limit, and less than any sample has.
SIZES = st.sampled_from([10_000_000, 900])


def readers() -> list[Reader]:
    """One per kind of file."""
    pictures = [made.jpeg(200, noise=20), made.jpeg(64, mode="L"), made.jpeg(40, mode="CMYK", exif=6)]
    pdfs = [path.read_bytes() for path in sorted(SAMPLES.glob("*.pdf"))] + [_pdf(pictures[0])]
    kinds = {"pdf": pdfs, "gif": [made.gif(), made.gif(3)], "jpeg": pictures}
    return [
        Reader(f"files: {kind}", st.tuples(damaged(samples), TASKS, SIZES), _read) for kind, samples in kinds.items()
    ]


def _pdf(picture: bytes) -> bytes:
    out = io.BytesIO()
    made.pdf(["a", "b"], [picture]).save(out)
    return out.getvalue()


def _read(given: tuple[bytes, str, int]) -> None:
    """The file is refused by its own fault, or it has pages. Trying it again would never help."""
    data, task, size = given
    limits = Limits(size=size, memory=800_000_000, cpu_seconds=10, pages=50, pixels=10_000_000)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        (folder / "in").write_bytes(data)
        job = {"task": task, "paths": [str(folder / "in")], "limits": asdict(limits), "parent": _server().pid}
        (folder / "job.json").write_text(json.dumps(job))
        end = end_of(folder, _ask(name))
        if end.code == 0 and "made" in end.said:
            assert end.said["made"]["pages"] > 0
            return
        error = error_of(end, [Part(folder / "in", "a file")], "a file")
        assert isinstance(error, Permanent), f"{error}"


@cache
def _server() -> subprocess.Popen[str]:
    """It ends with its input, so with this process."""
    command = [sys.executable, "-m", "tests.fuzz.forks"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _ask(folder: str) -> int:
    server = _server()
    assert server.stdin is not None and server.stdout is not None
    print(folder, file=server.stdin, flush=True)
    return int(server.stdout.readline())
