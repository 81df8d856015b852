"""A document that is transferred once: look up, plan, apply the plan, settle (decisions 5, 9, 11-13)."""

from __future__ import annotations

from dataclasses import replace

from gateway.delivery import settle
from gateway.delivery.absence import look_first_after
from gateway.delivery.apply import carry_out
from gateway.delivery.attempt import AnyAttempt, payload_of
from gateway.delivery.change import Origin
from gateway.delivery.decide import Decision
from gateway.delivery.flow import transfer_flow
from gateway.delivery.lookup import look_up
from gateway.delivery.resolve import adopt, ask_again, settle_found, settle_known
from gateway.delivery.withdraw import withdraw
from gateway.documents import CommandKind, OutcomeState
from gateway.documents.hashing import head_hash
from gateway.errors import transient
from gateway.ledger import looked_up_first, wait_out_quarantine
from gateway.telemetry.spans import step


async def transfer_once(attempt: AnyAttempt, decision: Decision) -> None:
    """Transfer the document. Raises every kind of GatewayError, and HomeLost."""
    flow, context = transfer_flow(attempt), attempt.context
    # otherwise no look-up is conclusive (decision 12)
    await wait_out_quarantine(attempt.home, context.company.id)
    await look_first_after(context, attempt.home, attempt.held)
    if decision is Decision.RESUME and await _resumed(attempt):
        return
    if await _no_longer_wanted(attempt):
        return
    record, asked = attempt.record, attempt.asked
    if asked is not None and asked.kind is CommandKind.ADOPT:
        await adopt(attempt, asked)
        return
    if record is not None and record.target is not None and await settle_known(attempt, record, record.target):
        return
    if not await is_its_companys(attempt):  # it moved, or was switched off
        gone = settle.withdrawn_record(attempt).replace(made=None)
        await settle.ended(attempt, OutcomeState.WITHDRAWN, gone)
        return
    if attempt.intent is not None:  # nothing is created for a document that will not be posted
        attempt.word(attempt.intent.rounds, flow.target.not_found(attempt))
    refused = record is not None and record.posted and record.target is None and not attempt.looked_up
    if refused and (seconds := context.seconds_unseen(attempt.key)) > 0:  # it may have been executed nevertheless
        raise transient("POST_UNSEEN", retry_after=seconds, number=attempt.document.number)
    with step("plan"):
        plan = await flow.target.plan(attempt)
    question = record.question if record is not None else None
    old = looked_up_first(attempt.document.created_at, context.horizon, margin=context.margin)
    posted = record is not None and record.was_posted
    if not attempt.looked_up and (old or posted or question is not None):
        identity = await look_up(attempt, attempt.revision, plan.partner_id())
        if await settle_found(attempt, identity, plan.payload):
            return
    ask_again(attempt, question)
    await carry_out(attempt, plan)


async def is_its_companys(attempt: AnyAttempt) -> bool:
    """Whether the document still belongs to the company (decision 13), and its flow is on (S18, S19)."""
    context = attempt.context
    return attempt.flow.is_on(context.company) and await context.owns(attempt.flow.kind, attempt.document)


async def _resumed(attempt: AnyAttempt) -> bool:
    """An intent was open and has expired: True if the look-up ends the matter (decision 9)."""
    intent = attempt.intent
    assert intent is not None
    payload = attempt.left_open = payload_of(intent)
    attempt.unanswered = True
    identity = await look_up(attempt, payload.revision, payload.partner_id, payload.number)
    attempt.unanswered = False
    if payload.revision.content_hash == attempt.revision.content_hash:  # it may wait under a newer number by now
        payload = replace(payload, revision=attempt.revision)
    if await settle_found(attempt, identity, payload):
        return payload.revision.content_hash == attempt.revision.content_hash
    attempt.looked_up = True
    return False


async def _no_longer_wanted(attempt: AnyAttempt) -> bool:
    """Replayed, swept and old events read the document again first: True if nothing may be started.

    Also re-read if a status update of an older revision was running, or finished, after this event was published: it
    may have moved the document out of the waiting status.
    """
    record = attempt.record
    if attempt.intent is None and attempt.context.waits.has_newer(attempt.key, attempt.revision):
        # an event that waited for its turn, or was read twice: its document would be refused as changed afterwards
        await settle.unexplained(attempt)
        return True
    moved = record is not None and (bool(record.may_be_moving) or record.taken_away(attempt.revision))
    if attempt.live and attempt.change.origin is Origin.POLL and not moved:
        return False
    flow, context = transfer_flow(attempt), attempt.context
    source = flow.source
    statuses, read = await source.statuses(context), attempt.home.read_lease(attempt.key)
    head = await source.head(context, attempt.document.id)
    asked, put_back = attempt.revision, flow.completion.put_back
    if head is not None and await put_back(context, flow, attempt.document_key, statuses, record, head, read, asked):
        head = replace(head, status_id=statuses.before)
    if head is None or head.status_id != statuses.before:
        await withdraw(attempt)
        return True
    # after a lost ledger, its rows may have changed since, too: the poll reads it whole
    changed = attempt.unknown or head_hash(head) != head_hash(attempt.document)
    if changed and record is None:  # it ends with what the poll reads, or as withdrawn where a user is quicker (F6)
        await settle.unexplained(attempt)
    elif changed:
        await settle.ended(attempt, OutcomeState.SUPERSEDED)
    return changed
