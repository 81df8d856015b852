"""One attempt to transfer one revision of a document: decide, look up, plan, apply the plan, settle."""

from __future__ import annotations

from dataclasses import replace

import structlog

from gateway.delivery import settle
from gateway.delivery.absence import look_first_after
from gateway.delivery.apply import NOT_FOUND, STEP_UNANSWERED, carry_out, step_unanswered
from gateway.delivery.attempt import AnyAttempt, payload_of
from gateway.delivery.books import prove_books
from gateway.delivery.change import Origin
from gateway.delivery.decide import Decision, decide
from gateway.delivery.hold_actions import place_hold, stage_passed, track_outage
from gateway.delivery.holds import Stage
from gateway.delivery.lookup import look_up
from gateway.delivery.record import State
from gateway.delivery.resolve import adopt, ask_again, settle_found, settle_known
from gateway.delivery.withdraw import withdraw
from gateway.documents import CommandKind, OutcomeState
from gateway.documents.hashing import head_hash
from gateway.errors import Configuration, InDoubt, Permanent, Transient, transient
from gateway.ledger import UNREADABLE, LeaseExpired, RecordTooLarge, looked_up_first, wait_out_quarantine
from gateway.ledger.rounds import ROUNDS, surely_not_executed

log = structlog.get_logger()

#: Errors of calls that may still be executed: their intents stay open, and the document is looked up until then.
UNANSWERED = (NOT_FOUND, STEP_UNANSWERED)
VOID = "The invoice has changed since an operator gave a command for it. Give the command again if it is still wanted."


async def transfer(attempt: AnyAttempt) -> None:
    """Bring the event's revision to its end, or leave it to the next poll. Raises HomeLost."""
    context, home = attempt.context, attempt.home
    intent = attempt.intent
    expired = intent is not None and home.seconds_until_expired(attempt.key) <= 0
    decision = decide(attempt.record, attempt.revision, intent is not None, expired)
    # a lost ledger may have left an old event that was superseded without an outcome
    told = attempt.live or (attempt.old and decision is Decision.SUPERSEDED)
    if decision in (Decision.UNCHANGED, Decision.SUPERSEDED) and not told:
        context.replayed += 1
    elif decision is Decision.UNCHANGED:
        await settle.ended(attempt, OutcomeState.UNCHANGED)
    elif decision is Decision.SUPERSEDED:
        await settle.ended(attempt, OutcomeState.SUPERSEDED)
    elif decision is Decision.WAIT:
        log.info("transfer waits for an open intent", document=attempt.key, why=decision.value)
        await settle.unexplained(attempt)
    elif context.unreadable or (context.hold is not None and not context.hold.probing(context.clock())):
        code = context.hold.code if context.hold is not None else UNREADABLE
        log.info("transfer waits: the company is on hold", document=attempt.key, code=code)
        await settle.unexplained(attempt)
    else:
        await _try(attempt, decision)


async def _try(attempt: AnyAttempt, decision: Decision) -> None:
    await _to_its_end(attempt, decision)
    await track_outage(attempt.context, attempt.home, "Procountor", attempt.context.procountor.outage)


