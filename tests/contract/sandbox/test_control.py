"""World files and the control API."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.sandbox.server.server import SandboxApis, serve
from gateway.sandbox.world.file import WorldError, absolute, load, prepare

WORLD = Path(__file__).parents[3] / "examples" / "world.json"


def test_journal_is_json_lines_with_all_that_a_checker_needs(sandbox: SandboxApis, severa: httpx.Client) -> None:
    severa.get("/v1/invoicestatuses")
    lines = [json.loads(line) for line in httpx.get(f"{sandbox.url}/_sandbox/journal").text.splitlines()]
    needed = {"at", "api", "company", "operation", "method", "path", "status", "effect", "object_id"}
    assert needed <= set(lines[-1])
    assert lines[-1]["operation"] == "invoiceStatusesGetInvoiceStatuses"


def test_world_can_be_changed_and_reset(sandbox: SandboxApis) -> None:
    patch = {"procountor": {"acme-fi": {"/products": [{"id": 1, "name": "Renamed"}, {"id": 77, "name": "New"}]}}}
    assert httpx.post(f"{sandbox.url}/_sandbox/world", json=patch).status_code == 200
    products = {one["id"]: one["name"] for one in sandbox.apis.world["procountor"]["acme-fi"]["/products"]}
    assert (products[1], products[77], products[2]) == ("Renamed", "New", "Project management")
    assert httpx.delete(f"{sandbox.url}/_sandbox").status_code == 200
    assert all(one["id"] != 77 for one in sandbox.apis.world["procountor"]["acme-fi"]["/products"])
    assert sandbox.journal() == []


@pytest.mark.parametrize(("method", "path"), [("GET", "/_sandbox/nope"), ("PUT", "/_sandbox/journal"), ("GET", "/x/y")])
def test_unknown_control_path_is_404_of_its_own_form(sandbox: SandboxApis, method: str, path: str) -> None:
    answer = httpx.request(method, sandbox.url + path)
    assert (answer.status_code, path in answer.json()["error"]) == (404, True)


def test_a_wrong_change_changes_nothing(sandbox: SandboxApis) -> None:
    right = {"acme-fi": {"/products": [{"id": 1, "name": "Renamed"}]}}
    wrongs: tuple[Any, ...] = (
        {"procountor": {**right, "nobody": {"/products": []}}},
        {"procountor": {**right, "bolt-fi": {"/products": [{"id": 1, "nmae": "x"}]}}},
        {"procountor": {**right, "bolt-fi": {"/products": [{"name": "x"}]}}},
        {"procountor": right, "netvisor": {}},
        [],
    )
    for wrong in wrongs:
        answer = httpx.post(f"{sandbox.url}/_sandbox/world", json=wrong)
        assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert sandbox.apis.world["procountor"]["acme-fi"]["/products"][0]["name"] == "Consulting"


def test_an_accountants_change_moves_the_version(sandbox: SandboxApis) -> None:
    there = sandbox.apis.world["procountor"]["acme-fi"].setdefault("/invoices", [])
    there.append({"id": 1, "status": "UNFINISHED", "version": "2020-01-01T00:00:00"})
    sandbox.change({"procountor": {"acme-fi": {"/invoices": [{"id": 1, "notes": "seen"}]}}})
    assert (there[0]["notes"], there[0]["status"]) == ("seen", "UNFINISHED")
    assert there[0]["version"] > "2020-01-01T00:00:00"


def test_the_journal_can_be_read_on_from_a_number(sandbox: SandboxApis, severa: httpx.Client) -> None:
    severa.get("/v1/invoicestatuses")
    last = sandbox.journal()[-1]["n"]
    severa.get("/v1/businessunits")
    lines = httpx.get(f"{sandbox.url}/_sandbox/journal", params={"after": last}).text.splitlines()
    assert [json.loads(line)["operation"] for line in lines] == ["businessUnitsGetBusinessUnits"]
    assert httpx.get(f"{sandbox.url}/_sandbox/journal", params={"after": "x"}).status_code == 400


def test_a_crash_of_the_sandbox_stands_in_the_journal(sandbox: SandboxApis, procountor: httpx.Client) -> None:
    sandbox.apis.world["procountor"]["acme-fi"]["/bankaccounts"].append({})  # no id: nothing that a file lets in
    assert procountor.get("/bankaccounts").status_code == 500
    assert "KeyError" in sandbox.journal()[-1]["crash"]


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({"severs": {}}, "severs"),
        ({"limits": {"per_second": 1}}, "limits.per_second"),
        ({"severa": {"nordic": {"/v1/invoices": {}}}}, "severa.nordic./v1/invoices"),
        ({"severa": []}, "severa: an object"),
        ({"severa": {"nordic": {}}}, "credentials.severa.nordic"),
        ({"severa": {"nordic": {"/v1/invoicez": []}}}, "severa.nordic./v1/invoicez: not known; accepted are /v1/inv"),
        ({"severa": {"nordic": {"/v1/invoices": [{"guid": "a", "nubmer": 1}]}}}, "/v1/invoices[0]: Additional prop"),
        ({"severa": {"nordic": {"/v1/invoices": [{"guid": "a", "number": "1"}]}}}, "/v1/invoices[0]: number"),
        ({"severa": {"nordic": {"/v1/invoices": [{"number": 1}]}}}, "/v1/invoices[0]: guid is missing"),
        ({"severa": {"nordic": {"/v1/invoices": [{"guid": "a"}, {"guid": "a"}]}}}, "/v1/invoices[1]: guid a is there"),
        ({"severa": {"nordic": {"/v1/invoices": [{"guid": "a", "date": "$today-1w"}]}}}, "$today-1w: no time; acc"),
        ({"limits": {"latency_ms": -1}}, "limits.latency_ms: a number of at least 0"),
        ({"limits": {"no_echo": ["nobody"]}}, "limits.no_echo"),
        ({"limits": 7}, "limits: an object"),
        ({"credentials": {"severra": {}}}, "credentials.severra: not known"),
        ({"credentials": {"severa": {"nordic": {"client_id": "x"}}}}, "credentials.severa.nordic: client_id and"),
        ({"credentials": {"procountor": {"keys": {"a": "k", "b": "k"}}}}, "two companies have the same key"),
        ({"procountor": {"acme": {}}}, "credentials.procountor.keys.acme"),
        ([], "world"),
    ],
)
def test_a_wrong_world_says_where_and_what_is_accepted(tree: Any, place: str) -> None:
    with pytest.raises(WorldError, match=re.escape(place)):
        prepare(tree)


def test_a_world_file_that_is_no_json_says_so(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text("{")
    with pytest.raises(WorldError, match="is not JSON"):
        load(tmp_path / "world.json")


def test_relative_times() -> None:
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert absolute(["$now-2h", "$today+14d", "$now", "$nowhere"], "severa", now) == [
        "2026-03-02T10:00:00.000Z",
        "2026-03-16",
        "2026-03-02T12:00:00.000Z",
        "$nowhere",
    ]
    assert absolute("$now", "procountor", now) == "2026-03-02T12:00:00"


def test_the_command_serves_a_world_file() -> None:
    command = [sys.executable, "-m", "gateway.sandbox", "--world", str(WORLD), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"Severa (\S+)/severa  Procountor (\S+)/procountor  control", line)
            assert found is not None and found[1] == found[2]
            assert httpx.get(found[1] + "/_sandbox/journal").status_code == 200
            assert httpx.get(found[1] + "/severa/v1/invoices").status_code == 401
        finally:
            process.terminate()


def test_the_command_says_what_is_wrong_with_a_world_file(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text('{"limits": {"severa_per_minute": 1}}')
    command = [sys.executable, "-m", "gateway.sandbox", "--world", str(tmp_path / "world.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r".*world\.json: limits\.severa_per_minute: not known; accepted are .*\n", done.stderr)


def test_an_address_that_is_taken_is_said_plainly(sandbox: SandboxApis) -> None:
    with pytest.raises(WorldError, match="can't be listened on"):
        serve(WORLD, "127.0.0.1", int(sandbox.url.rsplit(":", 1)[1]))


def test_the_sandbox_needs_nothing_else_of_the_gateway() -> None:
    """Decision 21: what judges the gateway shares no code with it."""
    code = (
        "import sys, gateway.sandbox.server.server, gateway.sandbox.smtp\n"
        "import gateway.sandbox.broker.kafka, gateway.sandbox.world.demo_world\n"
        "print([name for name in sys.modules if name.startswith('gateway.') and 'sandbox' not in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
