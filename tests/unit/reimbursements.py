"""Travel reimbursements for tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from gateway.documents import ExpenseClass, Line, Money, ProjectRef, TravelReimbursement

DAY = dt.date(2026, 3, 2)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def a_line(position: int = 1, **changes: Any) -> Line:
    """A train ticket of 12.55 EUR with 13.5 % VAT."""
    line = Line(
        id=f"line-{position}",
        position=position,
        expense_class=ExpenseClass.OTHER,
        name="Train ticket",
        code="TRAIN",
        description="Helsinki - Tampere",
        quantity=Decimal(1),
        unit_cost=eur("12.55"),
        vat_percent=Decimal("13.5"),
        unit="pcs",
        date=DAY,
        project=ProjectRef("project-1", "Renewal", 1),
    )
    return replace(line, **changes)


def kilometers(position: int = 2, **changes: Any) -> Line:
    """120 km."""
    line = a_line(
        position,
        expense_class=ExpenseClass.MILEAGE,
        name="Kilometer allowance",
        code="KM",
        description="Turku and back",
        quantity=Decimal(120),
        unit_cost=eur("0.55"),
        vat_percent=Decimal(0),
        unit="km",
    )
    return replace(line, **changes)


def a_reimbursement(*lines: Line, **changes: Any) -> TravelReimbursement:
    """Of these lines; of a train ticket and 120 km, if there are none."""
    lines = lines or (a_line(), kilometers())
    total = eur(str(sum((line.gross for line in lines if line.is_reimbursed), Decimal(0))))
    made = TravelReimbursement(
        id="r-guid",
        number=501,
        created_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
        updated_at=None,
        status_id="approved-guid",
        status_name="Approved",
        date=DAY,
        user_id="user-guid",
        user_name="Maija Virtanen",
        title="Customer visit",
        currency="EUR",
        total=total,
        total_expenses=total,
        advance=eur("0"),
        lines=lines,
    )
    return replace(made, **changes)
