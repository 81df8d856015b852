"""What is refused before anything is created: a closed item, and a row that can't be split."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gateway.delivery.row_items import Items, check_row
from gateway.errors import Permanent
from gateway.procountor.responses import Dimension, DimensionItem
from gateway.rules.axes import Item
from gateway.rules.receipts import Axis
from tests.unit.invoices import a_row

UNITS = Dimension(8, "Units", (DimensionItem(1, "U1", closed=True), DimensionItem(2, "U2"), DimensionItem(3, "U2")))


def of(*parts: tuple[str, int]) -> Items:
    return {Axis.BUSINESS_UNIT: [(Item(code), Decimal(amount)) for code, amount in parts]}


def refused(items: Items) -> str:
    with pytest.raises(Permanent) as caught:
        check_row(a_row(), items, {Axis.BUSINESS_UNIT: UNITS}, "EUR")
    return caught.value.code


def test_D3_amounts_of_both_signs_in_one_item_are_one_amount() -> None:
    check_row(a_row(), of(("U2", 120), ("U2", -20)), {Axis.BUSINESS_UNIT: UNITS}, "EUR")
    assert refused(of(("U2", 120), ("U3", -20))) == "SPLIT_IMPOSSIBLE"


def test_D5_a_closed_item_is_refused_unless_an_open_one_has_its_code() -> None:
    assert refused(of(("U1", 1))) == "DIMENSION_ITEM_CLOSED"
    assert UNITS.item("U2") == DimensionItem(2, "U2")


def test_D3_a_currency_with_three_decimals_is_checked_in_cents() -> None:
    row = a_row(quantity=Decimal("1.0005"))
    check_row(row, of(("U2", 1), ("U3", 2)), {Axis.BUSINESS_UNIT: UNITS}, "KWD")
