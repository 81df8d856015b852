"""The whole gateway on virtual time: the same seed is the same history, and the chaos checker has nothing to say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.mutants.catalogue import ROOT, load
from tests.simulation.mutants import GUARDS, without


def simulate(*arguments: str, hash_seed: int = 0, tree: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A process of its own: its clocks are not ours."""
    command = [sys.executable, "-m", "tests.simulation", *arguments]
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.timeout(320)
def test_one_seed_is_one_history_byte_for_byte() -> None:
    """Whatever the hashes of texts are, with kills, freezes and faults; companies have all three dimensions here."""
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda n: simulate("--documents", "60", "--seed", "7", hash_seed=n), (1, 2)))
    assert [one.returncode for one in runs] == [0, 0], runs[0].stdout + runs[0].stderr
    histories = [re.findall(r"^history +([0-9a-f]{64})$", one.stdout, re.M) for one in runs]
    assert histories[0] == histories[1] != []


@pytest.mark.timeout(320)
@pytest.mark.parametrize("seed", [100, 105, 114, 119])
def test_Q1_no_seed_breaks_a_promise(seed: int) -> None:
    """Twenty histories of twelve documents."""
    ran = simulate("--documents", "12", "--seed", str(seed), "--seeds", "5")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_guard_that_the_table_names_is_listed() -> None:
    assert set(GUARDS) <= {one.name for one in load()}


@pytest.mark.timeout(320)
def test_Q1_a_guard_that_is_taken_out_is_noticed(tmp_path: Path) -> None:
    """The counter-proof: the same runs, and one of them is not ok."""
    guard = next(one for one in load() if one.name == COUNTER_PROOF[0])
    with without(guard, tmp_path / "tree") as tree:
        ran = simulate("--documents", "16", "--seed", str(COUNTER_PROOF[1]), tree=tree)
    assert ran.returncode == 1, ran.stdout + ran.stderr


#: A guard, and a seed in which its absence is noticed.
COUNTER_PROOF = ("read-past-the-barrier", 1)
