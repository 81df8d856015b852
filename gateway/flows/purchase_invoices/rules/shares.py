"""The shares of a ledger receipt: what its entries allocate to items of the project dimension (U1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from gateway.rules.purchases import PurchaseEntry
from gateway.rules.receipts import ENTRY


@dataclass(frozen=True, slots=True)
class Share:
    """A project's part of an entry, as far as its fee shows it."""

    item_id: int
    #: Without VAT, in the company's currency, with the sign of the entry.
    amount: Decimal
    vat_percent: Decimal
    text: str


def shares(entries: Iterable[PurchaseEntry], dimension_id: int) -> tuple[Share, ...]:
    """The shares in the order of the receipt.

    Only entries of rows count, not those of VAT, payables and rounding. Amounts are those of the books: Procountor has
    converted a foreign currency by the receipt's own rate, and lets the items of a dimension add up to the entry
    (docs/api-facts.md 79). So nothing is divided or rounded here. Other dimensions of an entry divide it once more for
    other reports, and are no cost of their own.
    """
    found: list[Share] = []
    for entry in entries:
        if entry.kind != ENTRY:
            continue
        amounts: dict[int, Decimal] = defaultdict(Decimal)
        for value in entry.dimensions:
            if value.dimension_id == dimension_id:
                amounts[value.item_id] += value.value
        found += [
            Share(item, amount, entry.vat_percent, entry.description) for item, amount in amounts.items() if amount
        ]
    return tuple(found)
