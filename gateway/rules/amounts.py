"""Amounts: what a row comes to, and its parts, which add up to it (D3)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from gateway.documents import Row
from gateway.rules.codes.currencies import CENT, rounded


def row_net(row: Row, currency: str = "") -> Decimal:
    """Quantity times unit price, to the smallest amount of the invoice's currency; with the row's own sign."""
    return rounded(row.quantity * row.unit_price.amount, currency or row.unit_price.currency)


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
