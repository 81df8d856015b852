"""Which of Procountor's products a code is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gateway.delivery.registers import Registers
from gateway.procountor import responses
from gateway.rules.axes import Item

HOME: Any = SimpleNamespace(intent=lambda key: None)


def never() -> dict[str, object]:
    raise AssertionError("there is one, so none is made")


@pytest.mark.parametrize(
    ("there", "used"),
    [
        ([(1, False), (7, True), (9, True)], 7),
        ([(3, False), (2, False)], 2),
        ([(5, None), (4, False)], 5),
    ],
)
async def test_P2_an_active_product_goes_before_one_that_was_taken_out_of_use(
    there: list[tuple[int, bool | None]], used: int
) -> None:
    """The oldest of them, as `gateway check` says (L3)."""

    async def find_products(code: str) -> list[Any]:
        return [responses.product({"id": number, "code": code, "active": active}) for number, active in there]

    procountor: Any = SimpleNamespace(find_products=find_products, create_product=None)
    registers = Registers("acme-fi", "nordic", procountor)
    assert (await registers.product(HOME, "CONS", never)).id == used


async def test_D5_the_intent_of_an_item_that_another_items_look_has_shown_is_closed() -> None:
    """Items of a dimension are read together: nobody looks for this one any more, it would stay open for ever."""
    open_ones = {"acme-fi/item/2/C1"}

    async def commit(settles: list[str]) -> None:
        open_ones.difference_update(settles)

    home: Any = SimpleNamespace(intent=lambda key: key if key in open_ones else None, commit=commit)
    there = responses.dimension({"id": 2, "name": "Cost centers", "items": [{"id": 7, "codeName": "C1"}]})
    registers = Registers("acme-fi", "nordic", SimpleNamespace())  # type: ignore[arg-type]
    assert (await registers.dimension_item(home, there, Item("C1"))).id == 7
    assert open_ones == set()
