"""A cost allocation: one project's share of one ledger receipt entry of a purchase invoice in Procountor (F3, U1).

It becomes one project fee in Severa. Nothing of it is an id of the ledger receipt, which Procountor creates again with
new ids (docs/api-facts.md 56): ADR 28 says what identifies an allocation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from gateway.documents.document import LONG_AGO
from gateway.documents.money import Money
from gateway.documents.outcome import Subject


class Withdrawal(StrEnum):
    """Why an allocation counts no longer, so that its fee must go (U3)."""

    NOT_APPROVED = "not-approved"
    PAYMENT_DENIED = "payment-denied"
    INVALIDATED = "invalidated"
    #: The invoice counts, but this share is gone from its receipt.
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ItemRef:
    """The item of Procountor's project dimension that an amount is allocated to."""

    id: int
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class CostAllocation:
    """One allocation, whole. A withdrawn one has the content that it had last."""

    #: `<id of the invoice>-<n>` (ADR 28).
    id: str
    #: Procountor's number of the invoice.
    number: int | None
    #: When invoice or receipt changed last, by Procountor's clock.
    updated_at: datetime | None
    #: The invoice's status in Procountor.
    status_name: str
    invoice_id: int
    supplier: str
    #: The supplier's own number of the invoice.
    supplier_number: str | None
    #: The ledger receipt's date: the fee is in the period in which the books have the cost.
    date: dt.date
    #: The entry's description.
    text: str
    #: Without VAT, in the company's currency, as the books have it; negative on a credit note.
    amount: Money
    vat_percent: Decimal
    item: ItemRef
    #: The invoice's currency, and its units for one of the company's.
    currency: str
    currency_rate: Decimal
    withdrawn: Withdrawal | None = None

    @property
    def created_at(self) -> datetime:
        """Long ago: Procountor doesn't say when an entry was allocated, so its fee is looked up before its creation."""
        return LONG_AGO

    @property
    def status_id(self) -> str:
        """Procountor's statuses have no id but their name."""
        return self.status_name

    @property
    def subject(self) -> Subject:
        """The invoice's number and its supplier."""
        return Subject(str(self.number) if self.number is not None else "", self.supplier)

    def head(self) -> CostAllocation:
        """Itself: it has nothing that is read elsewhere."""
        return self
