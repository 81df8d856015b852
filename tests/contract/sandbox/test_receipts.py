"""Ledger receipts and dimensions of the sandbox's Procountor: made with the invoice, created again with another id."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateway.sandbox import facts
from gateway.sandbox.server.server import SandboxApis
from tests.contract.sandbox.bodies import a_body

DIMENSIONS = [
    {"id": 7, "name": "Own ones", "items": [{"id": 1, "codeName": "P1"}, {"id": 2, "codeName": "P2", "status": "P"}]},
    {"id": 8, "name": "Own centers"},
]
ROW = a_body()["invoiceRows"][0]


@pytest.fixture
def receipt(procountor: httpx.Client, sandbox: SandboxApis) -> dict[str, Any]:
    """That of an invoice of two rows."""
    sandbox.change({"procountor": {"acme-fi": {"/dimensions": DIMENSIONS}}})
    made = procountor.post("/invoices", json=a_body(invoiceRows=[ROW, {**ROW, "product": "y", "unitPrice": 1}])).json()
    there: dict[str, Any] = procountor.get(f"/ledgerreceipts/{made['ledgerReceiptId']}").json()
    return there


def dimensioned(receipt: dict[str, Any], *parts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The receipt with other dimensions and fields on its first entry."""
    first = next(one for one in receipt["transactions"] if one["transactionType"] == "ENTRY")
    changed = {**first, **changes, "dimensionItemValues": list(parts)}
    return {**receipt, "transactions": [changed if one is first else one for one in receipt["transactions"]]}


def test_receipt_has_an_entry_per_row_and_one_owed(procountor: httpx.Client, receipt: dict[str, Any]) -> None:
    assert [(one["transactionType"], one["accountingValue"]) for one in receipt["transactions"]] == [
        ("REVERSING_ENTRY", 28.87),
        ("ENTRY", -21.0),
        ("ENTRY", -2.0),
    ]
    assert (receipt["invoiceId"], receipt["status"], receipt["transactions"][1]["account"]) == (1, "UNFINISHED", "3000")
    assert facts.wrong_answer("procountor", "getLedgerReceipt", receipt) == []
    procountor.put("/invoices/1/approve", json={})
    assert procountor.get(f"/ledgerreceipts/{receipt['id']}").json()["status"] == "NOT_SENT"


def test_accounts_and_dimensions_need_the_newest_version(
    procountor: httpx.Client, sandbox: SandboxApis, receipt: dict[str, Any]
) -> None:
    path, wanted = f"/ledgerreceipts/{receipt['id']}", {"dimensionId": 7, "itemId": 1, "value": -21.0}
    body = dimensioned(receipt, wanted, account="3010")
    answer = procountor.put(path, json=body)
    assert answer.status_code == 200
    assert answer.json()["version"] > receipt["version"]
    assert answer.json()["transactions"][1]["dimensionItemValues"] == [wanted]
    assert procountor.put(path, json=body).json()["errors"][0]["field"] == "version"
    (told,) = sandbox.journal(effect="updated")
    entry = {"account": "3010", "description": "x", "value": -21.0, "dimensions": [["Own ones", "P1", -21.0]]}
    assert told["object"]["entries"][0] == entry


@pytest.mark.parametrize(
    ("parts", "changes"),
    [
        ([{"dimensionId": 7, "itemId": 1, "value": -20.99}], {}),
        ([{"dimensionId": 7, "itemId": 1, "value": -10.5}, {"dimensionId": 7, "itemId": 1, "value": -10.5}], {}),
        ([{"dimensionId": 7, "itemId": 2, "value": -21}], {}),
        ([{"dimensionId": 8, "itemId": 1, "value": -21}], {}),
        ([{"dimensionId": 7, "itemId": 1}], {}),
        ([], {"account": "3099"}),
        ([], {"account": "9999"}),
        ([], {"accountingValue": -22}),
    ],
)
@pytest.mark.sends_wrong_requests
def test_what_does_not_fit_is_refused(
    procountor: httpx.Client, receipt: dict[str, Any], parts: list[dict[str, Any]], changes: dict[str, Any]
) -> None:
    answer = procountor.put(f"/ledgerreceipts/{receipt['id']}", json=dimensioned(receipt, *parts, **changes))
    assert answer.status_code == 400


