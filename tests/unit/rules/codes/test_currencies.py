"""Amounts rounded to a currency's smallest one."""

from __future__ import annotations

from decimal import Decimal

from gateway.rules.codes.currencies import CENT, half_up


def test_T3_the_vat_of_any_two_numbers_can_be_rounded() -> None:
    """A price of 1e14 with a VAT of 1e14 % has more digits than Python's own context rounds to the cent."""
    assert half_up(Decimal("100000000000000") ** 2, CENT) == Decimal("1e28")
