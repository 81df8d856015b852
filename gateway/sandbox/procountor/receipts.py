"""Ledger receipts and dimensions. A receipt is created with its invoice, and again, with a new id, when the invoice
changes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from gateway.sandbox.procountor.pages import (
    PAGING,
    by_ids,
    check_period,
    page,
    seen,
    since,
    until,
)
from gateway.sandbox.server.call import Answer, Call, Filters, Json, Refusal, among, filtered
from gateway.sandbox.world.file import stamp
from gateway.sandbox.world.money import cents

PATH = "/ledgerreceipts"
#: The first id of a receipt, so that none looks like an invoice's.
FIRST_ID = 10_001
#: The account of a row whose product has none, and that of receivables.
SALES, RECEIVABLES = "3000", "1701"
#: The same of a travel invoice and of a purchase invoice, whose costs are positive.
COSTS, PAYABLES = "7800", "2871"
_COSTS = ("TRAVEL_INVOICE", "PURCHASE_INVOICE")
#: Changes that make Procountor book an invoice again (docs/api-facts.md 56).
REBOOKED = ("invoiceRows", "paymentInfo", "discountPercent", "vatStatus", "extraInfo")


def book(store: Json, invoice: Json, twist: str = "") -> int:
    """A receipt for an invoice, replacing its previous one. Returns its id."""
    receipts: list[Json] = store.setdefault(PATH, [])
    number = max((int(one["id"]) for one in receipts), default=FIRST_ID - 1) + 1
    if "ledgerReceiptId" in invoice:
        receipts[:] = [one for one in receipts if one["id"] != invoice["ledgerReceiptId"]]
    entries = _entries(store, invoice)
    if twist == "reordered":
        entries.reverse()
    if twist == "merged":
        entries = _merged(entries)
    receipts.append(
        {
            "id": number,
            "type": invoice["type"],
            "status": invoice["status"],
            "name": invoice["counterParty"]["counterPartyAddress"]["name"],
            "receiptDate": invoice["date"],
            "vatType": "PURCHASE" if invoice["type"] in _COSTS else "SALES",
            "vatStatus": invoice.get("vatStatus", 1),
            "invoiceId": invoice["id"],
            "receiptNumber": invoice["invoiceNumber"],
            "invoiceNumber": invoice["invoiceNumber"],
            "version": stamp("procountor"),
            "transactions": [{"id": number * 1000 + n, **one} for n, one in enumerate(entries, start=1)],
        }
    )
    return number


def follow(call: Call, invoice: Json) -> None:
    """A receipt has its invoice's status."""
    for one in call.objects(PATH):
        if one.get("invoiceId") == invoice["id"]:
            one["status"] = invoice["status"]


def read(call: Call) -> Answer:
    """One receipt. With the fault `recreated`, Procountor books its invoice again at once, and this id is dead."""
    answer = by_ids(call, PATH, "receiptId", "Ledger receipt not found.")
    if call.twist == "recreated":
        own = answer.body["invoiceId"]
        _rebook(call.store, next(one for one in call.objects("/invoices") if one["id"] == own))
    return answer


_BASIC = ("id", "type", "status", "name", "receiptDate", "receiptNumber", "invoiceNumber", "created", "version")
_FILTERS: Filters = {
    "types": among("type"),
    "status": among("status"),
    "startDate": since("receiptDate"),
    "endDate": until("receiptDate"),
    "versionStartDate": since("version"),
    "versionEndDate": until("version"),
}


def search(call: Call) -> Answer:
    """Without entries, and without the invoice."""
    return page(call, filtered(call, call.objects(PATH), _FILTERS, PAGING), _BASIC)


def changed(store: Json, invoice: Json, patch: Json) -> None:
    """An accountant changed the invoice: it is booked again."""
    if "ledgerReceiptId" in invoice and any(name in patch for name in REBOOKED):
        _rebook(store, invoice)


def update(call: Call) -> Answer:
    """The whole receipt, by its newest version; accounts and dimensions of its entries."""
    there = next((one for one in call.objects(PATH) if str(one["id"]) == call.path["receiptId"]), None)
    body = call.body
    if there is None:
        raise Refusal(404, "Ledger receipt not found.")
    if body.get("version") != there["version"]:
        raise Refusal(400, "Version is not the latest.", "version")
    check_period(call, body["receiptDate"])
    known = {one["id"]: one for one in there["transactions"]}
    if sorted(one.get("id", 0) for one in body["transactions"]) != sorted(known):
        raise Refusal(400, "The sandbox doesn't add or remove transactions.", "transactions")
    for one in body["transactions"]:
        _check(call, one, known[one["id"]])
    _check_items(call, body)
    there |= {**body, "id": there["id"], "version": _newer(there["version"])}
    names, items = _names(call)
    entries = [
        {
            "account": one["account"],
            "description": one.get("description", ""),
            "value": one["accountingValue"],
            "dimensions": [
                [names[value["dimensionId"]], items[value["dimensionId"], value["itemId"]], value["value"]]
                for value in one.get("dimensionItemValues") or ()
            ],
        }
        for one in there["transactions"]
        if one["transactionType"] == "ENTRY"
    ]
    about = {"invoiceId": there.get("invoiceId"), "entries": entries}
    return Answer(body=seen(there), effect="updated", object_id=there["id"], about=about)


