"""What is refused before anything is created: a closed item, and a row that can't be split."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gateway.documents import Row
from gateway.errors import Permanent
from gateway.procountor.responses import Dimension
from gateway.rules.items import DimensionItem, Form, Item, matching
from gateway.rules.receipts import Axis
from gateway.steps.row_dimensions import Items, check_row
from tests.unit.invoices import a_row

UNITS = Dimension(8, "Units", (DimensionItem(1, "U1", closed=True), DimensionItem(2, "U2"), DimensionItem(3, "U2")))


def of(*parts: tuple[str, int]) -> Items:
    return {Axis.BUSINESS_UNIT: [(Item(code), Decimal(amount)) for code, amount in parts]}


def check(items: Items, row: Row | None = None, currency: str = "EUR") -> None:
    def known(axis: Axis, one: Item) -> DimensionItem | None:
        return next(iter(matching(UNITS.items, one, Form.CODE)), None)

    check_row(row or a_row(), items, {Axis.BUSINESS_UNIT: UNITS}, known, currency)


def refused(items: Items) -> str:
    with pytest.raises(Permanent) as caught:
        check(items)
    return caught.value.code


def test_D3_amounts_of_both_signs_in_one_item_are_one_amount() -> None:
    check(of(("U2", 120), ("U2", -20)))
    assert refused(of(("U2", 120), ("U3", -20))) == "SPLIT_IMPOSSIBLE"


def test_D5_closed_item_is_refused() -> None:
    """Unless an open one has its code."""
    assert refused(of(("U1", 1))) == "DIMENSION_ITEM_CLOSED"
    check(of(("U2", 1)))


def test_D3_a_currency_with_three_decimals_is_checked_in_cents() -> None:
    row = a_row(quantity=Decimal("1.0005"))
    check(of(("U2", 1), ("U3", 2)), row, "KWD")
