"""An effect: one change in another system, planned before it is made under an intent (decision 7, ADR 26)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from gateway.errors import Permanent, Transient
from gateway.ledger.errors import LeaseExpired
from gateway.ledger.home import Home
from gateway.ledger.intents import Lease
from gateway.ledger.rounds import surely_not_executed

log = structlog.get_logger()

T = TypeVar("T")

#: How often a call that surely was not executed is tried within one attempt.
TRIES = 3


async def never_there() -> bool:
    """An effect that has been looked for already, or can't be seen from outside."""
    return False


@dataclass(frozen=True, slots=True)
class Effect:
    """One change in another system."""

    #: As people read it: "create the product 1001". Rounds of a step without an answer are counted by it.
    title: str
    #: Make the call, and keep its answer.
    call: Callable[[Lease], Awaitable[None]]
    #: Look whether the change is there already, or is no longer needed.
    is_there: Callable[[], Awaitable[bool]] = never_there
    #: The ledger key of an object with an intent of its own; "" for a change under the document's intent.
    key: str = ""
    #: The error after three rounds without an answer; None: the error of the document's step.
    unanswered: Permanent | None = None
    #: Held from the look to the end, so that documents that need the same change make it once.
    alone: asyncio.Lock | None = None
    #: The title without what people named, for traces; "" if the title has no such name.
    unnamed: str = ""

    @property
    def step(self) -> str:
        """What it does, without names."""
        return self.unnamed or self.title


@dataclass(slots=True)
class Planned(Generic[T]):
    """An object that a document refers to: it is there, or its effect creates it."""

    card: T | None = None
    effect: Effect | None = None

    @property
    def created(self) -> T:
        """The object, once its effect has been applied."""
        assert self.card is not None
        return self.card


def effects_of(*planned: Planned[Any]) -> tuple[Effect, ...]:
    """The effects that create what is missing, in order."""
    return tuple(one.effect for one in planned if one.effect is not None)


async def once(home: Home, lease: Lease, call: Callable[[Lease], Awaitable[T]]) -> T:
    """Make the call under its lease; repeat it with a renewed lease only if it surely was not executed (decision 7).

    Its intent stays open, whatever the result. If it is unknown whether the call was executed, the quarantine starts
    again. Raises the call's error.
    """
    for left in range(TRIES - 1, -1, -1):
        try:
            answer = await call(lease)
        except BaseException as error:
            if not surely_not_executed(error):
                home.left_unknown(lease.key)
                raise
            wait = getattr(error, "retry_after", None) or 1.0
            if not left or not isinstance(error, Transient | LeaseExpired) or wait > home.config.lease:
                raise
            log.info("call was not executed, retrying", key=lease.key, why=str(error), seconds=wait)
            await asyncio.sleep(wait)
            await home.renew(lease)
        else:
            home.answered(lease)
            return answer
    raise AssertionError("the last try returns or raises")
