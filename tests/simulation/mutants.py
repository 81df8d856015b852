"""Guards that are taken out, one at a time: in how many runs the simulation notices."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.mutants.catalogue import ROOT, Mutant, load
from tests.mutants.run import NOT_COPIED

#: Guards of `tests/mutants/guards/` whose absence the simulation is asked to notice (docs/reliability.md: how often).
GUARDS = (
    "lost-answer-is-unknown",
    "5xx-is-unknown",
    "lease-runs-out",
    "found-intent-expires",
    "ever-posted-is-looked-up-first",
    "commit-is-visible",
    "read-past-the-barrier",
    "lowest-open-offset",
    "users-last-word-stays",
    "attachments-there-are-read-first",
)
#: Processor seconds that a run may take; one that hangs was noticed.
MOST = 60
NOT_OK = re.compile(r"^seed \d+ +NOT OK +(\w+)", re.M)


def notice(documents: int, seeds: range, names: Sequence[str] = GUARDS) -> bool:
    """A line per guard. False if a guard was noticed in no run."""
    every = True
    with tempfile.TemporaryDirectory(prefix="simulation-") as folder:
        for guard in [one for name in names for one in load() if one.name == name]:
            with without(guard, Path(folder) / "tree") as tree:
                count, what = _noticed(_runs(tree, documents, seeds), len(seeds))
            print(f"{guard.name:38}{guard.of:14}{count:3} of {len(seeds)}  {what}", flush=True)
            every = every and count > 0
    return every


@contextmanager
def without(guard: Mutant, tree: Path) -> Iterator[Path]:
    """A copy of the work tree that lacks a guard."""
    if not tree.exists():
        shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
    path = tree / guard.file
    before = path.read_text()
    path.write_text(guard.applied(before))
    try:
        yield tree
    finally:
        path.write_text(before)


def _noticed(printed: str, seeds: int) -> tuple[int, str]:
    """In how many runs, and as what."""
    kinds, hung = NOT_OK.findall(printed), seeds - len(re.findall(r"^seed ", printed, re.M))
    return len(kinds) + hung, ", ".join(sorted(set(kinds))) + (f" {hung} hung" if hung else "")


def _runs(tree: Path, documents: int, seeds: range) -> str:
    command = [sys.executable, "-m", "tests.simulation", "--documents", str(documents)]
    command += ["--seed", str(seeds.start), "--seeds", str(len(seeds))]
    limited = ["bash", "-c", f'ulimit -t {MOST + 10 * len(seeds)}; exec "$@"', "bash", *command]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(limited, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    if "Traceback" in ran.stderr:
        raise RuntimeError(ran.stderr)
    return ran.stdout
