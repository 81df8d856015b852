"""Purchase invoices and their allocations for tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from gateway.documents import CostAllocation, ItemRef, Money


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
        item=ItemRef(11, "1001", "Renewal"),
        currency="EUR",
        currency_rate=Decimal(1),
    )
    return replace(made, **changes)
