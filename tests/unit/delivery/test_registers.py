"""Which of Procountor's products a code is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gateway.delivery.registers import Registers
from gateway.procountor import responses

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
