"""The body that writes accounts and dimensions on a receipt: all of it as read, but for what is wanted."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from gateway.http import Request
from gateway.procountor.receipts import receipt, rewritten
from gateway.rules.receipts import DimensionValue, Entry, NewEntry
from gateway.sandbox import facts

PUT = next(one for one in facts.operations("procountor") if one.name == "updateLedgerReceipt")
TREE: dict[str, Any] = {
    "id": 7,
    "type": "SALES_INVOICE",
    "name": "Asiakas Oy",
    "receiptDate": "2026-03-02",
    "vatType": "SALES",
    "vatStatus": 1,
    "accountantsNotes": "kept",
    "partnerCode": None,
    "version": "2026-03-02T10:00:00",
    "transactions": [
        {"id": 1, "transactionType": "REVERSING_ENTRY", "account": "1701", "accountingValue": 125, "vatPercent": 0},
        {
            "id": 2,
            "transactionType": "ENTRY",
            "account": "3000",
            "accountingValue": Decimal("-100.00"),
            "vatPercent": 25,
            "vatStatus": 1,
            "description": None,
            "dimensionItemValues": [{"dimensionId": 9, "itemId": 5, "value": -100}],
        },
    ],
}
WANTED = NewEntry(2, 1, "3010", (DimensionValue(7, 3, Decimal("-100")),))


def test_D2_entries_are_read_as_the_rules_know_them() -> None:
    read = receipt(TREE)
    assert (read.id, read.version) == (7, "2026-03-02T10:00:00")
    assert read.entries[1] == Entry(2, "ENTRY", "3000", Decimal(-100), Decimal(25), 1, "")


def test_D2_receipt_keeps_all_but_account_and_dimensions() -> None:
    """Another dimension stays, too."""
    body = rewritten(receipt(TREE), [WANTED])
    assert body is not None
    assert body["transactions"][0] == TREE["transactions"][0]
    entry = body["transactions"][1]
    assert (entry["account"], entry["accountingValue"]) == ("3010", Decimal(-100))
    assert [(v["dimensionId"], v["itemId"], v["value"]) for v in entry["dimensionItemValues"]] == [
        (9, 5, -100),
        (7, 3, Decimal(-100)),
    ]
    assert (body["version"], body["accountantsNotes"]) == (TREE["version"], "kept")
    sent = json.loads(Request("r", "PUT", "/x", body=body).content() or b"")
    assert facts.problems(PUT, [], sent, repeated=False) == []


def test_D2_its_own_result_needs_no_write() -> None:
    body = rewritten(receipt(TREE), [WANTED])
    assert body is not None
    assert rewritten(receipt(body), [WANTED]) is None
    assert rewritten(receipt(TREE), [NewEntry(2, 1, "3000", ())]) is None


def test_D2_a_dimensions_old_items_are_replaced() -> None:
    other = rewritten(receipt(TREE), [NewEntry(2, 1, "3000", (DimensionValue(9, 6, Decimal(-100)),))])
    assert other is not None
    assert [v["itemId"] for v in other["transactions"][1]["dimensionItemValues"]] == [6]


def test_D2_complete_receipt_is_not_written_again() -> None:
    """Each write makes a new version of it: an accountant who has it open would lose what they typed."""
    body = rewritten(receipt(TREE), [WANTED])
    assert body is not None
    assert rewritten(receipt(body), [WANTED]) is None
