"""Every flow keeps the contract (tests/flow_contract.py): each of its promises is a test here."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from gateway.flows.registry import FLOWS
from tests.mutants.catalogue import ROOT, load
from tests.simulation.mutants import without

#: The promises of a flow share one run, and so one worker of the suite.
KINDS = [pytest.param(str(flow.kind), marks=pytest.mark.xdist_group(f"contract of {flow.kind}")) for flow in FLOWS]
PROMISES = ["transferred", "refused", "in_doubt", "superseded", "withdrawn", "replayed", "killed", "frozen"]


@cache
def broken(kind: str, *promises: str, tree: Path = ROOT) -> dict[str, str]:
    """How each promise was broken; "" where it was kept. A process of its own: its clocks are virtual."""
    command = [sys.executable, "-m", "tests.flow_contract", kind, *promises]
    ran = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=600, check=False)
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert found, ran.stderr
    return {one["promise"]: one["broken"] for one in found}


@pytest.mark.timeout(620)
@pytest.mark.parametrize("promise", PROMISES)
@pytest.mark.parametrize("kind", KINDS)
def test_Q1_flow_keeps_the_contract(kind: str, promise: str) -> None:
    assert broken(kind)[promise] == ""


@pytest.mark.timeout(620)
def test_Q1_contract_that_is_broken_is_noticed(tmp_path: Path) -> None:
    """The counter-proof: files that are there are not read before others are attached."""
    guard = next(one for one in load() if one.name == "attachments-there-are-read-first")
    with without(guard, tmp_path / "tree") as tree:
        assert "attachment invoice-20001.pdf" in broken("sales-invoice", "killed", tree=tree)["killed"]
