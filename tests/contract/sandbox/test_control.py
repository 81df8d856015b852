"""World files and the control API."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.sandbox.server import SandboxApis
from gateway.sandbox.world import WorldError, absolute, load, prepare


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


@pytest.mark.parametrize("fault", [{"api": "severa"}, {"api": "a", "operation": "b", "kind": "explode"}, {"x": 1}])
def test_a_wrong_fault_says_what_is_accepted(sandbox: SandboxApis, fault: dict[str, Any]) -> None:
    answer = httpx.put(f"{sandbox.url}/_sandbox/faults", json=[fault])
    assert answer.status_code == 400
    assert "accepted are" in answer.json()["error"]


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({"severs": {}}, "severs"),
        ({"limits": {"per_second": 1}}, "limits.per_second"),
        ({"severa": {"nordic": {"/v1/invoices": {}}}}, "severa.nordic./v1/invoices"),
        ({"severa": {"nordic": {}}}, "credentials.severa.nordic"),
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
