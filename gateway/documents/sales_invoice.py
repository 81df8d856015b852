"""A sales invoice as Severa has it: the business snapshot that travels in the change event."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from gateway.documents.money import Money
from gateway.documents.outcome import Subject


class RowKind(StrEnum):
    """Kind of a row; decides the default code (P1): Severa's InvoiceRowType."""

    HOURS = "Hours"
    FEES = "ProjectFees"
    TRAVEL = "TravelExpenses"
    FLAT_RATE = "FlatRate"


@dataclass(frozen=True, slots=True)
class Address:
    """An address as written on the invoice; `country` is a name in any language, alpha-2 or alpha-3."""

    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """The billing customer's card: what is not frozen on the invoice itself."""

    id: str
    name: str
    number: int | None = None
    business_id: str | None = None
    email: str | None = None
    einvoice_address: str | None = None
    einvoice_operator: str | None = None


@dataclass(frozen=True, slots=True)
class ProjectRef:
    """A project that the invoice bills."""

    id: str
    name: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class RowPart:
    """The amount of a row that belongs to a project: its guid in Severa, "" if there is none; in the row's currency."""

    project: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice row. `codes` are those of the merged products or work types, blanks included.

    `parts`: what it groups by project; read only where the invoice has several and someone wants them (D3).
    """

    id: str
    position: int
    kind: RowKind
    description: str
    quantity: Decimal
    unit_price: Money
    vat_percent: Decimal | None
    codes: tuple[str, ...] = ()
    unit: str | None = None
    sales_account: str | None = None
    cost_center: str | None = None
    parts: tuple[RowPart, ...] = ()


@dataclass(frozen=True, slots=True)
class SalesInvoice:
    """One sales invoice or credit note, whole. `number` is None until Severa has numbered it."""

    id: str
    number: int | None
    created_at: datetime
    updated_at: datetime | None
    status_id: str
    status_name: str
    business_unit_id: str | None
    date: dt.date
    due_date: dt.date
    currency: str
    currency_rate: Decimal
    language: str | None
    customer: Customer
    business_id: str | None
    receiver_name: str | None
    receiver_contact: str | None
    receiver_email: str | None
    receiver_address: Address
    sender_contact: str | None
    our_reference: str | None
    your_reference: str | None
    notes: str | None
    free_text_above: str | None
    free_text_below: str | None
    order_number: str | None
    reference_number: str | None
    overdue_interest: Decimal | None
    is_credit_note: bool
    reimburses: int | None
    total_excluding_tax: Money
    total_including_tax: Money
    projects: tuple[ProjectRef, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def subject(self) -> Subject:
        """Its number, and the customer on it."""
        number = str(self.number) if self.number is not None else ""
        return Subject(number, self.receiver_name or self.customer.name)

    def head(self) -> SalesInvoice:
        """As Severa's own head of the invoice says it. Of the customer only the guid counts: head and card need not
        agree on its name, and a whole document has the card's.
        """
        return dataclasses.replace(self, rows=(), customer=Customer(id=self.customer.id, name=""))
