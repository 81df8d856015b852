"""How objects of the registers are looked for, and created once (M1, M5, decisions 7 and 9)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar, cast

import pytest

from gateway.delivery.apply import apply
from gateway.delivery.attempt import Attempt
from gateway.errors import InDoubt, Permanent, Transient, in_doubt
from gateway.ledger.effects import Planned
from gateway.ledger.rounds import nobody
from gateway.procountor import responses
from gateway.registers.objects import Objects, Sought
from gateway.registers.registers import Registers
from gateway.rules.items import DimensionItem, Form, Item
from gateway.rules.register_items import PartnerCard, ProductCard
from tests.memory_home import CONFIG
from tests.unit.one_document import OneDocument

T = TypeVar("T")


class Procountor:
    """Registers that a moment passes in. `end`: what the next creation raises; `seconds`: what it takes."""

    def __init__(self, document: OneDocument) -> None:
        self.document, self.calls = document, list[str]()
        self.products, self.partners = list[ProductCard](), list[PartnerCard]()
        self.items = list[dict[str, Any]]()
        self.end: BaseException | None = None

    async def find_products(self, code: str) -> list[ProductCard]:
        self.calls.append(f"find {code}")
        await asyncio.sleep(0)
        return list(self.products)

    async def create_product(self, body: Any, lease: Any) -> ProductCard:
        self.calls.append("create product")
        if self.end is not None:
            self.document.wall += 100.0
            raise self.end
        self.products.append(responses.product({"id": 1, "code": "CONS", "active": True}))
        return self.products[-1]

    async def find_partners(self, number: str, active: bool = True) -> list[PartnerCard]:
        self.calls.append(f"find {number} {active}")
        await asyncio.sleep(0)
        return [partner for partner in self.partners if partner.active is active]

    async def create_partner(self, body: Any, lease: Any) -> PartnerCard:
        self.calls.append("create partner")
        self.partners.append(PartnerCard(1, "Customer Oy", None, None))
        return self.partners[-1]

    async def dimensions(self) -> list[responses.Dimension]:
        self.calls.append("dimensions")
        return [a_dimension(*self.items)]

    async def create_dimension_item(self, dimension: int, body: dict[str, Any], lease: Any) -> DimensionItem:
        self.items.append({"id": len(self.items) + 1, **body})
        return DimensionItem(len(self.items), body["codeName"], description=body.get("description", ""))


def a_dimension(*items: dict[str, Any]) -> responses.Dimension:
    return responses.dimension({"id": 2, "name": "Projects", "items": list(items)})


async def body() -> dict[str, object]:
    return {}


def first(cards: Sequence[T]) -> T | None:
    return next(iter(cards), None)


class Company:
    """A company's registers, and attempts that need objects of them."""

    def __init__(self, document: OneDocument) -> None:
        self.document, self.home, self.procountor = document, document.home, Procountor(document)
        self.registers = Registers("acme-fi", cast(Any, self.procountor))

    async def product(self) -> ProductCard:
        return await self.created(await self.registers.product(self.home, "CONS", first, body))

    async def partner(self) -> PartnerCard:
        return await self.created(await self.registers.partner(self.home, "77", first, body))

    async def item(self, item: Item, form: Form = Form.CODE) -> Planned[DimensionItem]:
        return await self.registers.dimension_item(self.home, a_dimension(), item, form)

    async def created(self, planned: Planned[T]) -> T:
        if planned.effect is not None:
            one = self.document
            await apply(Attempt(one.flow, one.event(), self.home, one.context), planned.effect)
        return planned.created


@pytest.fixture
def company(document: OneDocument) -> Company:
    return Company(document)


async def test_D5_intent_of_an_item_seen_by_another_look_is_closed(company: Company) -> None:
    """Items of a dimension are read together: nobody looks for this one any more, it would stay open for ever."""
    await company.home.open_intent("acme-fi/item/2/C1", b"", "nordic")
    there = a_dimension({"id": 7, "codeName": "C1"})
    planned = await company.registers.dimension_item(company.home, there, Item("C1"), Form.CODE)
    assert (planned.created.id, company.home.open) == (7, {})