def test_a_changed_invoice_has_a_new_receipt(
    procountor: httpx.Client, sandbox: SandboxApis, receipt: dict[str, Any]
) -> None:
    sandbox.change({"procountor": {"acme-fi": {"/invoices": [{"id": 1, "dueDate": "2026-04-01"}]}}})
    assert procountor.get("/invoices/1").json()["ledgerReceiptId"] == receipt["id"]
    sandbox.change({"procountor": {"acme-fi": {"/invoices": [{"id": 1, "invoiceRows": [ROW]}]}}})
    new = procountor.get("/invoices/1").json()["ledgerReceiptId"]
    assert new > receipt["id"]
    assert procountor.get(f"/ledgerreceipts/{receipt['id']}").status_code == 404
    assert procountor.put(f"/ledgerreceipts/{receipt['id']}", json=receipt).status_code == 404
    assert len(procountor.get(f"/ledgerreceipts/{new}").json()["transactions"]) == 2


def test_faults_reorder_merge_and_recreate(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    body = a_body(invoiceRows=[ROW, {**ROW, "unitPrice": 1}])
    values = []
    for kind in ("reordered", "merged"):
        sandbox.faults({"api": "procountor", "operation": "saveInvoice", "kind": kind})
        made = procountor.post("/invoices", json=body).json()
        there = procountor.get(f"/ledgerreceipts/{made['ledgerReceiptId']}").json()
        values.append([one["accountingValue"] for one in there["transactions"] if one["transactionType"] == "ENTRY"])
    assert values == [[-2.0, -21.0], [-23.0]]
    sandbox.faults({"api": "procountor", "operation": "getLedgerReceipt", "kind": "recreated"})
    assert procountor.get("/ledgerreceipts/10002").status_code == 200
    assert procountor.get("/ledgerreceipts/10002").status_code == 404
    assert procountor.get("/invoices/2").json()["ledgerReceiptId"] == 10_003
    with pytest.raises(ValueError, match="getLedgerReceipt alone"):
        sandbox.faults({"api": "procountor", "operation": "getInvoice", "kind": "recreated"})


def test_D5_an_item_is_made_once_more_when_it_is_asked_for_twice(
    procountor: httpx.Client, sandbox: SandboxApis, receipt: dict[str, Any]
) -> None:
    made = [procountor.post("/dimensions/8/items", json={"codeName": "C"}).json() for _ in range(2)]
    assert [one["id"] for one in made] == [3, 4]
    sandbox.faults({"api": "procountor", "operation": "addDimensionItem", "kind": "search_lag", "seconds": 60})
    procountor.post("/dimensions/8/items", json={"codeName": "later"})
    shown = procountor.get("/dimensions", params={"name": "Own c"}).json()
    assert [one["codeName"] for one in shown[0]["items"]] == ["C", "C"]
    assert facts.wrong_answer("procountor", "getDimensions", shown) == []
    assert procountor.post("/dimensions/9/items", json={"codeName": "C"}).status_code == 404


def test_D3_severa_tells_what_an_invoice_bills(severa: httpx.Client, sandbox: SandboxApis) -> None:
    own = severa.get("/v1/invoices").json()[0]["guid"]
    hours = {"guid": "h", "invoice": {"guid": own}, "invoiceRowGuid": "r", "invoiceQuantity": 2.0}
    fees = {"guid": "f", "invoiceGuid": own, "invoiceRowGuid": "r", "quantity": 1.0}
    other = {"guid": "o", "invoice": {"guid": "another"}}
    there = {"/v1/workhours": [hours, other], "/v1/reimbursedworkhours": [{**fees, "guid": "w"}]}
    sandbox.change({"severa": {"nordic": {**there, "/v1/reimbursedprojectfees": [fees]}}})

    def guids(path: str) -> list[str]:
        return [one["guid"] for one in severa.get(f"/v1/invoices/{own}/{path}").json()]

    assert guids("workhours") == ["h"]
    assert guids("projectfees") == guids("projecttravelexpenses") == guids("reimbursedprojecttravelexpenses") == []
    assert (guids("reimbursedworkhours"), guids("reimbursedprojectfees")) == (["w"], ["f"])
