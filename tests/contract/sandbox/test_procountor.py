"""The sandbox's Procountor, over real HTTP: strict, and with duplicates as the real one."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from gateway.rules.sales_invoice import map_invoice
from gateway.sandbox.faults import parse
from gateway.sandbox.server import SandboxApis
from tests.unit.invoices import TERMS, an_invoice

PAID_TOO_EARLY = {"paymentMethod": "CASH", "currency": "EUR", "dueDate": "2026-03-01", "currencyRate": 1}
FAULTS = [("fail_before", 500, 0), ("fail_after", 500, 1), ("too_many", 429, 0), ("drop_before", 0, 0)]


def a_body(**changes: Any) -> dict[str, Any]:
    mapped = map_invoice(an_invoice(), TERMS, 100, {"CONS": 1}, "severa:x#1:abc").body
    row = {"product": "x", "quantity": 2, "unit": "HOUR", "unitPrice": 10.5, "discountPercent": 0, "vatPercent": 25.5}
    plain: dict[str, Any] = {**mapped, "invoiceRows": [row], "penaltyPercent": 8}
    plain["paymentInfo"] = {**plain["paymentInfo"], "currencyRate": 1}
    return {**plain, **changes}


def test_an_invoice_is_always_unfinished_and_a_duplicate_is_taken(procountor: httpx.Client) -> None:
    first, second = (procountor.post("/invoices", json=a_body(status="SENT")).json() for _ in range(2))
    assert (first["status"], first["id"], second["id"]) == ("UNFINISHED", 1, 2)
    found = procountor.get("/invoices", params={"originalInvoiceNumber": "100", "orderById": "ASC"}).json()
    assert [one["id"] for one in found["results"]] == [1, 2]
    assert "notes" not in found["results"][0]
    assert procountor.get("/invoices/2").json()["notes"] == "severa:x#1:abc"
    assert procountor.get("/invoices/2").json()["invoiceSumInfo"][0]["excludingVatTotal"] == 21.0


@pytest.mark.parametrize(
    "changes",
    [
        {"undeclared": 1},
        {"language": None},
        {"vatStatus": None},
        {"invoiceChannel": "PAPER_INVOICE"},
        {"invoiceChannel": "EMAIL"},
        {"additionalInformation": "漢"},
        {"additionalInformation": "x" * 10_001},
        {"partnerId": 999},
        {
            "paymentInfo": {
                "paymentMethod": "BANK_TRANSFER",
                "currency": "EUR",
                "dueDate": "2026-03-01",
                "currencyRate": 1,
            }
        },
    ],
)
def test_what_the_api_demands_is_demanded(
    procountor: httpx.Client, sandbox: SandboxApis, changes: dict[str, Any]
) -> None:
    answer = procountor.post("/invoices", json=a_body(**changes))
    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert sandbox.journal(effect="created") == []


def test_a_closed_period_is_told_by_its_code(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    period = {"startDate": "2026-01-01", "endDate": "2026-12-31", "status": "CLOSED"}
    sandbox.change({"procountor": {"acme-fi": {"/fiscalyears": [{"id": 1, "trackingPeriods": [period]}]}}})
    assert "CLOSED_FISCAL_PERIOD" in procountor.post("/invoices", json=a_body()).text


def test_the_status_machine(procountor: httpx.Client) -> None:
    procountor.post("/invoices", json=a_body())
    put = procountor.put
    assert put("/invoices/1/send").status_code == 400
    assert put("/invoices/1/approve", json={}).status_code == 200
    assert put("/invoices/1/approve", json={}).status_code == 400
    assert put("/invoices/1/unfinished").status_code == 200
    assert put("/invoices/1/approve", json={}).status_code == 200
    assert put("/invoices/1/send").status_code == put("/invoices/1/send").status_code == 200
    assert put("/invoices/1/invalidate").status_code == 200
    assert procountor.get("/invoices/1").json()["status"] == "INVALIDATED"


def test_M1_partners_are_found_by_number_and_by_the_header(procountor: httpx.Client) -> None:
    one = procountor.get("/businesspartners", params={"customerNumber": "1100", "type": "CUSTOMER"}).json()["results"][
        0
    ]
    identifier = one["invoicingInfo"]["identifier"].replace("-", "")
    by_header = procountor.get("/businesspartners", headers={"identifier": identifier}).json()["results"]
    assert [hit["id"] for hit in by_header] == [one["id"]]


def test_P2_products_are_found_by_a_part_of_the_code(procountor: httpx.Client) -> None:
    codes = [one["code"] for one in procountor.get("/products", params={"code": "O"}).json()["results"]]
    assert sorted(codes) == ["CONS", "WORK"]


@pytest.mark.parametrize(
    ("kind", "status", "made"),
    [
        ("fail_before", 500, 0),
        ("fail_after", 500, 1),
        ("too_many", 429, 0),
        ("drop_before", 0, 0),
        ("drop_after", 0, 1),
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


def test_fault_commit_late_commits_though_the_client_has_gone(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    sandbox.faults({"api": "procountor", "operation": "saveInvoice", "kind": "commit_late", "seconds": 0.5})
    with pytest.raises(httpx.ReadTimeout):
        procountor.post("/invoices", json=a_body(), timeout=0.1)
    assert sandbox.journal(effect="created") == []
    deadline = time.monotonic() + 10
    while not sandbox.journal(effect="created"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_fault_search_lag_hides_a_new_invoice_from_searches(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    sandbox.faults({"api": "procountor", "operation": "saveInvoice", "kind": "search_lag", "seconds": 600})
    procountor.post("/invoices", json=a_body())
    assert procountor.get("/invoices").json()["results"] == []
    assert procountor.get("/invoices/1").status_code == 200


def test_fault_rate_with_a_seed_is_the_same_each_time(sandbox: SandboxApis) -> None:
    def strikes() -> list[bool]:
        fault = parse([{"api": "severa", "operation": "o", "kind": "late", "rate": 0.5, "seed": 7}])[0]
        return [fault.strikes("severa", "o", "c") for _ in range(20)]

    assert strikes() == strikes()
    assert 0 < sum(strikes()) < 20


def test_echo_can_be_switched_off_for_a_company(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    sandbox.apis.limits["no_echo"] = ["acme-fi"]
    assert "originalInvoiceNumber" not in procountor.post("/invoices", json=a_body()).json()
