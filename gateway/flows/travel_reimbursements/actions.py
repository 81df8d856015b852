"""The actions that move a travel invoice to its target status (S10; docs/api-facts.md 73)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from gateway.delivery.attempt import AnyAttempt
from gateway.documents import Target
from gateway.errors import Configuration, Varying, configuration
from gateway.ledger import Lease
from gateway.ledger.effects import Effect
from gateway.settings import TravelStatus

#: The status that each action starts from, and the status that it reaches.
STEPS = (
    ("send to circulation", TravelStatus.UNFINISHED, TravelStatus.RECEIVED),
    ("verify", TravelStatus.RECEIVED, TravelStatus.VERIFIED),
    ("approve", TravelStatus.VERIFIED, TravelStatus.APPROVED),
)


def travel_actions(attempt: AnyAttempt, target: TravelStatus) -> tuple[Effect, ...]:
    """One action per status, up to the target; each only from the status before it."""
    procountor, order = attempt.context.procountor, list(TravelStatus)
    calls = (procountor.circulate, procountor.verify, procountor.approve_travel)
    return tuple(
        _action(attempt, title, start, call)
        for (title, start, reached), call in zip(STEPS, calls, strict=True)
        if order.index(reached) <= order.index(target)
    )


def _action(
    attempt: AnyAttempt, title: str, start: TravelStatus, call: Callable[[int, Lease], Awaitable[str]]
) -> Effect:
    async def act(lease: Lease) -> None:
        made = _made(attempt)
        try:
            attempt.made = replace(made, status=await call(int(made.id), lease))
        except Configuration as error:
            if error.code != "RIGHTS_MISSING":
                raise
            said = Varying(error.detail or error.message)
            raise configuration("CIRCULATION_MISSING", error.detail, operation=title, said=said) from error

    async def is_past() -> bool:
        return _made(attempt).status != start

    return Effect(title, act, is_past)


def _made(attempt: AnyAttempt) -> Target:
    assert attempt.made is not None
    return attempt.made
