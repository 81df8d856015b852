"""One attempt to transfer one revision of a sales invoice: decide, look, ensure, create, settle."""

from __future__ import annotations

from dataclasses import replace

import structlog

from gateway.delivery import settle
from gateway.delivery.absence import look_first_after
from gateway.delivery.books import prove_books
from gateway.delivery.change import Origin
from gateway.delivery.context import Work, note_of
from gateway.delivery.decide import Decision, decide
from gateway.delivery.effects import STEP_UNANSWERED, step_unanswered
from gateway.delivery.hold_actions import hold, listen, passed
from gateway.delivery.holds import Stage
from gateway.delivery.lookup import look_up
from gateway.delivery.record import State
from gateway.delivery.resolve import adopt, ask_again, settle_found, settle_known
from gateway.delivery.withdraw import withdraw
from gateway.documents import CommandKind, OutcomeState
from gateway.documents.hashing import head_hash
from gateway.errors import Configuration, Permanent, Transient, Unknown, transient
from gateway.flows.sales_invoices.create import NOT_FOUND, create, not_found
from gateway.flows.sales_invoices.prepare import prepare
from gateway.ledger import UNREADABLE, LeaseExpired, RecordTooLarge, count_out, looked_up_first
from gateway.ledger.rounds import ROUNDS, surely_not_executed
from gateway.steps.status_handshake import put_back

log = structlog.get_logger()

#: Refusals of calls that may still be executed: their intents stay open, and the document is looked up until then.
UNANSWERED = (NOT_FOUND, STEP_UNANSWERED)
LEFT_TO_THE_POLL = "The gateway's ledger does not know this event. The invoice still waits, and is read again."
VOID = "What an operator had asked for it is void: the document has changed since. Ask again if it is still wanted."


async def transfer(work: Work) -> None:
    """Bring the event's revision to its end, or leave it to the next poll. Raises HomeLost."""
    desk, home = work.desk, work.home
    intent = work.intent
    ripe = intent is not None and home.seconds_until_ripe(work.key) <= 0
    decision = decide(work.record, work.revision, intent is not None, ripe)
    # a lost ledger may have left an old event that was superseded without an outcome
    told = work.live or (work.old and decision is Decision.SUPERSEDED)
    if decision in (Decision.UNCHANGED, Decision.SUPERSEDED) and not told:
        desk.replayed += 1
    elif decision is Decision.UNCHANGED:
        await settle.ended(work, OutcomeState.UNCHANGED)
    elif decision is Decision.SUPERSEDED:
        await settle.ended(work, OutcomeState.SUPERSEDED)
    elif decision is Decision.WAIT:
        log.info("transfer waits", document=work.key, why=decision.value)
        await settle.unexplained(work)
    elif desk.unreadable or (desk.hold is not None and not desk.hold.probing(desk.clock())):
        code = desk.hold.code if desk.hold is not None else UNREADABLE
        log.info("transfer waits, the company is held", document=work.key, code=code)
        await settle.unexplained(work)
    else:
        await _try(work, decision)


async def _try(work: Work, decision: Decision) -> None:
    await _to_its_end(work, decision)
    await listen(work.desk, work.home, "Procountor", work.desk.procountor.silence)


async def _to_its_end(work: Work, decision: Decision) -> None:
    desk = work.desk
    work.held = desk.hold
    if work.held is not None or (work.record is not None and work.record.state is State.REFUSED):
        desk.registers.doubt()
    if work.asked_before:
        work.told.append(VOID)
    try:
        await prove_books(desk, work.home)
        await _attempt(work, decision)
        desk.went_well(work.key)
        if _is_over(work):
            await passed(desk, work.home, Stage.TRANSFER, work.held)
    except Permanent as error:
        keep_intent = work.unanswered or error.code in UNANSWERED
        await settle.refused(work, error, keep_intent=keep_intent)
        if keep_intent:
            desk.later(work.key, error)
        else:
            desk.went_well(work.key)
            await passed(desk, work.home, Stage.TRANSFER, work.held)
    except Configuration as error:
        await hold(desk, work.home, error)
        await _without_an_end(work, error)
    except RecordTooLarge as error:
        await settle.too_large(work, error)
    except Transient as error:
        log.warning("transfer comes again", document=work.key, code=error.code, detail=error.detail)
        desk.later(work.key, error, error.retry_after)
        await _without_an_end(work, error)
    except (Unknown, LeaseExpired) as error:
        log.warning("transfer comes again", document=work.key, detail=str(error))
        if isinstance(error, Unknown) and work.made is not None and _steps(work) >= ROUNDS:
            await settle.refused(work, step_unanswered(work), keep_intent=True)
        else:
            desk.later(work.key, error if isinstance(error, Unknown) else None)
            await _without_an_end(work, error)


