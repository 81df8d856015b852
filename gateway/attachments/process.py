"""One child process from start to end: what it reported, or how it died."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gateway

#: How much of a child's report is read: its lines are short.
_READ = 262_144


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a child."""

    #: The child's last line, if it got so far.
    said: Mapping[str, Any]
    #: The place of the file that it was processing.
    at: int | None
    #: The return code; None if it was killed here because it took too long.
    code: int | None
    complaint: str
    #: It could reach no network.
    alone: bool = False


async def run_child(folder: Path, job: Mapping[str, Any], seconds: float) -> Ended:
    """Run the job in its folder. The child is gone when this returns or raises, even if cancelled.

    Raises OSError if it can't be started.
    """
    (folder / "job.json").write_text(json.dumps({**job, "parent": os.getpid()}))
    with (folder / "complaints").open("wb") as complaints:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-s",
            "-m",
            "gateway.attachments.child",
            str(folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=complaints,
            cwd=folder,
            env={"PYTHONPATH": str(Path(gateway.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"},
        )
    code: int | None = None
    try:
        async with asyncio.timeout(seconds):
            code = await process.wait()
    except TimeoutError:
        pass
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return end_of(folder, code)


def end_of(folder: Path, code: int | None) -> Ended:
    """What a child that ended with this code left in its folder."""
    lines = _lines(folder / "said.jsonl")
    places = [line["at"] for line in lines if "at" in line]
    last = lines[-1] if lines and "at" not in lines[-1] else {}
    return Ended(
        last,
        places[-1] if places else 0,
        code,
        _head(folder / "complaints")[-300:],
        any(line.get("alone") for line in lines),
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    found = []
    for line in _head(path).splitlines():
        with contextlib.suppress(ValueError, RecursionError):
            if isinstance(said := json.loads(line), dict):
                found.append(said)
    return found


def _head(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_READ).decode(errors="replace")
    except FileNotFoundError:
        return ""
