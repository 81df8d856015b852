"""Guards that are taken out, one at a time: in how many runs the simulation notices."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants.catalogue import ROOT, Mutant, load
from tests.mutants.run import NOT_COPIED

#: Faults of the last months that were found by reading, each with a guard of its own in `tests/mutants/guards/`.
GUARDS = (
    "lost-answer-is-unknown",
    "5xx-is-unknown",
    "lease-at-the-last-point",
    "intent-that-is-found-is-counted-out",
    "not-found-keeps-its-intent",
    "commit-is-visible",
    "read-past-the-barrier",
    "lowest-open-offset",
    "users-last-word-stays",
    "attachments-there-are-read-first",
)
#: Processor seconds that a run may take; one that hangs was noticed.
MOST = 60
NOT_OK = re.compile(r"^seed \d+ +NOT OK +(\w+)", re.M)


def notice(documents: int, seeds: range) -> bool:
    """A line per guard. False when one was noticed in no run."""
    every = True
    with tempfile.TemporaryDirectory(prefix="simulation-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
        for mutant in [one for name in GUARDS for one in load() if one.name == name]:
            count, first = _noticed(tree, mutant, documents, seeds)
            print(f"{mutant.name:38}{mutant.of:14}{count:3} of {len(seeds)}  {first}", flush=True)
            every = every and count > 0
    return every


def _noticed(tree: Path, mutant: Mutant, documents: int, seeds: range) -> tuple[int, str]:
    """In how many runs, and what the first of them says."""
    path = tree / mutant.file
    before = path.read_text()
    path.write_text(mutant.applied(before))
    try:
        said = _runs(tree, documents, seeds)
    finally:
        path.write_text(before)
    kinds = NOT_OK.findall(said)
    hung = len(seeds) - len(re.findall(r"^seed ", said, re.M))
    return len(kinds) + hung, ", ".join(sorted(set(kinds))) + (f" {hung} hung" if hung else "")


def _runs(tree: Path, documents: int, seeds: range) -> str:
    command = [sys.executable, "-m", "tests.simulation", "--documents", str(documents)]
    command += ["--seed", str(seeds.start), "--seeds", str(len(seeds))]
    limited = ["bash", "-c", f'ulimit -t {MOST + 10 * len(seeds)}; exec "$@"', "bash", *command]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(limited, cwd=tree, env=environment, capture_output=True, text=True, check=False).stdout
