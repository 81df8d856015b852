"""The end of an attempt: ledger record and outcome event in one transaction (decisions 10 and 15)."""

from __future__ import annotations

import structlog

from gateway.delivery.commands import used_up
from gateway.delivery.context import Note, Work
from gateway.delivery.outcomes import describe
from gateway.delivery.recheck import second_look_later
from gateway.delivery.record import State, TransferRecord
from gateway.documents import ErrorInfo, Outcome, OutcomeState, ProcountorInvoice, Revision
from gateway.documents.hashing import head_hash
from gateway.errors import GatewayError, Varying, mask, refuse
from gateway.ledger import Publish, RecordTooLarge, Write
from gateway.notify.told import told_key, told_of

log = structlog.get_logger()


def outcome(
    work: Work,
    state: OutcomeState,
    *,
    revision: Revision | None = None,
    attempt: int = 0,
    note: Note | None = None,
    invoice: ProcountorInvoice | None = None,
    error: ErrorInfo | None = None,
) -> Outcome:
    """An outcome of the document in hand."""
    sales = work.desk.company.sales
    return Outcome(
        key=work.document,
        organisation=work.desk.organisation,
        revision=revision or work.revision,
        attempt=attempt,
        state=state,
        number=work.invoice.number,
        customer_name=work.invoice.receiver_name or work.invoice.customer.name,
        at=work.desk.now(),
        cuts=note.cuts if note else (),
        notes=tuple(map(mask, (*(note.notes if note else ()), *work.told))),
        invoice=invoice,
        error=error,
        status_before=sales.status_before,
        status_after=sales.status_after,
        head_hash=note.head_hash if note else head_hash(work.invoice),
    )


def attempt_number(work: Work, revision: Revision) -> int:
    """1 for the first attempt on a revision, one more for each that was recorded."""
    record = work.record
    return record.attempt + 1 if record and record.revision.number == revision.number else 1


def overtaken(work: Work, record: TransferRecord) -> list[Publish]:
    """An open revision whose place the record takes has its end with that: it is superseded (SPEC F6)."""
    before = work.record
    if before is None or before.state is not State.OPEN:
        return []
    if before.revision.number in (record.revision.number, work.revision.number):
        return []
    event = outcome(work, OutcomeState.SUPERSEDED, revision=before.revision, attempt=before.attempt)
    return [work.desk.publish(event)]


async def commit(work: Work, record: TransferRecord, *events: Publish, keep_intent: bool = False) -> None:
    """Record and events in one transaction; it closes an open intent of the document, unless no look-up has said yet
    what came of it; and a command is used up.
    """
    settles = [work.key] if work.intent and not (keep_intent or work.unanswered) else []
    writes = [Write(work.key, record.encode(), work.desk.organisation), *work.desk.proofs(work.home)]
    writes += used_up(work.home, work.document.company, work.invoice.id)
    if record.state is State.SETTLED:
        writes += _mended(work)
    if settles:
        writes += second_looks(work)
    await work.home.commit(writes=writes, publish=[*events, *overtaken(work, record)], settles=settles)
    work.desk.unexplained.discard(work.key)


def _mended(work: Work) -> list[Write]:
    """What was told by mail is mended: should it come again, it is news (SPEC Q3)."""
    key = told_key(work.document.company, work.invoice.id)
    told = told_of(work.home, key)
    return [Write(key, told.mended().encode(), work.desk.organisation)] if told is not None and told.cause else []


def second_looks(work: Work) -> list[Write]:
    """What is to be written when an intent that had been left open is used again, or closed; and when a POST was
    refused: should it have been executed all the same, a try before it can be found makes another.
    """
    refused = work.lease is not None and work.made is None and not work.step
    if work.left_open is None and not refused:
        return []
    sent = work.left_open.number if work.left_open is not None else work.invoice.number
    return [second_look_later(work.desk, work.home, work.document, sent)]