@pytest.mark.parametrize("inactive", [False, True])
async def test_M1_inactive_partners_are_searched_before_creation(company: Company, inactive: bool) -> None:
    """Only then."""
    company.procountor.partners = [PartnerCard(1, "Customer Oy", None, "77", not inactive)]
    assert (await company.partner()).active is not inactive
    assert company.procountor.calls == ["find 77 True", "find 77 False"][: 1 + inactive]


async def test_M5_documents_that_want_one_object_create_it_once(company: Company) -> None:
    """A customer's first invoices: a partner, a product."""
    await asyncio.gather(*(company.product() for _ in range(3)), *(company.partner() for _ in range(3)))
    calls = company.procountor.calls
    assert (calls.count("create product"), calls.count("create partner"), calls.count("find CONS")) == (1, 1, 1)


async def test_M5_plans_of_one_object_create_it_once(company: Company) -> None:
    """They were all made before the first of them was applied."""
    plans = [await company.registers.product(company.home, "CONS", first, body) for _ in range(3)]
    cards = [await company.created(plan) for plan in plans]
    assert (company.procountor.calls, {card.id for card in cards}) == (["find CONS", "create product"], {1})


async def test_decision_9_plan_made_before_a_lost_answer_waits(company: Company) -> None:
    """The object was not there when the plan was made; by now another document may have created it."""
    plans = [await company.registers.product(company.home, "CONS", first, body) for _ in range(2)]
    company.procountor.end = in_doubt("ATTEMPT_UNKNOWN", operation="create product")
    ends: list[type[Exception]] = [InDoubt, Transient]
    for plan, end in zip(plans, ends, strict=True):
        with pytest.raises(end):
            await company.created(plan)
    assert company.procountor.calls == ["find CONS", "create product"]


@pytest.mark.parametrize("end", [in_doubt("ATTEMPT_UNKNOWN", operation="create product"), asyncio.CancelledError()])
async def test_decision_9_product_in_doubt_expires_before_look_up(company: Company, end: BaseException) -> None:
    """From the end of the call: it may have left long after its intent, and the search may show it late."""
    procountor, document = company.procountor, company.document
    procountor.end = end
    with pytest.raises(type(end)):
        await company.product()
    document.wall += CONFIG.quarantine - 0.1
    with pytest.raises(Transient):
        await company.product()
    document.wall += 0.2
    procountor.products = [responses.product({"id": 1, "code": "CONS"})]
    assert (await company.product()).id == 1
    assert (procountor.calls.count("create product"), company.home.open) == (1, {})


async def test_D5_ambiguous_item_is_refused_and_not_created(company: Company) -> None:
    there = a_dimension({"id": 1, "codeName": "1001 Website"}, {"id": 2, "codeName": "1001 Old"})
    with pytest.raises(Permanent) as caught:
        await company.registers.dimension_item(company.home, there, Item("1001", "Website renewal"), Form.BOTH)
    assert caught.value.code == "DIMENSION_ITEM_AMBIGUOUS"
    assert "match 1001: 1001 Website (id 1), 1001 Old (id 2)." in caught.value.message


async def test_D5_two_new_items_of_one_name_are_told_apart(company: Company) -> None:
    """Both are planned before either exists."""
    plans = [await company.item(Item(code, "Website"), Form.NAME) for code in ("1001", "1002")]
    assert [(await company.created(plan)).name for plan in plans] == ["Website", "Website (1002)"]


async def test_M5_uncached_object_is_looked_for_after_creation(company: Company) -> None:
    """A person is not cached: that none was there a moment ago ends when one is created."""
    procountor, here = company.procountor, list[PartnerCard]()

    async def look() -> PartnerCard | None:
        return first(here)

    async def create(wanted: dict[str, object], lease: object) -> PartnerCard:
        here.append(await procountor.create_partner(wanted, lease))
        return here[-1]

    person = Sought("acme-fi/person/guid", "the person", lambda: None, look, create, lambda card: None)
    objects = Objects()
    for _ in range(2):
        await company.created(await objects.plan(company.home, person, body, nobody))
    assert procountor.calls == ["create partner"]
