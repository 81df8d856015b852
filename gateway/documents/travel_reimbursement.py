"""A travel reimbursement as Severa has it: the business snapshot that travels in the change event.

Neither the user's personal identity number nor the bank account is part of it: both are read for one step (R3).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum

from gateway.documents.money import Money
from gateway.documents.outcome import Subject
from gateway.documents.sales_invoice import ProjectRef, Row, RowKind, RowPart

CENT = Decimal("0.01")
#: Digits for the product of any two numbers that an API may send.
_DIGITS = Context(prec=60)


class ExpenseClass(StrEnum):
    """Kind of a line: Severa's ExpensesClass. The first two are allowances."""

    MILEAGE = "Mileage"
    DAILY_ALLOWANCE = "DailyAllowance"
    OTHER = "OtherTravelExpense"

    @property
    def is_allowance(self) -> bool:
        """Whether the line is an allowance, whose code, unit and price the tax administration sets (R4)."""
        return self is not ExpenseClass.OTHER


@dataclass(frozen=True, slots=True)
class Line:
    """One expense."""

    id: str
    #: 1 for the first one, by the day of the expense.
    position: int
    expense_class: ExpenseClass
    #: The name of its travel expense type.
    name: str
    code: str | None
    description: str
    quantity: Decimal
    #: Per unit, with purchase VAT.
    unit_cost: Money
    #: The percentage of purchase VAT; None if Severa has none.
    vat_percent: Decimal | None
    unit: str | None
    #: The day of the expense; the calendar's first day if Severa has none.
    date: dt.date
    project: ProjectRef | None = None
    #: The cost center's identifier.
    cost_center: str | None = None
    #: False: the user did not pay for it, so nothing is paid back.
    is_reimbursed: bool = True
    #: How many receipts it has.
    receipts: int = 0

    @property
    def text(self) -> str:
        """What people call the line: its description, otherwise its type."""
        return self.description if self.description.strip() else self.name

    @property
    def gross(self) -> Decimal:
        """What the line costs with VAT, to the cent."""
        return (self.quantity * self.unit_cost.amount).quantize(CENT, ROUND_HALF_UP, _DIGITS)

    @property
    def net(self) -> Decimal:
        """What it costs without VAT, not rounded."""
        return self.gross * 100 / (100 + (self.vat_percent or Decimal(0)))


@dataclass(frozen=True, slots=True)
class TravelReimbursement:
    """One travel reimbursement, whole. `number` is None until Severa has numbered it."""

    id: str
    number: int | None
    created_at: datetime
    updated_at: datetime | None
    status_id: str
    status_name: str
    date: dt.date
    user_id: str
    user_name: str
    title: str | None
    currency: str
    #: What is paid to the user.
    total: Money
    #: The sum of the expenses.
    total_expenses: Money
    #: What the user got in advance.
    advance: Money
    lines: tuple[Line, ...] = ()

    @property
    def subject(self) -> Subject:
        """Its number and its user."""
        return Subject(str(self.number) if self.number is not None else "", self.user_name)

    @property
    def paid_back(self) -> tuple[Line, ...]:
        """The lines that the user paid for."""
        return tuple(line for line in self.lines if line.is_reimbursed)

    @property
    def projects(self) -> tuple[ProjectRef, ...]:
        """The projects of its lines, each once."""
        return tuple({line.project.id: line.project for line in self.paid_back if line.project is not None}.values())

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its lines as a ledger receipt has them: a cost is the opposite of a sale, so the amounts are negative."""
        return tuple(
            Row(
                id=line.id,
                position=line.position,
                kind=RowKind.TRAVEL,
                description=line.text,
                quantity=Decimal(1),
                unit_price=Money(-line.net, self.currency),
                vat_percent=line.vat_percent or Decimal(0),
                cost_center=line.cost_center,
                parts=(RowPart(line.project.id, Decimal(1)),) if line.project is not None else (),
            )
            for line in self.paid_back
        )

    def head(self) -> TravelReimbursement:
        """As Severa's own head of the reimbursement says it. Of the user only the guid counts."""
        return dataclasses.replace(self, lines=(), user_name="")
