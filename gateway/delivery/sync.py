"""An object that is kept in step with its source: plan from what the target has, apply, settle (ADR 31).

The plan always begins with a look at the target, so what an attempt without an answer did is seen by the next one.
"""

from __future__ import annotations

import structlog

from gateway.delivery import settle
from gateway.delivery.absence import look_first_after
from gateway.delivery.apply import apply, keep_plan
from gateway.delivery.attempt import AnyAttempt, payload_of
from gateway.delivery.change import Origin
from gateway.delivery.flow import sync_flow
from gateway.documents import OutcomeState
from gateway.documents.hashing import content_hash
from gateway.ledger import wait_out_quarantine
from gateway.telemetry.spans import step

log = structlog.get_logger()


async def sync(attempt: AnyAttempt) -> None:
    """Bring the target in step with the event's revision. Raises every kind of GatewayError, and HomeLost.

    An open intent stays open until a plan has looked: until then nobody knows what its attempt did.
    """
    flow, context, home = sync_flow(attempt), attempt.context, attempt.home
    await wait_out_quarantine(home, context.company.id)
    await look_first_after(context, home, attempt.held)
    if attempt.intent is not None:
        attempt.left_open, attempt.unanswered = payload_of(attempt.intent), True
    if not flow.is_on(context.company):
        attempt.unanswered = False
        await settle.ended(attempt, OutcomeState.WITHDRAWN, settle.withdrawn_record(attempt))
        return
    if await _is_outdated(attempt):
        return
    with step("plan"):
        update = await flow.target.plan(attempt)
    attempt.unanswered, attempt.planned = False, update.payload
    log.info("update planned", document=attempt.key, effects=[effect.title for effect in update.effects])
    for effect in update.effects:
        if effect.key:
            await keep_plan(attempt, effect)
        await apply(attempt, effect)
    await settle.synced(attempt, update.payload, update.result())


async def _is_outdated(attempt: AnyAttempt) -> bool:
    """Redelivered, swept and old events read the object again: True if this revision is not to be applied any more.

    A changed object is left to the poll, which publishes it: this revision ends with that one, or is withdrawn.
    """
    if attempt.live and attempt.change.origin is Origin.POLL:
        return False
    source = attempt.context.sources[attempt.flow.kind]
    now = await source.read(attempt.context, attempt.home, attempt.document_key.id)
    if now is None:
        attempt.number_again()
        await settle.ended(attempt, OutcomeState.WITHDRAWN, settle.withdrawn_record(attempt))
        return True
    if content_hash(now) != attempt.revision.content_hash:
        await settle.unexplained(attempt)
        return True
    attempt.number_again()
    return False
