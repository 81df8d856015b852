"""Amounts in cents, rounded like the gateway's, but implemented separately: a fault of one is not shared by both."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Rounded to the cent, halves away from zero."""
    return amount.quantize(_CENT, ROUND_HALF_UP)