async def _to_its_end(attempt: AnyAttempt, decision: Decision) -> None:
    context = attempt.context
    attempt.held = context.hold
    if attempt.held is not None or (attempt.record is not None and attempt.record.state is State.REFUSED):
        context.registers.expire()
    if attempt.asked_before:
        attempt.notes.append(VOID)
    try:
        await prove_books(context, attempt.home)
        async with attempt.resources:
            await _attempt(attempt, decision)
        context.went_well(attempt.key)
        if _is_over(attempt):
            await stage_passed(context, attempt.home, Stage.TRANSFER, attempt.held)
    except Permanent as error:
        keep_intent = attempt.unanswered or error.code in UNANSWERED
        await settle.refused(attempt, error, keep_intent=keep_intent)
        if keep_intent:
            context.later(attempt.key, error)
        else:
            context.went_well(attempt.key)
            await stage_passed(context, attempt.home, Stage.TRANSFER, attempt.held)
    except Configuration as error:
        await place_hold(context, attempt.home, error)
        await _without_an_end(attempt, error)
    except RecordTooLarge as error:
        await settle.too_large(attempt, error)
    except Transient as error:
        log.warning("transfer will be retried", document=attempt.key, code=error.code, detail=error.detail)
        context.later(attempt.key, error, error.retry_after)
        await _without_an_end(attempt, error)
    except (InDoubt, LeaseExpired) as error:
        log.warning("transfer will be retried", document=attempt.key, detail=str(error))
        if isinstance(error, InDoubt) and attempt.made is not None and _steps(attempt) >= ROUNDS:
            await settle.refused(attempt, step_unanswered(attempt), keep_intent=True)
        else:
            context.later(attempt.key, error if isinstance(error, InDoubt) else None)
            await _without_an_end(attempt, error)


async def _without_an_end(attempt: AnyAttempt, error: Exception) -> None:
    """The attempt has no outcome. If its last call surely was not executed, it leaves nothing open."""
    if attempt.lease is not None and surely_not_executed(error):
        await attempt.home.withdraw(attempt.lease)
    await settle.unexplained(attempt)


def _is_over(attempt: AnyAttempt) -> bool:
    """Whether the revision is in Procountor: a withdrawal, for example, has asked nobody."""
    record = attempt.record
    return record is not None and record.state is State.SETTLED and record.revision == attempt.revision


def _steps(attempt: AnyAttempt) -> int:
    """Rounds of the step after the invoice, under the open intent."""
    return payload_of(attempt.intent).rounds(attempt.step) if attempt.intent is not None else 0


async def _attempt(attempt: AnyAttempt, decision: Decision) -> None:
    # otherwise no look-up is conclusive (decision 12)
    await wait_out_quarantine(attempt.home, attempt.context.company.id)
    await look_first_after(attempt.context, attempt.home, attempt.held)
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
    context = attempt.context
    if not await _is_its_companys(attempt):  # it moved, or was switched off
        gone = settle.withdrawn_record(attempt).replace(made=None)
        await settle.ended(attempt, OutcomeState.WITHDRAWN, gone)
        return
    if attempt.intent is not None:  # nothing is created for a document that will not be posted
        attempt.word(attempt.intent.rounds, attempt.flow.target.not_found(attempt))
    refused = record is not None and record.posted and record.target is None and not attempt.looked_up
    if refused and (seconds := context.seconds_unseen(attempt.key)) > 0:  # it may have been executed nevertheless
        raise transient("POST_UNSEEN", retry_after=seconds, number=attempt.document.number)
    plan = await attempt.flow.target.plan(attempt)
    question = record.question if record is not None else None
    old = looked_up_first(attempt.document.created_at, context.horizon, margin=context.margin)
    posted = record is not None and record.was_posted
    if not attempt.looked_up and (old or posted or question is not None):
        identity = await look_up(attempt, attempt.revision, plan.partner_id())
        if await settle_found(attempt, identity, plan.payload):
            return
    ask_again(attempt, question)
    await carry_out(attempt, plan)


async def _is_its_companys(attempt: AnyAttempt) -> bool:
    """Whether the document still belongs to the company (decision 13), and its flow is on (S18-S20)."""
    context = attempt.context
    on = attempt.flow.settings(context.company).enabled
    return on and await context.owns(attempt.flow.kind, attempt.document)


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
    moved = record is not None and (bool(record.may_be_moving) or record.taken_away(attempt.revision))
    if attempt.live and attempt.change.origin is Origin.POLL and not moved:
        return False
    source, context = attempt.flow.source, attempt.context
    statuses, read = await source.statuses(context), attempt.home.read_lease(attempt.key)
    head = await source.head(context, attempt.document.id)
    put_back = attempt.flow.completion.put_back
    asked = attempt.revision
    if head is not None and await put_back(
        context, attempt.flow, attempt.document_key, statuses, record, head, read, asked
    ):
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
