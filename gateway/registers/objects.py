"""Objects of a register, looked for and created by one document at a time (decision 7)."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.errors import refuse, transient
from gateway.ledger import Home, Lease
from gateway.ledger.effects import Effect, Planned
from gateway.ledger.rounds import ROUNDS, Word

T = TypeVar("T")

#: For how many seconds an object that a plan did not find needs no second look before it is created.
ABSENT_S = 10.0


@dataclass(frozen=True, slots=True)
class Sought(Generic[T]):
    """One object of a register: how it is looked for, and how it is created."""

    #: The ledger key of its intent.
    key: str
    #: As texts call it: the product 1001.
    what: str
    cached: Callable[[], T | None]
    look: Callable[[], Awaitable[T | None]]
    create: Callable[[dict[str, object], Lease], Awaitable[T]]
    keep: Callable[[T], None]

    @property
    def kind(self) -> str:
        """What it is: the second part of its key, such as product."""
        return self.key.split("/")[1]


class Objects:
    """The objects that a company's documents need. Each is looked for once, and its effect creates it."""

    def __init__(self) -> None:
        #: When objects were looked for and not found, by key.
        self._absent: dict[str, float] = {}
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def expire(self) -> None:
        """Look for everything again."""
        self._absent.clear()

    async def plan(
        self, home: Home, sought: Sought[T], body: Callable[[], Awaitable[dict[str, object]]], word: Word
    ) -> Planned[T]:
        """Look for the object, and plan its creation only if there is none. After three rounds without an answer it is
        only looked for, unless there is a `word` for another round.
        """
        lock, unanswered = self._locks[sought.key], refuse("REGISTER_UNANSWERED", object=sought.what, rounds=ROUNDS)
        async with lock:
            card = await self._card(home, sought)
            if card is not None:
                return Planned(card)
            wanted, intent = await body(), home.intent(sought.key)
            word(intent.rounds if intent else 0, unanswered)  # nothing is begun for an object that won't be created
        planned = Planned[T]()

        async def is_there() -> bool:
            planned.card = await self._card(home, sought)
            return planned.card is not None

        async def call(lease: Lease) -> None:
            self._absent.pop(sought.key, None)  # from here on it may be there
            planned.card = await sought.create(wanted, lease)
            sought.keep(planned.card)

        planned.effect = Effect(
            f"create {sought.what}", call, is_there, sought.key, unanswered, lock, unnamed=f"create {sought.kind}"
        )
        return planned

    async def _card(self, home: Home, sought: Sought[T]) -> T | None:
        """The object as cached, or as Procountor has it. An open intent must expire first, and is looked up each time;
        without one, an object that was just looked for is not looked for again.
        """
        known = sought.cached()
        if known is not None:
            return known
        intent = home.intent(sought.key)
        if intent is not None and home.seconds_until_expired(sought.key) > 0:
            raise transient("REGISTER_UNKNOWN", detail=sought.key, object=sought.what)
        if intent is None and time.monotonic() - self._absent.get(sought.key, -ABSENT_S) < ABSENT_S:
            return None
        found = await sought.look()
        if found is None:
            self._absent[sought.key] = time.monotonic()
            return None
        self._absent.pop(sought.key, None)
        if intent is not None:
            await home.commit(settles=[sought.key])
        sought.keep(found)
        return found
