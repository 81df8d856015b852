"""Procountor's registers, cached per company, and the effects that create missing objects (M1-M5, P1-P3, D5).

Documents of a company need the same partners and products at the same time. So each object is looked for and created by
one document at a time, and its creation has an intent of its own, keyed by company and object (decision 7).
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Container
from datetime import date
from decimal import Decimal
from typing import TypeVar

from gateway.documents.ledger_keys import register_key
from gateway.errors import Permanent, refuse
from gateway.ledger import Home, Lease
from gateway.ledger.effects import Planned
from gateway.ledger.rounds import Word, nobody
from gateway.procountor.client import ProcountorClient
from gateway.procountor.responses import Dimension, OwnAccount
from gateway.registers.cache import MIN_AGE_S, Cache
from gateway.registers.dimensions import CREATED_S, Dimensions
from gateway.registers.objects import Objects, Sought
from gateway.rules.items import DimensionItem, Form, Item, body, matching
from gateway.rules.rates import Currency
from gateway.rules.register_items import PartnerCard, PersonCard, ProductCard, TravelProduct
from gateway.rules.vat_statuses import CompanyVat
from gateway.severa.client import SeveraClient
from gateway.severa.responses import BankAccount

T = TypeVar("T")


def _chosen(choose: Callable[[list[PartnerCard]], PartnerCard | None], known: PartnerCard) -> bool:
    """Whether a cached card still serves; before it causes a refusal, it is read again."""
    try:
        return choose([known]) is not None
    except Permanent:
        return False


class Registers:
    """Partners, products and dimension items of one company in Procountor, and its other registers."""

    def __init__(self, company: str, procountor: ProcountorClient) -> None:
        self.company = company
        self.procountor = procountor
        self.partners = Cache()
        self.products = Cache()
        self.people = Cache()
        self.own = Cache()
        #: By dimension and code, ids of items that were found or created.
        self.items = Cache()
        self.dimensions = Dimensions(procountor)
        self._objects = Objects()
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def expire(self) -> None:
        """Something was refused or held, and may have been fixed in Procountor: read everything again except the newest
        cards (Q3).
        """
        for cards in (self.partners, self.products, self.own, self.items):
            cards.forget(MIN_AGE_S)
        self.dimensions.expire(MIN_AGE_S)
        self._objects.expire()

    async def partner(
        self,
        home: Home,
        number: str,
        choose: Callable[[list[PartnerCard]], PartnerCard | None],
        body: Callable[[], Awaitable[dict[str, object]]],
        word: Word = nobody,
    ) -> Planned[PartnerCard]:
        """The partner with this customer number; to be created if `choose` finds none.

        Another number with the same business id is no match (M2), whoever has it, so the search is by number. Inactive
        partners are searched only if no active one has the number, before one is created. `choose` returns the matching
        card, None if there is none, or raises the refusal of M3; `body` raises that of M2.
        """

        def cached() -> PartnerCard | None:
            known: PartnerCard | None = self.partners.fresh(number)
            return known if known is not None and _chosen(choose, known) else None

        async def look() -> PartnerCard | None:
            active = choose(await self.procountor.find_partners(number))
            return active or choose(await self.procountor.find_partners(number, active=False))

        async def create(wanted: dict[str, object], lease: Lease) -> PartnerCard:
            return await self.procountor.create_partner(wanted, lease)

        key = register_key(self.company, "partner", number)
        sought = Sought(
            key, f"the customer {number}", cached, look, create, lambda card: self.partners.keep(number, card)
        )
        return await self._objects.plan(home, sought, body, word)

    async def product(
        self,
        home: Home,
        code: str,
        choose: Callable[[list[ProductCard]], ProductCard | None],
        body: Callable[[], Awaitable[dict[str, object]]],
        word: Word = nobody,
    ) -> Planned[ProductCard]:
        """The product that `choose` finds among those with this code; to be created if it finds none (P2).

        `choose` raises the refusal of an inactive product, `body` that of settings that allow no new one.
        """

        async def look() -> ProductCard | None:
            return choose(await self.procountor.find_products(code))

        async def create(wanted: dict[str, object], lease: Lease) -> ProductCard:
            return await self.procountor.create_product(wanted, lease)

        key, keep = register_key(self.company, "product", code), lambda card: self.products.keep(code, card)
        sought = Sought(key, f"the product {code}", lambda: self.products.fresh(code), look, create, keep)
        return await self._objects.plan(home, sought, body, word)

    async def person(
        self,
        home: Home,
        user: str,
        name: str,
        look: Callable[[], Awaitable[PersonCard | None]],
        body: Callable[[], Awaitable[dict[str, object]]],
        word: Word = nobody,
    ) -> Planned[PersonCard]:
        """The person that `look` finds for a user of Severa (a guid), to be created if it finds none (R1, S12).

        A person is looked for by the number each time, but not just after its creation, when a search may not show it
        yet. The key of the intent is the user's guid: no personal number is kept anywhere (R3).
        """

        def cached() -> PersonCard | None:
            created_at, card = self.people.get(user, (float("-inf"), None))
            return card if time.monotonic() - created_at < CREATED_S else None

        async def create(wanted: dict[str, object], lease: Lease) -> PersonCard:
            return await self.procountor.create_person(wanted, lease)

        key = register_key(self.company, "person", user)

        def keep(card: PersonCard) -> None:
            if card.active:  # an inactive one will do for some of those who look, but not for all
                self.people.keep(user, PersonCard(card.id, card.name))

        what = f"the person of user {name}"
        sought = Sought(key, what, cached, look, create, keep)
        return await self._objects.plan(home, sought, body, word)

    async def travel_codes(self) -> list[TravelProduct]:
        """Procountor's travel register (P4)."""
        return await self._own("travel codes", self.procountor.travel_products)

    async def accounts(self) -> list[OwnAccount]:
        """The company's own bank accounts."""
        return await self._own("accounts", self.procountor.bank_accounts)

    async def vat(self, country: str) -> CompanyVat:
        """The company's VAT percentages and statuses; `country` as Procountor names it."""
        return await self._own("vat", lambda: self.procountor.vat(country))

    async def rate(self, base: str, currency: str, day: date) -> Decimal:
        """Procountor's rate of a day (V2)."""
        name = f"rate of {currency} on {day}"
        return await self._own(name, lambda: self.procountor.exchange_rate(base, currency, day))

    async def severa_currencies(self, severa: SeveraClient) -> list[Currency]:
        """Severa's currencies with their rates (V2)."""
        return await self._own("Severa's currencies", severa.currencies)

    async def user(self) -> int | None:
        """The gateway's own user: invoices that another user created are not ours."""
        return await self._own("user", self.procountor.user)

    async def severa_accounts(self, severa: SeveraClient, unit: str) -> list[BankAccount]:
        """Severa's bank accounts of the business unit (L2)."""
        return await self._own("Severa's accounts", lambda: severa.bank_accounts(unit))

    async def chart(self) -> frozenset[str]:
        """Numbers of the ledger accounts in use (L1)."""
        return await self._own("chart", self.procountor.chart_of_accounts)

    def known_item(
        self, dimension: Dimension, item: Item, form: Form, taken: Container[int] = ()
    ) -> DimensionItem | None:
        """The dimension's item, if it was read or created; it may be closed. Raises Permanent if several match."""
        known = self.dimensions.index(dimension).by_id.get(self.items.fresh(f"{dimension.id}/{item.code}") or 0)
        if known is not None and known.id not in taken:
            return known
        return self._the_one(dimension, item, form, taken)

    async def dimension_item(
        self,
        home: Home,
        dimension: Dimension,
        item: Item,
        form: Form,
        word: Word = nobody,
        taken: Container[int] = (),
        recent: float = 0.0,
    ) -> Planned[DimensionItem]:
        """The dimension's item, to be created if there is none (D5); it may be closed. `taken`: ids of items that are
        known to be another object's; `recent`: how old, in seconds, a reading may be that doesn't show the item.
        """
        name = f"{dimension.id}/{item.code}"
        key = item_key(self.company, dimension, item)

        async def look() -> DimensionItem | None:
            await self.dimensions.refresh(recent)
            return self._the_one(dimension, item, form, taken)

        async def create(wanted: dict[str, object], lease: Lease) -> DimensionItem:
            # named only now: another new item of the plan may have taken the name
            wanted = body(item, form, self.dimensions.index(dimension).near(item))
            return await self.procountor.create_dimension_item(dimension.id, wanted, lease)

        def keep(card: DimensionItem) -> None:
            self.items.keep(name, card.id)
            if self.dimensions.index(dimension).by_id.get(card.id) != card:
                self.dimensions.wrote(dimension, card, is_new=True)

        async def wanted() -> dict[str, object]:
            return body(item, form)

        def cached() -> DimensionItem | None:
            return self.known_item(dimension, item, form, taken)

        what = f"the item {item.code} of the dimension {dimension.name}"
        planned = await self._objects.plan(home, Sought(key, what, cached, look, create, keep), wanted, word)
        if planned.effect is None:
            await seen(home, key)
        return planned

    def _the_one(self, dimension: Dimension, item: Item, form: Form, taken: Container[int]) -> DimensionItem | None:
        """The dimension's item for this one. Raises Permanent if several match."""
        near = self.dimensions.index(dimension).near(item)
        found = matching([one for one in near if one.id not in taken], item, form)
        if len(found) > 1:
            names = ", ".join(f"{one.name} (id {one.id})" for one in found)
            raise refuse("DIMENSION_ITEM_AMBIGUOUS", item=item.code, dimension=dimension.name, names=names)
        return found[0] if found else None

    async def _own(self, name: str, read: Callable[[], Awaitable[T]]) -> T:
        """A register of the company, read if it is unknown or too old."""
        async with self._locks[name]:
            known: T | None = self.own.fresh(name)
            if known is None:
                known = await read()
                self.own.keep(name, known)
            return known


def item_key(company: str, dimension: Dimension, item: Item) -> str:
    """The ledger key of the intent to create an item: one for the rows and the objects that need it."""
    return register_key(company, "item", f"{dimension.id}/{item.code}")


async def seen(home: Home, key: str) -> None:
    """The object exists: a look for another object has shown what became of its creation."""
    if home.intent(key) is not None:
        await home.commit(settles=[key])
