"""What rows need on the ledger receipt, and what the receipt has (D1-D4, L1; docs/api-facts.md 53, 54)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gateway.documents import Row
from gateway.rules.accounts import sales_account
from gateway.rules.amounts import row_net
from gateway.rules.fields import LONGEST_TEXT
from gateway.rules.sent_row import texts, whole_text

#: The transaction type of rows; REVERSING_ENTRY and RECONCILIATION_ENTRY are not touched.
ENTRY = "ENTRY"


class Axis(StrEnum):
    """What Severa knows of a row that may become a dimension (S15)."""

    BUSINESS_UNIT = "business unit"
    COST_CENTER = "cost center"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a row that belongs to an item of a dimension."""

    item_id: int
    #: An amount, or 1 for the whole row.
    weight: Decimal = Decimal(1)


#: Shares by dimension id.
Shares = tuple[tuple[int, tuple[Share, ...]], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row needs on the receipt."""

    position: int
    text: str
    #: As on the invoice, positive for a sale.
    net: Decimal
    vat_percent: Decimal
    #: None keeps the booked account.
    account: str | None = None
    shares: Shares = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A transaction of the receipt."""

    id: int
    kind: str
    account: str
    #: accountingValue: net, negative for a sale.
    value: Decimal
    vat_percent: Decimal
    vat_status: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class DimensionValue:
    """One of an entry's dimensionItemValues."""

    dimension_id: int
    item_id: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is written on an entry: account and dimensions together (D2)."""

    entry_id: int
    position: int
    account: str
    dimensions: tuple[DimensionValue, ...]


def chosen_shares(
    parts: Mapping[Axis, Sequence[tuple[str, Decimal]]],
    dimensions: Mapping[Axis, int],
    items: Mapping[tuple[int, str], int],
) -> Shares:
    """D1: a row's shares on the axes that the company chose.

    `parts`: codes with their amounts; `dimensions`: Procountor's dimension per chosen axis; `items`: ids by dimension
    and code, all of which exist (D5).
    """
    return tuple(
        (dimension, tuple(Share(items[dimension, code], amount) for code, amount in parts[axis]))
        for axis, dimension in dimensions.items()
        if parts.get(axis)
    )


def wanted(row: Row, currency: str, shares: Shares = (), limit: int = LONGEST_TEXT) -> Wanted:
    """A row of the invoice, with checked VAT, and its shares. `limit`: characters of the text that was sent."""
    vat = row.vat_percent if row.vat_percent is not None else Decimal(0)
    text, _ = texts(whole_text(row, currency), limit)
    return Wanted(row.position, text, row_net(row, currency), vat, sales_account(row), shares)
