"""One mutant at a time in a copy of the tree: which ring of tests notices, and which test of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
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
#: Seconds for the tests that a mutant names.
NAMED = 300.0
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info", "chaos-*")
#: A line of pytest's summary; a log that it shows has lines that begin alike.
FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", re.M)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant. `ring` and `test`: empty for a survivor; `wrong`: why it can't be trusted."""

    mutant: Mutant
    ring: str = ""
    test: str = ""
    wrong: str = ""

    @property
    def noticed(self) -> bool:
        """Whether a test noticed that passes as long as the guard is there."""
        return bool(self.test) and not self.wrong


class Tree:
    """A copy of the work tree, for one mutant at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=NOT_COPIED)

    def judge(self, mutant: Mutant, rings: tuple[str, ...], only_named: bool = False) -> Verdict:
        """Take the guard out, ask ring after ring, put it back; who noticed must pass with the guard."""
        path = self.folder / mutant.file
        before = path.read_text()
        path.write_text(mutant.applied(before))
        try:
            ring, test = next(self._noticed(mutant, rings, only_named), ("", ""))
        finally:
            path.write_text(before)
        if test and self._fails((test,), NAMED):
            return Verdict(mutant, ring, test, "it fails with the guard as well")
        return Verdict(mutant, ring, test)

    def _noticed(self, mutant: Mutant, rings: tuple[str, ...], only_named: bool) -> Iterator[tuple[str, str]]:
        named = tuple(one for one in mutant.tests if _ring(one) in rings)
        asked = [("", named, NAMED)] if named else []
        whole = [] if only_named else [(ring, *RINGS[ring]) for ring in rings]
        for ring, paths, seconds in (*asked, *whole):
            if test := self._fails(paths, seconds):
                yield ring or _ring(test), test

    def _fails(self, tests: tuple[str, ...], seconds: float) -> str:
        """The first test that fails, "" when all pass."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
        # A mutant may be as long, and as old to the second, as what it replaces: then its bytecode is believed.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as running:
            try:
                said, _ = running.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                return " ".join(tests)
        if running.returncode == 0:
            return ""
        failed = FAILED.search(said)
        return failed[1] if failed else " ".join(tests)


def _ring(test: str) -> str:
    """The ring that a test belongs to."""
    return next(ring for ring, (paths, _) in RINGS.items() if test.startswith(paths))
