"""An invoice in Procountor, of whatever kind: the effect that creates it, and the status actions after it (S14)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from gateway.delivery.attempt import AnyAttempt
from gateway.delivery.outcomes import target_of
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

    alone, unnamed = None if context.echo_proved else context.first_post, f"create {attempt.document_key.kind}"
    return Effect(title, call, alone=alone, unnamed=unnamed)


def status_actions(attempt: AnyAttempt, target: TargetStatus) -> tuple[Effect, ...]:
    """Approve and send the invoice, up to this status (S14)."""
    procountor = attempt.context.procountor
    approve = status_action(attempt, "approve", TargetStatus.UNFINISHED, procountor.approve)
    send = status_action(attempt, "send", TargetStatus.APPROVED, procountor.send)
    actions = {
        TargetStatus.UNFINISHED: (),
        TargetStatus.APPROVED: (approve,),
        TargetStatus.SENT: (approve, send),
    }
    return actions[target]


def status_action(attempt: AnyAttempt, title: str, start: str, call: Callable[[int, Lease], Awaitable[str]]) -> Effect:
    """An action that moves the invoice from the status `start`. `call` takes its id and returns its new status."""

    async def act(lease: Lease) -> None:
        attempt.made = replace(attempt.target, status=await call(int(attempt.target.id), lease))

    async def is_past() -> bool:
        return attempt.target.status != start

    return Effect(title, act, is_past)
