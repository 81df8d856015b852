"""Faults on demand: each kind, how often, and that an effect is journalled whoever gets the answer."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest

from gateway.sandbox.server.faults import parse
from gateway.sandbox.server.server import SandboxApis
from tests.contract.sandbox.bodies import a_body
from tests.waiting import until

POST = {"api": "procountor", "operation": "saveInvoice"}
A_PARTNER = {
    "name": "Uusi Oy",
    "type": "CUSTOMER",
    "address": {"name": "Uusi Oy"},
    "paymentInfo": {"paymentMethod": "BANK_TRANSFER"},
}
OWNERS = {"severa": ["nordic"], "procountor": ["acme-fi"]}


@pytest.mark.parametrize(
    ("kind", "status", "made"),
    [
        ("fail_before", 500, 0),
        ("fail_after", 500, 1),
        ("server_error", 500, 0),
        ("too_many", 429, 0),
        ("drop_before", 0, 0),
        ("drop_after", 0, 1),
        ("forbidden", 403, 0),
        ("refuse_after", 409, 1),
    ],
)
def test_faults_strike_once(procountor: httpx.Client, sandbox: SandboxApis, kind: str, status: int, made: int) -> None:
    fault = {"api": "procountor", "operation": "saveInvoice", "kind": kind, "company": "acme-fi"}
    assert httpx.put(f"{sandbox.url}/_sandbox/faults", json=[fault]).status_code == 200
    try:
        got = procountor.post("/invoices", json=a_body()).status_code
    except httpx.TransportError:
        got = 0
    assert got == status
    assert len(sandbox.journal(operation="saveInvoice", effect="created")) == made
    assert procountor.post("/invoices", json=a_body()).status_code == 200


def test_commit_late_commits_though_the_client_has_gone(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    sandbox.faults({**POST, "kind": "commit_late", "seconds": 0.5})
    with pytest.raises(httpx.ReadTimeout):
        procountor.post("/invoices", json=a_body(), timeout=0.1)
    assert sandbox.journal(effect="created") == []
    asyncio.run(until(lambda: bool(sandbox.journal(effect="created")), 10, "the late commit"))


def test_late_is_committed_before_the_client_gives_up(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    sandbox.faults({**POST, "kind": "late", "seconds": 30})
    with pytest.raises(httpx.ReadTimeout):
        procountor.post("/invoices", json=a_body(), timeout=1)
    (entry,) = sandbox.journal(effect="created")
    assert (entry["object"]["originalInvoiceNumber"], entry["object"]["notes"]) == ("100", "severa:x#1:abc")


def test_too_many_says_when_to_come_again(procountor: httpx.Client, severa: httpx.Client, sandbox: SandboxApis) -> None:
    lists = {"api": "severa", "operation": "invoicesGetInvoices"}
    sandbox.faults({**POST, "kind": "too_many", "retry_after": 7}, {**lists, "kind": "too_many", "retry_after": 3})
    assert procountor.post("/invoices", json=a_body()).headers["Retry-After"] == "7"
    busy = severa.get("/v1/invoices")
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "3")
    assert busy.text == "API calls quota exceeded! maximum admitted 1000 per 1s."


@pytest.mark.parametrize(
    ("operation", "path", "body"),
    [("saveInvoice", "/invoices", a_body()), ("insertBusinessPartner", "/businesspartners", A_PARTNER)],
)
def test_search_lag_hides_what_is_new_from_searches_alone(
    procountor: httpx.Client, sandbox: SandboxApis, operation: str, path: str, body: dict[str, Any]
) -> None:
    sandbox.faults({"api": "procountor", "operation": operation, "kind": "search_lag", "seconds": 600})
    own = procountor.post(path, json=body).json()["id"]

    def ids() -> list[int]:
        return [one["id"] for one in procountor.get(path).json()["results"]]

    assert own not in ids()
    assert procountor.get(f"{path}/{own}").json()["id"] == own
    second = procountor.post(path, json=body).json()["id"]
    assert second in ids()


def test_search_lag_ends(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    sandbox.faults({**POST, "kind": "search_lag", "seconds": 0.3})
    procountor.post("/invoices", json=a_body())
    seen = lambda: bool(procountor.get("/invoices").json()["results"])  # noqa: E731
    asyncio.run(until(seen, 10, "the invoice in a search"))


def test_a_login_can_fail_too(sandbox: SandboxApis) -> None:
    sandbox.faults({"api": "severa", "operation": "token", "kind": "fail_before", "company": "nordic"})
    login = {"client_id": "nordic-client", "client_secret": "nordic-secret"}
    assert [httpx.post(sandbox.severa_url + "/v1/token", json=login).status_code for _ in range(2)] == [500, 200]


def test_times_skip_and_company_choose_the_calls(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    sandbox.faults(
        {**POST, "kind": "fail_before", "company": "bolt-fi", "times": 0},
        {**POST, "kind": "fail_before", "company": "acme-fi", "skip": 1, "times": 2},
    )
    assert [procountor.post("/invoices", json=a_body()).status_code for _ in range(5)] == [200, 500, 500, 200, 200]


def test_a_rate_with_a_seed_is_the_same_each_time() -> None:
    def strikes(seed: int) -> list[bool]:
        fault = parse([{**POST, "kind": "late", "rate": 0.5, "seed": seed}], OWNERS)[0]
        return [fault.strikes("procountor", "saveInvoice", "acme-fi") for _ in range(40)]

    assert strikes(7) == strikes(7) != strikes(8)
    assert 0 < sum(strikes(7)) < 40


@pytest.mark.parametrize(
    "fault",
    [
        {"api": "severa"},
        {"x": 1},
        "late",
        {**POST, "kind": "explode"},
        {**POST, "kind": "late", "company": "acme"},
        {**POST, "kind": "late", "times": "2"},
        {**POST, "kind": "late", "rate": 2},
        {"api": "procountor", "operation": "saveInvoices", "kind": "late"},
        {"api": "netvisor", "operation": "saveInvoice", "kind": "late"},
    ],
)
def test_a_wrong_fault_says_what_is_accepted(sandbox: SandboxApis, fault: Any) -> None:
    """A fault that could never strike would let a test of it pass."""
    answer = httpx.put(f"{sandbox.url}/_sandbox/faults", json=[fault])
    assert answer.status_code == 400
    assert re.search("accepted are|is expected", answer.json()["error"])


@pytest.mark.parametrize(("kind", "made"), [("page", 0), ("page_after", 1)])
def test_a_page_stands_in_the_place_of_the_answer(
    procountor: httpx.Client, sandbox: SandboxApis, kind: str, made: int
) -> None:
    sandbox.faults({**POST, "kind": kind, "status": 404})
    answer = procountor.post("/invoices", json=a_body())
    assert (answer.status_code, answer.headers["content-type"][:9]) == (404, "text/html")
    assert len(sandbox.journal(operation="saveInvoice", effect="created")) == made
