"""`make demo`, as it is: a kill -9 in the middle, a replay, and figures from journal and topics (SPEC Q1, Q2)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.timeout(200)
def test_Q1_Q2_the_demo_loses_nothing_and_makes_nothing_twice() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "demo", "--json"],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    told = json.loads(ran.stdout)
    figures = {name: told[name] for name in ("documents", "settled", "created", "refused", "doubled", "lost", "emails")}
    assert figures == {
        "documents": 30,
        "settled": 30,
        "created": 26,
        "refused": 4,
        "doubled": 0,
        "lost": 0,
        "emails": 4,
    }
    assert told["unchanged"] >= 30
    assert told["violations"] == 0
    assert "kill -9: invoice" in ran.stderr
