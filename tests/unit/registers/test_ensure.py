"""How objects of the registers are made once (M5, decision 7)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import pytest

from gateway.errors import Permanent, Transient, in_doubt
from gateway.procountor import responses
from gateway.registers.ensure import Registers
from gateway.rules.items import Form, Item
from gateway.rules.register_items import PartnerCard, ProductCard
from tests.unit.ledger.fake_kafka import PROFILE, FakeProducer, a_home

T = TypeVar("T")


async def test_D5_intent_of_an_item_seen_by_another_look_is_closed() -> None:
    """Items of a dimension are read together: nobody looks for this one any more, it would stay open for ever."""
    open_ones = {"acme-fi/item/2/C1"}

    async def commit(settles: list[str]) -> None:
        open_ones.difference_update(settles)

    home: Any = SimpleNamespace(intent=lambda key: key if key in open_ones else None, commit=commit)
    there = responses.dimension({"id": 2, "name": "Cost centers", "items": [{"id": 7, "codeName": "C1"}]})
    registers = Registers("acme-fi", "nordic", SimpleNamespace())  # type: ignore[arg-type]
    assert (await registers.dimension_item(home, there, Item("C1"), Form.CODE)).id == 7
    assert open_ones == set()


class Procountor:
    """Products by code. `end`: what the next creation raises, after it took its time."""

    def __init__(self) -> None:
        self.there: list[ProductCard] = []
        self.now, self.made = 0.0, 0
        self.end: BaseException | None = None

    async def find_products(self, code: str) -> list[ProductCard]:
        await asyncio.sleep(0)
        return list(self.there)

    async def create_product(self, body: Any, lease: Any) -> ProductCard:
        self.made += 1
        card = responses.product({"id": self.made, "code": "CONS", "active": True})
        if self.end is not None:
            self.now += 100.0
            raise self.end
        self.there.append(card)
        return card


def body() -> dict[str, object]:
    return {}


async def asked_for() -> dict[str, object]:
    return {}


def first(cards: Sequence[T]) -> T | None:
    return next(iter(cards), None)


@pytest.mark.parametrize("inactive", [False, True])
async def test_M1_inactive_partners_are_searched_before_creation(inactive: bool) -> None:
    """Only then."""
    asked: list[bool] = []

    async def find_partners(number: str, active: bool = True) -> list[PartnerCard]:
        asked.append(active)
        return [PartnerCard(1, "Customer Oy", None, "77", active)] if active is not inactive else []

    home: Any = SimpleNamespace(intent=lambda key: None)
    procountor = SimpleNamespace(find_partners=find_partners, create_partner=None)
    registers = Registers("acme-fi", "nordic", cast(Any, procountor))
    assert (await registers.partner(home, "77", first, body)).active is not inactive
    assert asked == ([True, False] if inactive else [True])


async def test_M5_documents_that_want_one_object_at_once_make_it_once() -> None:
    """A customer's first invoices: a partner, a product."""
    procountor, there = Procountor(), list[PartnerCard]()

    async def find_partners(number: str, active: bool = True) -> list[PartnerCard]:
        await asyncio.sleep(0)
        return list(there)

    async def create_partner(*_: Any) -> PartnerCard:
        there.append(PartnerCard(len(there) + 1, "Customer Oy", None, None))
        return there[-1]

    procountor.find_partners, procountor.create_partner = find_partners, create_partner  # type: ignore[attr-defined]
    home = a_home(FakeProducer(), lambda: 0.0)
    registers = Registers("acme-fi", "nordic", cast(Any, procountor))
    await asyncio.gather(
        *(registers.product(home, "CONS", first, asked_for) for _ in range(3)),
        *(registers.partner(home, "1001", first, body) for _ in range(3)),
    )
    assert (procountor.made, len(there)) == (1, 1)
    await home.close(0.1)


@pytest.mark.parametrize("end", [in_doubt("ATTEMPT_UNKNOWN", operation="create product"), asyncio.CancelledError()])
async def test_decision_9_product_in_doubt_expires_before_look_up(
    end: BaseException,
) -> None:
    """From the end of the call: it may have left long after its intent, and the search may show it late."""
    procountor = Procountor()
    home = a_home(FakeProducer(), lambda: procountor.now)
    registers = Registers("acme-fi", "nordic", cast(Any, procountor))
    procountor.end = end
    with pytest.raises(type(end)):
        await registers.product(home, "CONS", first, asked_for)
    procountor.now += PROFILE.quarantine - 0.1
    with pytest.raises(Transient):
        await registers.product(home, "CONS", first, asked_for)
    assert procountor.made == 1
    procountor.now, procountor.there = procountor.now + 0.2, [responses.product({"id": 1, "code": "CONS"})]
    assert (await registers.product(home, "CONS", first, asked_for)).id == 1
    assert (procountor.made, list(home.intents())) == (1, [])
    await home.close(0.1)


async def test_D5_ambiguous_item_is_refused_and_not_created() -> None:
    items = [{"id": 1, "codeName": "1001 Website"}, {"id": 2, "codeName": "1001 Old"}]
    there = responses.dimension({"id": 2, "name": "Projects", "items": items})
    registers = Registers("acme-fi", "nordic", cast(Any, SimpleNamespace()))
    with pytest.raises(Permanent) as caught:
        await registers.dimension_item(cast(Any, None), there, Item("1001", "Website renewal"), Form.BOTH)
    assert caught.value.code == "DIMENSION_ITEM_AMBIGUOUS"
    assert "match 1001: 1001 Website (id 1), 1001 Old (id 2)." in caught.value.message
