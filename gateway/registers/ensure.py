"""Procountor's registers, cached per company, and the steps that create missing entries (M1-M5, P1-P3, D5).

Documents of a company need the same partners and products at the same time. So each object is ensured by one document
at a time, and its creation has an intent of its own, keyed by company and object (decision 7).
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from gateway.documents.ledger_keys import register_key
from gateway.errors import Permanent, configuration, refuse, transient
from gateway.ledger import Home, Lease
from gateway.ledger.rounds import ROUNDS, Word, nobody, surely_not_executed
from gateway.procountor.client import ProcountorClient
from gateway.procountor.responses import Dimension, OwnAccount
from gateway.rules.items import DimensionItem, Form, Item, body, matching
from gateway.rules.rates import Currency
from gateway.rules.register_items import PartnerCard, ProductCard
from gateway.rules.vat_statuses import CompanyVat
from gateway.severa.client import SeveraClient
from gateway.severa.responses import BankAccount

T = TypeVar("T")

#: How long a card of Procountor's register is believed, in seconds.
TTL_S = 3600.0
#: After how many seconds a card is read again for a refused document or a held company.
MIN_AGE_S = 30.0


class Cache(dict[str, tuple[float, Any]]):
    """Cards that were recently read or created."""

    def fresh(self, name: str) -> Any | None:
        """The card, unless it is too old to be believed."""
        read_at, card = self.get(name, (0.0, None))
        return card if time.monotonic() - read_at < TTL_S else None

    def forget(self, older: float) -> None:
        """Drop cards that were read longer ago than this, in seconds."""
        for name in [name for name, (read_at, _) in self.items() if time.monotonic() - read_at > older]:
            del self[name]

    def keep(self, name: str, card: Any) -> None:
        """Remember a card that was just read or created."""
        self[name] = (time.monotonic(), card)


def _chosen(choose: Callable[[list[PartnerCard]], PartnerCard | None], known: PartnerCard) -> bool:
    """Whether a cached card still serves; before it causes a refusal, it is read again."""
    try:
        return choose([known]) is not None
    except Permanent:
        return False


class Registers:
    """Partners, products and dimension items of one company in Procountor, and its other registers."""

    def __init__(self, company: str, organisation: str, procountor: ProcountorClient) -> None:
        self.company = company
        self.organisation = organisation
        self.procountor = procountor
        self.partners = Cache()
        self.products = Cache()
        self.own = Cache()
        self.items = Cache()
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def expire(self) -> None:
        """Something was refused or held, and may have been fixed in Procountor: read everything again except the newest
        cards (Q3).
        """
        for cards in (self.partners, self.products, self.own, self.items):
            cards.forget(MIN_AGE_S)

    async def partner(
        self,
        home: Home,
        number: str,
        choose: Callable[[list[PartnerCard]], PartnerCard | None],
        body: Callable[[], dict[str, object]],
        word: Word = nobody,
    ) -> PartnerCard:
        """The partner with this customer number, created if `choose` finds none and allows a new one.

        Another number with the same business id is no match (M2), whoever has it, so the search is by number. Inactive
        partners are searched only if no active one has the number, before one is created. `choose` returns the matching
        card, None if there is none, or raises the refusal of M3; `body` raises that of M2.
        """
        async with self._locks[f"partner/{number}"]:
            known: PartnerCard | None = self.partners.fresh(number)
            if known is not None and _chosen(choose, known):
                return known

            async def look() -> PartnerCard | None:
                active = choose(await self.procountor.find_partners(number))
                return active or choose(await self.procountor.find_partners(number, active=False))

            key, what = register_key(self.company, "partner", number), f"the customer {number}"
            card = await self._ensure(home, key, what, look, _ready(body), self.procountor.create_partner, word)
            self.partners.keep(number, card)
            return card

    async def product(
        self,
        home: Home,
        code: str,
        choose: Callable[[list[ProductCard]], ProductCard | None],
        body: Callable[[], Awaitable[dict[str, object]]],
        word: Word = nobody,
    ) -> ProductCard:
        """The product that `choose` finds among those with this code; created if it finds none (P2).

        `choose` raises the refusal of an inactive product, `body` that of settings that allow no new one.
        """
        async with self._locks[f"product/{code}"]:
            known: ProductCard | None = self.products.fresh(code)
            if known is not None:
                return known

            async def look() -> ProductCard | None:
                return choose(await self.procountor.find_products(code))

            key, what = register_key(self.company, "product", code), f"the product {code}"
            card = await self._ensure(home, key, what, look, body, self.procountor.create_product, word)
            self.products.keep(code, card)
            return card

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

    async def dimension(self, name: str) -> Dimension:
        """The dimension with exactly this name. Raises Configuration: only a person can create one."""
        async with self._locks["dimensions"]:
            known: list[Dimension] | None = self.own.fresh("dimensions")
            if known is None or [one.name for one in known].count(name) != 1:
                known = await self.procountor.dimensions()
                self.own.keep("dimensions", known)
            named = [one for one in known if one.name == name]
        if len(named) != 1:
            there = ", ".join(sorted(one.name for one in known)) or "none"
            raise configuration("DIMENSION_MISSING", dimension=name, count=len(named), there=there)
        return named[0]

    def known_item(self, dimension: Dimension, item: Item, form: Form) -> DimensionItem | None:
        """The dimension's item, if it was read or created; it may be closed. Raises Permanent if several match."""
        known: DimensionItem | None = self.items.fresh(f"{dimension.id}/{item.code}")
        return known or _the_one(dimension, item, form)

    async def dimension_item(
        self, home: Home, dimension: Dimension, item: Item, form: Form, word: Word = nobody
    ) -> DimensionItem:
        """The dimension's item, created if there is none (D5); it may be closed."""
        name = f"{dimension.id}/{item.code}"
        async with self._locks[f"item/{name}"]:
            known = self.known_item(dimension, item, form)
            if known is not None:
                await _seen(home, register_key(self.company, "item", name))
                return known
            now = dimension

            async def look() -> DimensionItem | None:
                nonlocal now
                there = await self.procountor.dimensions()
                self.own.keep("dimensions", there)
                now = next((one for one in there if one.id == dimension.id), dimension)
                return _the_one(now, item, form)

            async def create(wanted: dict[str, object], lease: Lease) -> DimensionItem:
                return await self.procountor.create_dimension_item(dimension.id, wanted, lease)

            key, what = (
                register_key(self.company, "item", name),
                f"the item {item.code} of the dimension {dimension.name}",
            )
            wanted = _ready(lambda: body(item, form, now.items))
            card = await self._ensure(home, key, what, look, wanted, create, word)
            self.items.keep(name, card)
            return card

    async def _own(self, name: str, read: Callable[[], Awaitable[T]]) -> T:
        """A register of the company, read if it is unknown or too old."""
        async with self._locks[name]:
            known: T | None = self.own.fresh(name)
            if known is None:
                known = await read()
                self.own.keep(name, known)
            return known

    async def _ensure(
        self,
        home: Home,
        key: str,
        what: str,
        look: Callable[[], Awaitable[T | None]],
        body: Callable[[], Awaitable[dict[str, object]]],
        create: Callable[[dict[str, object], Lease], Awaitable[T]],
        word: Word,
    ) -> T:
        """Look, and create under an intent only if there is none; an open intent must expire first. After three rounds
        without an answer it is only looked for, unless there is a `word` for another round.
        """
        intent = home.intent(key)
        if intent is not None and home.seconds_until_expired(key) > 0:
            raise transient("REGISTER_UNKNOWN", detail=key, object=what)
        found = await look()
        if found is not None:
            if intent is not None:
                await home.commit(settles=[key])
            return found
        wanted = await body()
        writes = word(intent.rounds if intent else 0, refuse("REGISTER_UNANSWERED", object=what, rounds=ROUNDS))
        lease = await home.open_intent(key, b"", self.organisation, writes=writes, reopen=intent is not None)
        try:
            made = await create(wanted, lease)
        except BaseException as error:
            if surely_not_executed(error):
                await home.withdraw(lease)
            else:
                home.left_unknown(key)
            raise
        await home.commit(settles=[key])
        return made


def _ready(body: Callable[[], dict[str, object]]) -> Callable[[], Awaitable[dict[str, object]]]:
    """A body that needs no further reads."""

    async def made() -> dict[str, object]:
        return body()

    return made


def _the_one(dimension: Dimension, item: Item, form: Form) -> DimensionItem | None:
    """The dimension's item for this one. Raises Permanent if several match."""
    found = matching(dimension.items, item, form)
    if len(found) > 1:
        names = ", ".join(f"{one.name} (id {one.id})" for one in found)
        raise refuse("DIMENSION_ITEM_AMBIGUOUS", item=item.code, dimension=dimension.name, names=names)
    return found[0] if found else None


async def _seen(home: Home, key: str) -> None:
    """The object exists: a look for another object has shown what became of its creation."""
    if home.intent(key) is not None:
        await home.commit(settles=[key])
