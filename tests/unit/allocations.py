"""Purchase invoices and their allocations for tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from gateway.documents import CostAllocation, DocumentKey, ItemRef, Kind, Money, Revision, Sequence
from gateway.documents.hashing import content_hash
from gateway.flows.purchase_invoices.rules.fee import FeeProfile, map_fee
from gateway.rules.items import DimensionItem
from gateway.rules.purchases import ProjectFee, PurchaseEntry, PurchaseInvoice, PurchaseReceipt, SeveraProject
from gateway.rules.receipts import DimensionValue


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def an_allocation(n: int = 1, **changes: Any) -> CostAllocation:
    """100 EUR of invoice 5001 for project 1001."""
    made = CostAllocation(
        id=f"4711-{n}",
        number=5001,
        updated_at=datetime(2026, 3, 5, 8, tzinfo=UTC),
        status_name="APPROVED",
        invoice_id=4711,
        supplier="Tukku Oy",
        supplier_number="2026-77",
        date=dt.date(2026, 3, 2),
        text="Design work",
        amount=eur("100"),
        vat_percent=Decimal("25.5"),
        item=ItemRef(11, "1001", "Project 1001"),
        currency="EUR",
        currency_rate=Decimal(1),
    )
    return replace(made, **changes)


#: The project dimension, and items of it by id.
PROJECTS = 3
ITEMS = {n: DimensionItem(n, str(990 + n), description=f"Project {990 + n}") for n in (11, 12, 13)}


def an_entry(n: int = 1, shares: dict[int, str] | None = None, **changes: Any) -> PurchaseEntry:
    """100 EUR for project 1001; `shares`: amounts by item instead."""
    parts = {11: "100"} if shares is None else shares
    made = PurchaseEntry(
        id=n,
        kind="ENTRY",
        value=sum(map(Decimal, parts.values()), Decimal(0)),
        vat_percent=Decimal("25.5"),
        description="Design work",
        dimensions=tuple(DimensionValue(PROJECTS, item, Decimal(amount)) for item, amount in parts.items()),
    )
    return replace(made, **changes)


def a_receipt(*entries: PurchaseEntry, **changes: Any) -> PurchaseReceipt:
    """Of these entries, and one of payables."""
    total = sum((one.value for one in entries), Decimal(0))
    payables = PurchaseEntry(99, "REVERSING_ENTRY", -total, Decimal(0), "Payables")
    return replace(PurchaseReceipt(10_001, 4711, dt.date(2026, 3, 2), entries=(*entries, payables)), **changes)


def an_invoice(**changes: Any) -> PurchaseInvoice:
    """Approved."""
    made = PurchaseInvoice(
        id=4711,
        number=5001,
        status="APPROVED",
        supplier="Tukku Oy",
        supplier_number="2026-77",
        currency="EUR",
        currency_rate=Decimal(1),
        receipt_id=10_001,
        version=datetime(2026, 3, 5, 8, tzinfo=UTC),
    )
    return replace(made, **changes)


KEY = DocumentKey("acme-fi", Kind.COST_ALLOCATION, "4711-1")
UNITS = {"u-guid": "acme-fi", "u-other": "bolt-fi"}
PROJECT = SeveraProject("p-guid", 1001, "Renewal", unit_id="u-guid", unit_name="Acme")
PROFILE = FeeProfile("Subcontracting")


def a_revision(of: CostAllocation, number: int = 1) -> Revision:
    return Revision(number, Sequence(1, number), content_hash(of))


def a_fee(of: CostAllocation | None = None, number: int = 1, **changes: Any) -> ProjectFee:
    """The fee that the gateway creates of an allocation, as Severa shows it."""
    written = of or an_allocation()
    mapped = map_fee(written, PROJECT.id, PROFILE, KEY, a_revision(written, number))
    made = ProjectFee(
        id="f-guid",
        project_id=PROJECT.id,
        project_name=PROJECT.name,
        name=mapped.name,
        description=str(mapped.body["description"]),
        quantity=Decimal(1),
        unit_cost=written.amount,
        vat_percent=written.vat_percent,
        date=written.date,
    )
    return replace(made, **changes)
