"""One mutant at a time in a copy of the tree: which ring of tests notices, and which test of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.catalogue import ROOT, Mutant

#: Rings from fast to slow, each with the seconds that it may take.
RINGS = {
    "unit": (("tests/unit", "tests/model"), 300.0),
    "contract": (("tests/contract",), 400.0),
    "stream": (("tests/stream",), 1200.0),
    "chaos": (("tests/chaos",), 600.0),
}
#: Seconds for the tests that a mutant names, and for all that noticed one.
NAMED, ALL = 300.0, 1200.0
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info", "chaos-*")
#: A line of pytest's summary; a log that it shows has lines that begin alike.
FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", re.M)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant. `ring` and `test`: who noticed; empty for a survivor."""

    mutant: Mutant
    ring: str = ""
    test: str = ""


class Tree:
    """A copy of the work tree, for one mutant at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._written = folder, 0
        shutil.copytree(ROOT, folder, ignore=NOT_COPIED)

    def judge(self, mutant: Mutant, rings: tuple[str, ...], only_named: bool = False) -> Verdict:
        """Take the guard out, ask ring after ring, put it back."""
        path = self.folder / mutant.file
        before = path.read_text()
        self._write(path, mutant.applied(before))
        try:
            ring, test = next(self._noticed(mutant, rings, only_named), ("", ""))
        finally:
            self._write(path, before)
        return Verdict(mutant, ring, test)

    def failing(self, tests: Collection[str]) -> list[str]:
        """Those that fail as the tree is, with all guards: they notice nothing. All, when it isn't known which."""
        said = self._run(*tests, seconds=ALL) if tests else ""
        return [] if said == "" else FAILED.findall(said or "") or list(tests)

    def _write(self, path: Path, text: str) -> None:
        """Of another age each time: a mutant may be as long as what it replaces, whose bytecode would be believed."""
        path.write_text(text)
        self._written += 1
        os.utime(path, (self._written, self._written))

    def _noticed(self, mutant: Mutant, rings: tuple[str, ...], only_named: bool) -> Iterator[tuple[str, str]]:
        named = tuple(one for one in mutant.tests if _ring(one) in rings)
        asked = [("", named, NAMED)] if named else []
        whole = [] if only_named else [(ring, *RINGS[ring]) for ring in rings]
        for ring, paths, seconds in (*asked, *whole):
            if test := self._fails(paths, seconds):
                yield ring or _ring(test), test

    def _fails(self, tests: tuple[str, ...], seconds: float) -> str:
        """The first test that fails, "" when all pass."""
        said = self._run("-x", *tests, seconds=seconds)
        if said == "":
            return ""
        failed = FAILED.search(said or "")
        return failed[1] if failed else " ".join(tests)

    def _run(self, *arguments: str, seconds: float) -> str | None:
        """What pytest says, "" when all pass; None when it takes too long."""
        with subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as running:
            try:
                said, _ = running.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                return None
        return said if running.returncode else ""


def _ring(test: str) -> str:
    """The ring that a test belongs to."""
    return next(ring for ring, (paths, _) in RINGS.items() if test.startswith(paths))
