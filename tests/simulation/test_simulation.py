"""The whole gateway on virtual time: the same seed is the same history, and the chaos checker has nothing to say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.mutants.catalogue import ROOT


def simulate(*arguments: str, hash_seed: int = 0) -> subprocess.CompletedProcess[str]:
    """A process of its own: its clocks are not ours."""
    command = [sys.executable, "-m", "tests.simulation", *arguments]
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=110, check=False)


def test_the_same_seed_is_the_same_history_byte_for_byte() -> None:
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda n: simulate("--documents", "24", "--seed", "3", hash_seed=n), (1, 2)))
    assert [one.returncode for one in runs] == [0, 0], runs[0].stdout + runs[0].stderr
    histories = [re.findall(r"^history +([0-9a-f]{64})$", one.stdout, re.M) for one in runs]
    assert histories[0] == histories[1] != []
