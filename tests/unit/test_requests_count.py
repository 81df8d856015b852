"""The count of requests that ends each run: summed over processes, and a violation that nobody meant fails the run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFTEST = """
from tests.requests_count import RequestsCount

def pytest_configure(config):
    RequestsCount.register(config)
"""
TESTS = """
import httpx, pytest
from gateway.sandbox.world.demo_world import base_world
from gateway.sandbox.server.server import SandboxApis

def ask(path, code):
    with SandboxApis(base_world()) as apis, httpx.Client(base_url=apis.procountor_url) as client:
        form = {"grant_type": "client_credentials", "client_id": "gateway-client", "client_secret": "gateway-secret"}
        token = client.post("/oauth/token", data={**form, "api_key": "acme-fi-key"}).json()["access_token"]
        assert client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == code
        apis.reset()

def test_one(): ask("/products", 200)
def test_other(): ask("/bankaccounts", 200)
def test_unmeant(): ask("/nothing", 404)
@pytest.mark.sends_wrong_requests
def test_meant(): ask("/products?undeclared=1", 400)
"""


@pytest.mark.parametrize("processes", [[], ["-n", "2"]])
def test_a_violation_that_nobody_meant_fails_the_run(tmp_path: Path, processes: list[str]) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TESTS)
    assert _run(tmp_path, processes) == (1, "2", "8", "1", "1")


def _run(folder: Path, processes: list[str]) -> tuple[int | str, ...]:
    words = ["-p", "no:cacheprovider", "-q", "--rootdir", str(folder), "--strict-markers", *processes, str(folder)]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    told = re.search(
        r"procountor +(\d+) of \d+ operations used, +(\d+) requests, (\d+) violations \(and (\d+) on", ran.stdout
    )
    assert told, ran.stdout + ran.stderr
    assert "test_unmeant: GET /nothing" in ran.stdout
    assert "4 passed" in ran.stdout
    return (ran.returncode, *told.groups())
