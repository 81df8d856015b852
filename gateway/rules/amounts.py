"""Amounts: what a row comes to, and its parts, which add up to it (D3)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from gateway.documents import Row
from gateway.rules.codes.currencies import CENT, minor_unit, rounded

#: The most digits that a JSON number holds without loss.
DIGITS = 15
#: The most cents by which rows may differ from a total without VAT.
MOST_CENTS = 50


def row_net(row: Row, currency: str = "") -> Decimal:
    """Quantity times unit price, to the smallest amount of the invoice's currency; with the row's own sign."""
    return rounded(row.quantity * row.unit_price.amount, currency or row.unit_price.currency)


def is_near(rows: Decimal, total: Decimal, count: int, currency: str) -> bool:
    """Whether rows add up to a total: within a cent per row, at most 50 (T3)."""
    return abs(rows - total) <= max(CENT, minor_unit(currency)) * min(count, MOST_CENTS)


def is_too_long(number: Decimal, amount: Decimal) -> bool:
    """Whether a number of a row, or the row's amount, doesn't fit into a JSON number without loss."""
    largest = max(abs(amount), abs(number))
    return largest >= Decimal(10) ** DIGITS or len(number.normalize().as_tuple().digits) > DIGITS


def split(amount: Decimal, weights: Sequence[Decimal], unit: Decimal = CENT) -> tuple[Decimal, ...]:
    """Parts of an amount in proportion to weights, each within a unit of its exact share; they sum to the amount.

    What rounding leaves over goes to the parts that lost most by it, the first of equals. Weights that are all zero
    count as equal. Raises ValueError: no weight, weights that cancel out, or an amount finer than the unit.
    """
    units = Fraction(amount) / Fraction(unit)
    if not weights or units.denominator != 1:
        raise ValueError(f"{amount} can't be split into {len(weights)} parts of whole {unit}")
    shares = [Fraction(weight) for weight in weights]
    if not any(shares):
        shares = [Fraction(1)] * len(weights)
    whole = sum(shares)
    if not whole:
        raise ValueError(f"the weights of {amount} cancel out")
    exact = [abs(units) * share / whole for share in shares]
    parts = [part.numerator // part.denominator for part in exact]
    left = int(abs(units)) - sum(parts)
    for at in sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])[:left]:
        parts[at] += 1
    sign = 1 if units >= 0 else -1
    return tuple(sign * part * unit for part in parts)
