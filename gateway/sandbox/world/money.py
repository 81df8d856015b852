"""Amounts in cents, as the gateway's own are rounded, but written anew: a mistake of one is not that of both."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """To the cent, halves away from zero."""
    return amount.quantize(_CENT, ROUND_HALF_UP)
