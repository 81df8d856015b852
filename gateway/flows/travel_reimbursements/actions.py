"""The actions that move a travel invoice to its target status (S10; docs/api-facts.md 73)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from gateway.delivery.attempt import AnyAttempt
from gateway.errors import Configuration, Varying, configuration
from gateway.ledger import Lease
from gateway.ledger.effects import Effect
from gateway.settings import TravelStatus
from gateway.steps.procountor_invoice import status_action

Action = Callable[[int, Lease], Awaitable[str]]
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
        status_action(attempt, title, start, _in_circulation(title, call))
        for (title, start, reached), call in zip(STEPS, calls, strict=True)
        if order.index(reached) <= order.index(target)
    )


def _in_circulation(title: str, call: Action) -> Action:
    """The call; a right that is missing for it means that the company has no circulation."""

    async def act(invoice_id: int, lease: Lease) -> str:
        try:
            return await call(invoice_id, lease)
        except Configuration as error:
            if error.code != "RIGHTS_MISSING":
                raise
            said = Varying(error.detail or error.message)
            raise configuration("CIRCULATION_MISSING", error.detail, operation=title, said=said) from error

    return act
