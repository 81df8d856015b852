"""`make demo`, as it is: a kill -9 in the middle, a replay, and figures from journal and topics (Q1, Q2)."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest


@pytest.mark.timeout(240)
def test_what_the_demo_leaves_running_works_as_it_says() -> None:
    """Each address that it names answers, and the command that it proposes brings the refused invoice over."""
    command = [sys.executable, "-m", "gateway.cli", "demo", "--keep"]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert demo.stdout is not None
        said = ""
        while "Ctrl-C ends it" not in said and (line := demo.stdout.readline()):
            said += line
        named = dict(re.findall(r"^  (its health|its log|the journal|both worlds|the mails) +(\S+)$", said, re.M))
        for name in ("its health", "the journal", "both worlds"):
            assert httpx.get(named[name]).status_code == 200
        mails = [path.read_text() for path in sorted(Path(named["the mails"]).iterdir())]
        for code in ("COUNTRY_MISSING", "PERSON_ACCOUNT_MISSING", "PROJECT_CLOSED"):
            assert any(code in mail and "What to do" in mail for mail in mails)
        (curl,) = re.findall(r"^  (curl .*)$", said, re.M)
        number = re.findall(r"Invoice (\d+) is refused: it has no country", said)[0]
        subprocess.run(shlex.split(curl), check=True, capture_output=True)
        deadline = time.monotonic() + 30
        while not any(
            '"transfer ended"' in line and f'"number": {number}' in line for line in _lines(named["its log"])
        ):
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=120)


def _lines(log: str) -> list[str]:
    return Path(log).read_text().splitlines()


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
        "documents": 36,
        "settled": 36,
        "created": 31,
        "refused": 5,
        "doubled": 0,
        "lost": 0,
        "emails": 6,
    }
    assert told["unchanged"] >= 36
    assert told["violations"] == 0
    followed = ("costs_created", "items_changed", "persons_created", "persons_changed", "refused_in_step")
    assert {name: told[name] for name in followed} == {
        "costs_created": 6,
        "items_changed": 2,
        "persons_created": 1,
        "persons_changed": 3,
        "refused_in_step": 1,
    }
    assert "kill -9: Procountor has created " in ran.stderr
