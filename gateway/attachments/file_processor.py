"""Check, fit and merge files, each job in a child process that may die without harm (X1, X5, X7, X8).

Paths go in and paths come out: the worker reads nothing of a file except a child's short report.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import structlog

from gateway.attachments.kinds import FileKind
from gateway.attachments.limits import Limits
from gateway.attachments.names import shown
from gateway.attachments.process import Ended, run_child
from gateway.errors import GatewayError, Varying, refuse, transient

log = structlog.get_logger()

#: Facts that differ between renditions of the same file.
_SIZES = ("size", "largest_size")
#: Signals that the file causes: a limit, or a fault of a library.
_OF_THE_FILE = (
    signal.SIGXCPU,
    signal.SIGXFSZ,
    signal.SIGSEGV,
    signal.SIGBUS,
    signal.SIGABRT,
    signal.SIGILL,
    signal.SIGFPE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A file on disk with its name for people, which errors show."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class ProcessedFile:
    """A file that can be sent."""

    #: The part's own path if nothing had to be done.
    path: Path
    kind: FileKind
    pages: int
    size: int
    #: The longest side of its pictures in pixels, if they were reduced; otherwise None.
    side: int | None
    #: The end of the PDF was damaged, and all its pages are there.
    repaired: bool
    #: The child's memory, in bytes.
    memory: int
    #: The child's CPU time.
    seconds: float


class FileProcessor:
    """Runs at most `at_once` children; each may use `limits.memory`."""

    def __init__(self, limits: Limits | None = None, at_once: int = 1) -> None:
        self.limits = limits or Limits()
        self._room = asyncio.Semaphore(at_once)

    async def check(self, part: Part) -> ProcessedFile:
        """Kind by content, pages and size; the size is not judged. Raises GatewayError."""
        return await self._work("check", [part], part.path, part.name)

    async def fit(self, part: Part, target: Path) -> ProcessedFile:
        """The part itself if it is sound and small enough; otherwise `target`, a PDF with all its pages.

        Raises GatewayError: Permanent for the file's faults, Transient for the worker's.
        """
        return await self._work("fit", [part], target, part.name)

    async def merge(self, parts: Sequence[Part], target: Path, name: str) -> ProcessedFile:
        """One PDF of all parts in `target`, in order; `name` is the package's. Raises GatewayError, as `fit`."""
        if not parts:
            raise ValueError("nothing to merge")
        if len(parts) > self.limits.parts:
            raise refuse("ATTACHMENTS_TOO_MANY", file=shown(name), count=len(parts), limit=self.limits.parts)
        return await self._work("merge", parts, target, name)

    async def _work(self, task: str, parts: Sequence[Part], target: Path, name: str) -> ProcessedFile:
        job = {"task": task, "paths": [str(one.path.absolute()) for one in parts], "limits": asdict(self.limits)}
        async with self._room:
            try:
                for one in parts:
                    one.path.stat()
                with tempfile.TemporaryDirectory(prefix=".attachments-", dir=target.parent) as folder:
                    ended = await run_child(Path(folder), job, self.limits.seconds)
                    if ended.code == 0 and not ended.alone:
                        _report_network()
                    made = ended.said.get("made")
                    if ended.code != 0 or made is None:
                        raise error_of(ended, parts, name)
                    if not made["as_is"]:
                        os.replace(Path(folder) / "made.pdf", target)
            except OSError as error:
                raise transient("ATTACHMENT_INTERRUPTED", repr(error), file=shown(name)) from error
        cost: dict[str, Any] = ended.said["cost"]
        path = parts[0].path if made["as_is"] else target
        return ProcessedFile(
            path, FileKind(made["kind"]), made["pages"], made["size"], made["side"], made["repaired"], **cost
        )


@cache
def _report_network() -> None:
    """Once per process."""
    log.warning("attachments are processed with a network", why="the kernel or the container refuses namespaces")


def error_of(ended: Ended, parts: Sequence[Part], name: str) -> GatewayError:
    """The error of a child that made nothing: Permanent for the file's faults, Transient for the worker's."""
    file = shown(name if ended.at is None else parts[ended.at].name)
    if ended.code == 0 and "fault" in ended.said:
        facts = dict(ended.said["facts"])
        facts |= {name: Varying(facts[name]) for name in _SIZES if name in facts}
        if "largest_at" in facts:
            facts["largest"], file = shown(parts[facts.pop("largest_at")].name), shown(name)
        if ended.said["fault"] == "ATTACHMENT_NO_ROOM":
            return transient("ATTACHMENT_NO_ROOM", ended.said["detail"], file=file)
        return refuse(ended.said["fault"], ended.said["detail"], file=file, **facts)
    how = "it took too long by the clock" if ended.code is None else f"the child ended with {ended.code}"
    if ended.code is not None and -ended.code in _OF_THE_FILE:
        return refuse("ATTACHMENT_EXCESSIVE", how, file=file, what="reading it takes too much time or memory")
    return transient("ATTACHMENT_INTERRUPTED", f"{how}: {ended.complaint}", file=file)
