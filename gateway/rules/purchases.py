"""Purchase invoices as Procountor has them, projects and project fees as Severa has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from gateway.documents import Money
from gateway.rules.receipts import DimensionValue


@dataclass(frozen=True, slots=True)
class PurchaseInvoice:
    """A purchase invoice, as far as its fees need it."""

    id: int
    #: Procountor's number.
    number: int | None
    status: str
    supplier: str
    #: The supplier's own number of it.
    supplier_number: str | None
    currency: str
    #: Units of its currency for one of the company's.
    currency_rate: Decimal
    receipt_id: int | None
    version: datetime | None = None


@dataclass(frozen=True, slots=True)
class PurchaseEntry:
    """A transaction of its ledger receipt."""

    id: int
    kind: str
    #: accountingValue: without VAT, in the company's currency; positive for a cost.
    value: Decimal
    vat_percent: Decimal
    description: str = ""
    #: Amounts by dimension and item; those of a dimension sum to the value.
    dimensions: tuple[DimensionValue, ...] = ()


@dataclass(frozen=True, slots=True)
class PurchaseReceipt:
    """Its ledger receipt."""

    id: int
    invoice_id: int
    date: dt.date
    version: datetime | None = None
    entries: tuple[PurchaseEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class SeveraProject:
    """A project, as far as a fee needs it."""

    id: str
    number: int | None
    name: str
    is_closed: bool = False
    #: The guid and name of its business unit; "" if it has none.
    unit_id: str = ""
    unit_name: str = ""


@dataclass(frozen=True, slots=True)
class ProjectFee:
    """A project fee in Severa."""

    id: str
    project_id: str
    project_name: str
    name: str
    description: str
    quantity: Decimal
    unit_cost: Money | None
    vat_percent: Decimal | None
    date: dt.date | None
    #: Whether a customer's invoice has it.
    is_billed: bool = False
    #: The number of that invoice, if it has one.
    billed_by: int | None = None
    unit_price: Money | None = None
    #: Other fields that users fill in, in the form that a new fee takes: phase, product and others.
    users: Mapping[str, object] = field(default_factory=dict)

    @property
    def cost(self) -> Decimal:
        """Its cost in all."""
        return self.quantity * self.unit_cost.amount if self.unit_cost is not None else Decimal(0)
