"""Entries of both systems' registers: codes, products, accounts, invoice statuses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from gateway.documents import Money, User


@dataclass(frozen=True, slots=True)
class Item:
    """A product, work type or travel expense type in Severa."""

    code: str
    name: str
    vat_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A product of Procountor's register. Travel codes have days of validity."""

    code: str
    name: str
    active: bool = True
    vat_percent: Decimal | None = None
    account: str = ""
    starts: dt.date = dt.date.min
    ends: dt.date = dt.date.max


@dataclass(frozen=True, slots=True)
class TravelProduct:
    """A code of Procountor's travel register."""

    id: int
    code: str
    name: str
    #: Procountor's unit; "" if it has none.
    unit: str = ""
    #: 0 means none.
    price: Decimal = Decimal(0)
    currency: str = ""
    active: bool = True
    starts: dt.date = dt.date.min
    ends: dt.date = dt.date.max

    def is_valid(self, day: dt.date) -> bool:
        """Whether the code is in use on a day."""
        return self.active and self.starts <= day <= self.ends


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person of Procountor's register: also a business partner, with the same id."""

    id: int
    name: str
    #: May be a personal identity number: kept for one step only.
    identifier: str | None = field(default=None, repr=False)
    active: bool = True


@dataclass(frozen=True, slots=True)
class UserCard:
    """A user of Severa with number and account, as one step reads it (R3)."""

    user: User
    personal_id: str | None = field(default=None, repr=False)
    account: str | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        """The user's guid."""
        return self.user.id

    @property
    def name(self) -> str:
        """Both names."""
        return self.user.name


@dataclass(frozen=True, slots=True)
class Account:
    """A sales account in Severa, or an account of Procountor's chart."""

    number: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Flags:
    """The settings of a status in Severa; None if Severa doesn't show one."""

    name: str
    not_editable: bool | None = None
    invoice_number: bool | None = None
    sent: bool | None = None
    order: int | None = None


@dataclass(frozen=True, slots=True)
class PartnerCard:
    """A business partner of Procountor's register; `id` is unique within a company only."""

    id: int
    name: str
    identifier: str | None
    customer_number: str | None
    active: bool = True


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product of Procountor's register."""

    id: int
    code: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class SeveraProduct:
    """A product, work type or travel expense type in Severa, as far as a new product needs it."""

    code: str
    name: str = ""
    price: Money | None = None
    unit: str | None = None
    active: bool = True
