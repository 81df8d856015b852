"""Entries of both systems' registers: codes, products, accounts, invoice statuses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """A product, work type or travel expense type of Severa."""

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
    """A sales account of Severa, or an account of Procountor's chart."""

    number: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Flags:
    """A status as Severa shows it; None: Severa doesn't tell."""

    name: str
    not_editable: bool | None = None
    invoice_number: bool | None = None
    sent: bool | None = None
    order: int | None = None