async def _without_an_end(work: Work, error: Exception) -> None:
    """The attempt has no outcome. What it licensed last and surely was not executed leaves nothing open behind it."""
    if work.lease is not None and surely_not_executed(error):
        await work.home.withdraw(work.lease)
    await settle.unexplained(work)


def _is_over(work: Work) -> bool:
    """Whether the revision is in Procountor: a withdrawal, say, has asked nobody."""
    record = work.record
    return record is not None and record.state is State.SETTLED and record.revision == work.revision


def _steps(work: Work) -> int:
    """Rounds of the step that follows the invoice, under the open intent."""
    return note_of(work.intent).rounds(work.step) if work.intent is not None else 0


async def _attempt(work: Work, decision: Decision) -> None:
    await count_out(work.home, work.desk.company.id)  # else no look-up of it may speak (decision 12)
    await look_first_after(work.desk, work.home, work.held)
    if decision is Decision.RESUME and await _resumed(work):
        return
    if await _no_longer_wanted(work):
        return
    record, asked = work.record, work.asked
    if asked is not None and asked.kind is CommandKind.ADOPT:
        await adopt(work, asked)
        return
    if record is not None and record.invoice is not None and await settle_known(work, record, record.invoice):
        return
    desk = work.desk
    if not await desk.owns(work.invoice):  # it was moved to another company, or this one was switched off; none is here
        gone = settle.withdrawn_record(work).replace(invoice=None, adopted=False, settled_hash="", unfinished=False)
        await settle.ended(work, OutcomeState.WITHDRAWN, gone)
        return
    if work.intent is not None:  # nothing is made for a document that isn't to be posted
        work.word(work.intent.rounds, not_found(work))
    refused = record is not None and record.posted and record.invoice is None and not work.looked_up
    if refused and (seconds := desk.seconds_unseen(work.key)) > 0:  # it may have been executed all the same
        raise transient("POST_UNSEEN", retry_after=seconds, number=work.invoice.number)
    prepared = await prepare(work)
    question = record.question if record is not None else None
    old = looked_up_first(work.invoice.created_at, desk.horizon, margin=desk.margin)
    posted = record is not None and record.was_posted
    if not work.looked_up and (old or posted or question is not None):
        identity = await look_up(work, work.revision, prepared.partner.id)
        if await settle_found(work, identity, prepared.note):
            return
    ask_again(work, question)
    await create(work, prepared)


async def _resumed(work: Work) -> bool:
    """An intent was open and is counted out: True when the look-up ends the matter (decision 9)."""
    intent = work.intent
    assert intent is not None
    note = work.left_open = note_of(intent)
    work.unanswered = True
    identity = await look_up(work, note.revision, note.partner_id, note.number)
    work.unanswered = False
    if note.revision.content_hash == work.revision.content_hash:  # it may be wanted under a newer number by now
        note = replace(note, revision=work.revision)
    if await settle_found(work, identity, note):
        return note.revision.content_hash == work.revision.content_hash
    work.looked_up = True
    return False


async def _no_longer_wanted(work: Work) -> bool:
    """Replayed, swept and old events read the document again first: True when nothing is to be begun.

    So do those that come while the status of an older revision is being moved, or was moved after they were published:
    that may have taken it away.
    """
    record = work.record
    moved = record is not None and (bool(record.may_be_moving) or record.taken_away(work.revision))
    if work.live and work.change.origin is Origin.POLL and not moved:
        return False
    statuses, read = await work.desk.statuses(), work.home.term(work.key)
    head = await work.desk.severa.invoice(work.invoice.id)
    if head is not None and await put_back(work.desk, work.document, statuses, record, head, read, work.revision):
        head = replace(head, status_id=statuses.before)
    if head is None or head.status_id != statuses.before:
        await withdraw(work)
        return True
    if work.unknown:  # its rows may have changed since: the poll reads it whole
        work.told.append(LEFT_TO_THE_POLL)
        await settle.ended(work, OutcomeState.SUPERSEDED)
        return True
    if head_hash(head) != head_hash(work.invoice):
        await settle.ended(work, OutcomeState.SUPERSEDED)
        return True
    return False
