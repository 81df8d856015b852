"""Entries of both systems' registers: codes, products, accounts, invoice statuses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from gateway.documents import Money


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
