"""An invoice in Procountor, of whatever kind: the effect that creates it, and the status actions after it (S14)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gateway.delivery.attempt import AnyAttempt
from gateway.delivery.outcomes import target_of
from gateway.documents import Target
from gateway.errors import configuration
from gateway.ledger import Lease
from gateway.ledger.effects import Effect
from gateway.settings import TargetStatus


def created(attempt: AnyAttempt, title: str, body: Callable[[], dict[str, object]]) -> Effect:
    """POST the invoice. Until a POST of the company has shown that Procountor returns our number, they go one at a
    time; if it doesn't return it, the company is held once this document is settled.
    """
    context = attempt.context

    async def call(lease: Lease) -> None:
        made = await context.procountor.create_invoice(body(), lease)
        kept = made.original_number == str(attempt.document.number)
        context.echo_proved = context.echo_proved or kept
        attempt.made = target_of(attempt.document_key.kind, made)
        attempt.saw(made)
        if not kept:
            attempt.hold_after = configuration("ECHO_MISSING", number=attempt.document.number)

    return Effect(title, call, alone=None if context.echo_proved else context.first_post)


def status_actions(attempt: AnyAttempt, target: TargetStatus) -> tuple[Effect, ...]:
    """Approve and send the invoice, up to this status (S14)."""
    procountor = attempt.context.procountor

    async def approve(lease: Lease) -> None:
        made = _made(attempt)
        attempt.made = replace(made, status=await procountor.approve(int(made.id), lease))

    async def send(lease: Lease) -> None:
        made = _made(attempt)
        attempt.made = replace(made, status=await procountor.send(int(made.id), lease))

    async def approved() -> bool:
        return _made(attempt).status != "UNFINISHED"

    async def sent() -> bool:
        return _made(attempt).status != "NOT_SENT"

    actions = {
        TargetStatus.UNFINISHED: (),
        TargetStatus.APPROVED: (Effect("approve", approve, approved),),
        TargetStatus.SENT: (Effect("approve", approve, approved), Effect("send", send, sent)),
    }
    return actions[target]


def _made(attempt: AnyAttempt) -> Target:
    assert attempt.made is not None
    return attempt.made