async def settled(work: Work, note: Note, invoice: ProcountorInvoice, state: OutcomeState) -> None:
    """The revision of `note` is in Procountor as `invoice`."""
    attempt = attempt_number(work, note.revision)
    record = TransferRecord(
        revision=note.revision,
        state=State.SETTLED,
        attempt=attempt,
        number=note.number or work.invoice.number,
        invoice=invoice,
        settled_hash=note.revision.content_hash,
        head_hash=note.head_hash,
        adopted=state is OutcomeState.ADOPTED,
        beside=work.record.beside if work.record else (),
    )
    event = outcome(work, state, revision=note.revision, attempt=attempt, note=note, invoice=invoice)
    await commit(work, record, work.desk.publish(event))


async def refused(work: Work, error: GatewayError, *, keep_intent: bool = False) -> None:
    """The revision can't go over: an error outcome, unless the same cause was told for this revision (SPEC Q3)."""
    before = work.record
    told = (
        before is not None
        and before.revision.number == work.revision.number
        and before.cause == error.cause
        and work.asked is None
    )
    attempt = attempt_number(work, work.revision)
    record = TransferRecord(
        revision=work.revision,
        state=State.REFUSED,
        attempt=attempt,
        number=work.invoice.number,
        head_hash=head_hash(work.invoice),
        cause=error.cause,
        inputs=inputs(work),
        refused_at=work.home.broker_time(),
    ).keeping(before)
    since, question = record.refused_since or work.home.broker_time(), work.question or record.question
    record = record.replace(refused_since=since, question=question)
    if work.made is not None:
        content = work.revision.content_hash
        record = record.replace(invoice=work.made, adopted=False, settled_hash=content, unfinished=True, question=None)
    events = []
    if not told:
        event = outcome(work, OutcomeState.REFUSED, attempt=attempt, invoice=record.invoice, error=describe(error))
        events.append(work.desk.publish(event))
    else:
        log.info("transfer refused again", document=work.key, number=work.invoice.number, code=error.code)
    await commit(work, record, *events, keep_intent=keep_intent)


async def too_large(work: Work, error: RecordTooLarge) -> None:
    """One of the document's records doesn't go through the broker: an error outcome of it alone (decision 10)."""
    number = work.invoice.number
    await refused(work, refuse("RECORD_TOO_LARGE", detail=str(error), number=number, size=Varying(error.size)))


async def unexplained(work: Work) -> None:
    """The attempt ended without an outcome: the ledger remembers that the revision still has none (decision 1)."""
    work.number_again()
    before = work.record
    if before is not None and before.revision.number >= work.revision.number:
        if before.state is State.OPEN:
            work.desk.unexplained.add(work.key)
        return
    record = TransferRecord(work.revision, State.OPEN, 0, number=work.invoice.number).keeping(before)
    if before is not None:
        record = record.replace(moving=before.may_be_moving, moved_at=before.moved_at)
    opened = Write(work.key, record.encode(), work.desk.organisation)
    await work.home.commit(writes=[opened], publish=overtaken(work, record))
    work.desk.unexplained.add(work.key)


async def ended(work: Work, state: OutcomeState, record: TransferRecord | None = None) -> None:
    """Nothing was begun: unchanged, superseded or withdrawn."""
    known = record or work.record
    invoice = known.invoice if known else None
    attempt = known.attempt if known else 0
    event = work.desk.publish(outcome(work, state, attempt=attempt, invoice=invoice))
    if record is None:
        await work.home.commit(publish=[event])
    else:
        await commit(work, record, event)


def inputs(work: Work) -> str:
    """What a refusal was judged by: a change of it makes the document due again (decision 14)."""
    return refusal_inputs(work.revision.content_hash, work.desk.company.fingerprint())


def refusal_inputs(content: str, settings: str) -> str:
    """Fingerprint of a document's content and its company's settings."""
    return f"{content[:16]}:{settings}"


def withdrawn_record(work: Work) -> TransferRecord:
    """The record of a revision that nobody waits for any more; what is in Procountor stays known."""
    attempt = attempt_number(work, work.revision)
    withdrawn = TransferRecord(work.revision, State.WITHDRAWN, attempt, number=work.invoice.number)
    return withdrawn.keeping(work.record)
