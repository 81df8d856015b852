"""Purchase invoices of the demo's world: suppliers' invoices in Procountor, allocated to projects of Severa."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gateway.sandbox.world.demo_world import Firm, guid
from gateway.sandbox.world.money import cents

Json = dict[str, Any]

#: Procountor's project dimension in the demo's world; the ids of its items are those of projects, counted from here.
PROJECTS, FIRST_ITEM = 1, 300
#: Numbers of projects, and the first ids of purchase invoices and their receipts.
FIRST_PROJECT, FIRST_INVOICE, FIRST_RECEIPT = 1001, 6001, 60_001


def purchase_settings(**more: Any) -> Json:
    """The section `purchases` of a company's settings."""
    return {"receipts_from": "2020-01-01", "project_dimension": "Projects", **more}


def project(firm: Firm, n: int, **changes: Any) -> Json:
    """The n-th project of a company, open."""
    return {
        "guid": guid(firm.id, "purchase project", n),
        "name": f"Delivery {n}",
        "number": FIRST_PROJECT + n,
        "isClosed": False,
        "isInternal": False,
        "businessUnit": {"guid": guid(firm.id, "unit"), "name": firm.name},
        "createdDateTime": "$now-300d",
        "lastUpdatedDateTime": "$now-30d",
        **changes,
    }


def item(n: int, **changes: Any) -> Json:
    """Its item in Procountor, named by its number."""
    return {"id": FIRST_ITEM + n, "codeName": str(FIRST_PROJECT + n), "description": f"Delivery {n}", **changes}


def entry(firm: Firm, shares: dict[int, str], text: str = "Design work", **changes: Any) -> Json:
    """An entry of a receipt: amounts by the n of their projects."""
    values = [
        {"dimensionId": PROJECTS, "itemId": FIRST_ITEM + n, "value": float(Decimal(amount))}
        for n, amount in shares.items()
    ]
    total = sum(map(Decimal, shares.values()), Decimal(0))
    return {
        "transactionType": "ENTRY",
        "account": "4000",
        "accountingValue": float(total),
        "vatPercent": float(firm.vat),
        "description": text,
        "dimensionItemValues": values,
        **changes,
    }


def add_purchases(world: Json, firm: Firm, projects: int = 3) -> Json:
    """Add projects and their items to a world, and return it."""
    severa, there = world["severa"][firm.organisation], world["procountor"][firm.id]
    severa.setdefault("/v1/projects", []).extend(project(firm, n) for n in range(projects))
    severa.setdefault("/v1/projectfees", [])
    there.setdefault("/ledgerreceipts", [])
    (dimension,) = (one for one in there["/dimensions"] if one["id"] == PROJECTS)
    dimension["items"] += [item(n) for n in range(projects)]
    return world


def add_invoice(world: Json, firm: Firm, n: int, entries: list[Json], **changes: Any) -> Json:
    """The n-th purchase invoice of a company, approved, with its ledger receipt."""
    there = world["procountor"][firm.id]
    made = invoice(firm, n, entries, **changes)
    there["/invoices"].append(made)
    there["/ledgerreceipts"].append(receipt(firm, made, entries))
    return made


def invoice(firm: Firm, n: int, entries: list[Json], **changes: Any) -> Json:
    """The invoice: a row for each entry."""
    own = FIRST_INVOICE + n
    name = "Leverantör AB" if firm.country == "SE" else "Tukku Oy"
    rows = [
        {
            "product": one["description"],
            "quantity": 1,
            "unit": "PIECE",
            "unitPrice": one["accountingValue"],
            "discountPercent": 0,
            "vatPercent": one["vatPercent"],
        }
        for one in entries
    ]
    return {
        "id": own,
        "type": "PURCHASE_INVOICE",
        "status": "APPROVED",
        "date": "$today-3d",
        "counterParty": {"counterPartyAddress": {"name": name}},
        "paymentInfo": {
            "paymentMethod": "BANK_TRANSFER",
            "currency": firm.currency,
            "dueDate": "$today+11d",
            "currencyRate": 1,
        },
        "extraInfo": {"accountingByRow": True, "unitPricesIncludeVat": False},
        "discountPercent": 0,
        "invoiceRows": rows,
        "invoiceNumber": own,
        "originalInvoiceNumber": f"2026-{n}",
        "invoiceChannel": "ELECTRONIC_INVOICE",
        "vatStatus": 1,
        "ledgerReceiptId": FIRST_RECEIPT + n,
        "created": "$now-3h",
        "version": "$now-2h",
        **changes,
    }


def receipt(firm: Firm, owner: Json, entries: list[Json], **changes: Any) -> Json:
    """The invoice's receipt: its entries, and what is owed."""
    own = owner["ledgerReceiptId"]
    tax = [Decimal(str(one["accountingValue"])) * (100 + Decimal(str(one["vatPercent"]))) / 100 for one in entries]
    owed = {"transactionType": "REVERSING_ENTRY", "account": "2871", "vatPercent": 0}
    lines = [{**owed, "accountingValue": -float(sum(map(cents, tax), Decimal(0)))}, *entries]
    return {
        "id": own,
        "type": "PURCHASE_INVOICE",
        "status": owner["status"],
        "name": owner["counterParty"]["counterPartyAddress"]["name"],
        "receiptDate": owner["date"],
        "vatType": "PURCHASE",
        "vatStatus": 1,
        "invoiceId": owner["id"],
        "receiptNumber": owner["invoiceNumber"],
        "invoiceNumber": owner["invoiceNumber"],
        "version": owner["version"],
        "transactions": [{**one, "id": own * 1000 + n} for n, one in enumerate(lines, start=1)],
        **changes,
    }


def many_purchases(world: Json, firm: Firm, count: int, projects: int = 3) -> None:
    """Common purchase invoices: one entry for two projects, one for a third."""
    for n in range(count):
        first, second, third = (at % projects for at in (n, n + 1, n + 2))
        entries = [entry(firm, {first: "60.10", second: "39.90"}), entry(firm, {third: "12.50"}, "Freight")]
        add_invoice(world, firm, n, entries)