def _rebook(store: Json, invoice: Json) -> None:
    invoice |= {"ledgerReceiptId": book(store, invoice), "version": stamp("procountor")}


def amounts(row: Json, extra: Json) -> tuple[Decimal, Decimal]:
    """A row's net and its VAT, whether or not its price has VAT."""
    amount = cents(Decimal(str(row["quantity"])) * Decimal(str(row["unitPrice"])))
    percent = Decimal(str(row["vatPercent"]))
    if extra["unitPricesIncludeVat"]:
        net = cents(amount * 100 / (100 + percent))
        return net, amount - net
    return amount, cents(amount * percent / 100)


def _entries(store: Json, invoice: Json) -> list[Json]:
    """One entry per row, net, in the accounting currency, negative but for costs; and what is owed."""
    bought = invoice["type"] in _COSTS
    products = {one["id"]: one for one in store.get("/products", ())}
    rate = Decimal(str(invoice["paymentInfo"]["currencyRate"]))
    entries: list[Json] = []
    owed = Decimal(0)
    for row in invoice["invoiceRows"]:
        own, vat = amounts(row, invoice["extraInfo"])
        net = cents(own / rate)
        owed += net + cents(vat / rate)
        product = products.get(row.get("productId")) or {}
        entries.append(
            {
                "transactionType": "ENTRY",
                "account": product.get("defaultAccount") or (COSTS if bought else SALES),
                "accountingValue": float(net if bought else -net) + 0.0,
                "vatPercent": row["vatPercent"],
                "vatStatus": row.get("vatStatus", invoice.get("vatStatus", 1)),
                "description": row["product"][:255],
            }
        )
    if not invoice["extraInfo"]["accountingByRow"]:
        entries = _merged(entries)
    account, value = (PAYABLES, -owed) if bought else (RECEIVABLES, owed)
    receivable = {"account": account, "accountingValue": float(value) + 0.0, "vatPercent": 0}
    return [{"transactionType": "REVERSING_ENTRY", **receivable}, *entries]


def _merged(entries: list[Json]) -> list[Json]:
    """One entry of all rows."""
    rows = [one for one in entries if one["transactionType"] == "ENTRY"]
    total = sum((Decimal(str(one["accountingValue"])) for one in rows), Decimal(0))
    rest = [one for one in entries if one["transactionType"] != "ENTRY"]
    return [*rest, {**rows[0], "accountingValue": float(total), "description": ""}]


def _check(call: Call, one: Json, before: Json) -> None:
    place = f"transactions[{one['id']}]"
    if any(one[name] != before[name] for name in ("transactionType", "accountingValue", "vatPercent")):
        raise Refusal(400, "The sandbox doesn't change amounts and VAT.", place)
    chart = call.store.get("/coa", {}).get("ledgerAccounts", ())
    active = {account["ledgerAccountCode"] for account in chart if account.get("active", True)}
    if one["account"] != before["account"] and one["account"] not in active:
        raise Refusal(400, "Ledger account not found.", f"{place}.account")
    value = Decimal(str(one["accountingValue"]))
    there = {
        (dimension["id"], item["id"])
        for dimension in call.objects("/dimensions")
        for item in dimension.get("items") or ()
        if item.get("status") != "P"
    }
    sums: dict[int, Decimal] = {}
    pairs = set()
    for part in one.get("dimensionItemValues") or ():
        pair, amount = (part["dimensionId"], part["itemId"]), Decimal(str(part["value"]))
        if pair not in there:
            raise Refusal(400, "Dimension item not found.", f"{place}.dimensionItemValues")
        if pair in pairs or amount != cents(amount) or amount * value < 0:
            raise Refusal(400, "Dimension item value is invalid.", f"{place}.dimensionItemValues")
        pairs.add(pair)
        sums[pair[0]] = sums.get(pair[0], Decimal(0)) + amount
    if any(total != value for total in sums.values()):
        raise Refusal(400, "Sum of dimension item values must equal the accounting value.", place)


def _check_items(call: Call, body: Json) -> None:
    """The usage setting that limits a dimension's items on a receipt; the wording of its refusal isn't known
    (docs/api-facts.md 58).
    """
    values = [value for one in body["transactions"] for value in one.get("dimensionItemValues") or ()]
    pairs = {(value["dimensionId"], value["itemId"]) for value in values}
    for dimension in {first for first, _ in pairs}:
        if sum(first == dimension for first, _ in pairs) > call.limits["receipt_items"]:
            raise Refusal(400, "Too many dimension items.", "transactions")


def _names(call: Call) -> tuple[dict[int, str], dict[tuple[int, int], str]]:
    names, items = {}, {}
    for one in call.objects("/dimensions"):
        names[one["id"]] = one["name"]
        items.update({(one["id"], item["id"]): item["codeName"] for item in one.get("items") or ()})
    return names, items


def _newer(version: Any) -> str:
    """A later version, even within the same moment."""
    after = datetime.fromisoformat(version) + timedelta(milliseconds=1)
    return max(datetime.fromisoformat(stamp("procountor")), after).isoformat(timespec="milliseconds")
