"""Procountor's registers as one company's context knows them, and the ensure steps that fill them (M1-M5, P1-P3, D5).

Documents of one company want the same partners and products side by side, so each object is ensured by one
of them at a time, and creating it has an intent of its own, keyed by company and object (decision 7).
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

#: Seconds that a card of Procountor's register is believed without asking again.
TTL_S = 3600.0
#: Seconds after which a card is asked for again for the sake of a refused document or a held company.
MIN_AGE_S = 30.0


class Cache(dict[str, tuple[float, Any]]):
    """Cache read or made lately."""

    def fresh(self, name: str) -> Any | None:
        """The card, unless it is older than we believe it."""
        read_at, card = self.get(name, (0.0, None))
        return card if time.monotonic() - read_at < TTL_S else None

    def forget(self, older: float) -> None:
        """Drop what was read longer ago than this, in seconds."""
        for name in [name for name, (read_at, _) in self.items() if time.monotonic() - read_at > older]:
            del self[name]

    def keep(self, name: str, card: Any) -> None:
        """Remember a card that was just read or made."""
        self[name] = (time.monotonic(), card)


def _chosen(choose: Callable[[list[PartnerCard]], PartnerCard | None], known: PartnerCard) -> bool:
    """Whether the card that we remember still serves; a refusal on its account is worth another look."""
    try:
        return choose([known]) is not None
    except Permanent:
        return False


class Registers:
    """Partners, products, dimension items of one company in Procountor, and what it has besides."""

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
        """Something was refused or held, and the mend may be in Procountor: ask again for all but the newest (Q3)."""
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
        """The partner with this customer number, created when `choose` finds none and may have one made.

        Another number with the same business id is no match (M2), whoever has it, so the number is searched for. An
        inactive partner is asked for only where no active one has the number: before one is made.
        `choose` returns the matching card, None when there is none, or raises the refusal of M3; `body` that of M2.
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
        """The product that `choose` finds among those with this code; created when it finds none (P2).

        `choose` raises the refusal of an inactive one, `body` that of settings which allow no new one.
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
        """VAT percentages and statuses that the company has; `country` in Procountor's name."""
        return await self._own("vat", lambda: self.procountor.vat(country))

    async def rate(self, base: str, currency: str, day: date) -> Decimal:
        """Procountor's rate of a day (V2)."""
        name = f"rate of {currency} on {day}"
        return await self._own(name, lambda: self.procountor.exchange_rate(base, currency, day))

    async def severa_currencies(self, severa: SeveraClient) -> list[Currency]:
        """Severa's currencies with their rates (V2)."""
        return await self._own("Severa's currencies", severa.currencies)

    async def user(self) -> int | None:
        """The user whose calls these are: what another user made is not ours."""
        return await self._own("user", self.procountor.user)

    async def severa_accounts(self, severa: SeveraClient, unit: str) -> list[BankAccount]:
        """Severa's bank accounts of the business unit (L2)."""
        return await self._own("Severa's accounts", lambda: severa.bank_accounts(unit))

    async def chart(self) -> frozenset[str]:
        """Numbers of the ledger accounts in use (L1)."""
        return await self._own("chart", self.procountor.chart_of_accounts)

    async def dimension(self, name: str) -> Dimension:
        """The one dimension with exactly this name. Raises Configuration: only a person can make one."""
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
        """The dimension's item, as far as it was read or made; it may be a closed one. Raises Permanent when several
        may be it.
        """
        known: DimensionItem | None = self.items.fresh(f"{dimension.id}/{item.code}")
        return known or _the_one(dimension, item, form)

    async def dimension_item(
        self, home: Home, dimension: Dimension, item: Item, form: Form, word: Word = nobody
    ) -> DimensionItem:
        """The dimension's item, created when there is none (D5); it may be a closed one."""
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
        """What the company has, read when it isn't known or was read long ago."""
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
        """Look, and create under an intent only when there is none; an open intent is counted out first. After three
        rounds without an answer it is only looked for, unless there is a `word` for another one.
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
    """A body that nothing must be asked for."""

    async def made() -> dict[str, object]:
        return body()

    return made


def _the_one(dimension: Dimension, item: Item, form: Form) -> DimensionItem | None:
    """The item of the dimension that this one is. Raises Permanent when several may be it."""
    found = matching(dimension.items, item, form)
    if len(found) > 1:
        names = ", ".join(f"{one.name} (id {one.id})" for one in found)
        raise refuse("DIMENSION_ITEM_AMBIGUOUS", item=item.code, dimension=dimension.name, names=names)
    return found[0] if found else None


async def _seen(home: Home, key: str) -> None:
    """It is there: what became of the call that was to make it is known, by a look for another object."""
    if home.intent(key) is not None:
        await home.commit(settles=[key])
