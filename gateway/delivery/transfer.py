"""One attempt on one revision of a document: decide, have the flow's way carried out, and end whatever it raises."""

from __future__ import annotations

import structlog

from gateway.delivery import settle
from gateway.delivery.apply import NOT_FOUND, STEP_UNANSWERED, step_unanswered
from gateway.delivery.attempt import AnyAttempt, payload_of
from gateway.delivery.books import prove_books
from gateway.delivery.decide import Decision, decide
from gateway.delivery.flow import SyncFlow
from gateway.delivery.hold_actions import place_hold, stage_passed, track_outage
from gateway.delivery.holds import Stage
from gateway.delivery.pauses import pause, resume
from gateway.delivery.record import State
from gateway.delivery.sync import sync
from gateway.delivery.transfer_once import transfer_once
from gateway.documents import OutcomeState
from gateway.errors import Configuration, InDoubt, Permanent, Transient
from gateway.ledger import UNREADABLE, LeaseExpired, RecordTooLarge
from gateway.ledger.rounds import ROUNDS, surely_not_executed
from gateway.telemetry.spans import caused_by, failures

log = structlog.get_logger()

#: Errors of calls that may still be executed: their intents stay open, and the document is looked up until then.
UNANSWERED = (NOT_FOUND, STEP_UNANSWERED, "FEE_UNANSWERED")
VOID = "The document has changed since an operator gave a command for it. Give the command again if it is still wanted."


async def transfer(attempt: AnyAttempt) -> None:
    """Bring the event's revision to its end, or leave it to the next poll. Raises HomeLost."""
    context, home = attempt.context, attempt.home
    intent = attempt.intent
    expired = intent is not None and home.seconds_until_expired(attempt.key) <= 0
    decision = decide(attempt.record, attempt.revision, intent is not None, expired)
    # a lost ledger may have left an old event that was superseded without an outcome
    reported = attempt.live or (attempt.old and decision is Decision.SUPERSEDED)
    if decision in (Decision.UNCHANGED, Decision.SUPERSEDED) and not reported:
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
    caused_by(_command(attempt))
    try:
        with failures():
            await prove_books(context, attempt.home)
            async with attempt.resources:
                await (sync(attempt) if isinstance(attempt.flow, SyncFlow) else transfer_once(attempt, decision))
        context.went_well(attempt.key)
        if _is_over(attempt):
            await stage_passed(context, attempt.home, Stage.TRANSFER, attempt.held)
            await resume(context, attempt.home, attempt.flow.kind, Stage.TRANSFER)
    except Permanent as error:
        keep_intent = attempt.unanswered or error.code in UNANSWERED
        await settle.refused(attempt, error, keep_intent=keep_intent)
        if keep_intent:
            context.later(attempt.key, error)
        else:
            context.went_well(attempt.key)
            await stage_passed(context, attempt.home, Stage.TRANSFER, attempt.held)
    except Configuration as error:
        if isinstance(attempt.flow, SyncFlow):  # the company's documents go on
            await pause(context, attempt.home, error, attempt.flow.kind)
            context.later(attempt.key)
        else:
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


def _command(attempt: AnyAttempt) -> str:
    """The trace of the operator's command that caused the attempt; "" if none did."""
    if attempt.asked is not None:
        return attempt.asked.trace
    return attempt.held.released if attempt.held is not None else ""


def _is_over(attempt: AnyAttempt) -> bool:
    """Whether the revision is in Procountor: a withdrawal, for example, has asked nobody."""
    record = attempt.record
    return record is not None and record.state is State.SETTLED and record.revision == attempt.revision


def _steps(attempt: AnyAttempt) -> int:
    """Rounds of the step after the invoice, under the open intent."""
    return payload_of(attempt.intent).rounds(attempt.step) if attempt.intent is not None else 0
