"""The end of an attempt: ledger record and outcome event in one transaction (decisions 10 and 15)."""

from __future__ import annotations

from dataclasses import replace

import structlog

from gateway.delivery.attempt import AnyAttempt, IntentPayload
from gateway.delivery.commands import used_up
from gateway.delivery.outcomes import describe, facts_of, of_document
from gateway.delivery.plan import Synced
from gateway.delivery.recheck import second_look_later
from gateway.delivery.record import Made, Refusal, State, TransferRecord, WriteBack
from gateway.documents import ErrorInfo, Outcome, OutcomeState, Revision, Target
from gateway.documents.hashing import head_hash
from gateway.documents.ledger_keys import mail_key
from gateway.errors import GatewayError, Varying, mask, refuse
from gateway.ledger import Publish, RecordTooLarge, Write
from gateway.notify.last_mail import last_mail
from gateway.telemetry import spans

log = structlog.get_logger()


def outcome(
    attempt: AnyAttempt,
    state: OutcomeState,
    *,
    revision: Revision | None = None,
    number: int = 0,
    payload: IntentPayload | None = None,
    target: Target | None = None,
    error: ErrorInfo | None = None,
) -> Outcome:
    """An outcome of the document in hand."""
    before, after = attempt.flow.status_names(attempt.context.company)
    return of_document(
        attempt.context,
        attempt.document_key,
        revision or attempt.revision,
        number,
        state,
        attempt.document.subject,
        truncations=payload.truncations if payload else (),
        notes=tuple(map(mask, (*(payload.notes if payload else ()), *attempt.notes))),
        target=target,
        error=error,
        status_before=before,
        status_after=after,
        head_hash=payload.head_hash if payload else head_hash(attempt.document),
    )


def _end(attempt: AnyAttempt, end: Outcome) -> Publish:
    """The record of the attempt's own outcome, which its span shows too."""
    spans.ended(facts_of(end), end.error.code if end.error is not None else "")
    return attempt.context.publish(end)


def attempt_number(attempt: AnyAttempt, revision: Revision) -> int:
    """1 for the first attempt on a revision, one more for each recorded attempt."""
    record = attempt.record
    return record.attempt + 1 if record and record.revision.is_same(revision) else 1


def overtaken(attempt: AnyAttempt, record: TransferRecord) -> list[Publish]:
    """An open revision that the record replaces ends: it is superseded (F6)."""
    before = attempt.record
    if before is None or before.state is not State.OPEN:
        return []
    if before.revision.is_same(record.revision) or before.revision.is_same(attempt.revision):
        return []
    event = outcome(attempt, OutcomeState.SUPERSEDED, revision=before.revision, number=before.attempt)
    return [attempt.context.publish(event)]


def _stands(known: Revision, own: Revision) -> bool:
    """Whether what the ledger has is no older than what an attempt is about."""
    if known.number != own.number:
        return known.number > own.number
    return known.content_hash == own.content_hash or known.sequence >= own.sequence


async def commit(attempt: AnyAttempt, record: TransferRecord, *events: Publish, keep_intent: bool = False) -> None:
    """Commit record and events in one transaction. It closes an open intent of the document, unless no look-up has said
    yet what became of it, and it uses up a command.
    """
    settles = [attempt.key] if attempt.intent and not (keep_intent or attempt.unanswered) else []
    writes = [Write(attempt.key, record.encode(), attempt.context.organisation), *attempt.context.proofs(attempt.home)]
    writes += used_up(attempt.home, attempt.document_key)
    if record.state is State.SETTLED:
        writes += _mail_cleared(attempt)
    if settles:
        writes += second_looks(attempt)
    await attempt.home.commit(writes=writes, publish=[*events, *overtaken(attempt, record)], settles=settles)
    attempt.context.unexplained.discard(attempt.key)
    if record.state is State.REFUSED:
        attempt.context.refused.add(attempt.key)
    else:
        attempt.context.refused.discard(attempt.key)


def _mail_cleared(attempt: AnyAttempt) -> list[Write]:
    """A later refusal with the cause of the last mail is mailed again (Q3)."""
    key = mail_key(attempt.document_key)
    last = last_mail(attempt.home, key)
    return (
        [Write(key, last.cleared().encode(), attempt.context.organisation)] if last is not None and last.cause else []
    )


def second_looks(attempt: AnyAttempt) -> list[Write]:
    """Ledger records that schedule a second look in an hour: needed whenever an intent from an earlier attempt is
    reused or closed, and when a POST was rejected. If that POST was executed nevertheless, an attempt before it can be
    found would create a duplicate.
    """
    refused = attempt.lease is not None and attempt.made is None and not attempt.step
    if attempt.left_open is None and not refused:
        return []
    sent = attempt.left_open.number if attempt.left_open is not None else attempt.document.number
    return [second_look_later(attempt.context, attempt.home, attempt.document_key, sent)]


async def settled(attempt: AnyAttempt, payload: IntentPayload, target: Target, state: OutcomeState) -> None:
    """The revision of `payload` is in the other system as `target`."""
    number = attempt_number(attempt, payload.revision)
    record = TransferRecord(
        revision=payload.revision,
        state=State.SETTLED,
        attempt=number,
        number=payload.number or attempt.document.number,
        made=Made(target, payload.revision.content_hash, adopted=state is OutcomeState.ADOPTED),
        write_back=WriteBack(payload.head_hash),
        beside=attempt.record.beside if attempt.record else (),
    )
    event = outcome(attempt, state, revision=payload.revision, number=number, payload=payload, target=target)
    await commit(attempt, record, _end(attempt, event))


async def synced(attempt: AnyAttempt, payload: IntentPayload, result: Synced) -> None:
    """The object in the target is in step with this revision."""
    number = attempt_number(attempt, attempt.revision)
    made = Made(result.target, attempt.revision.content_hash) if result.target is not None else None
    record = TransferRecord(
        revision=attempt.revision,
        state=State.SETTLED,
        attempt=number,
        number=attempt.document.number,
        made=made,
        write_back=WriteBack(payload.head_hash, done=True),
        kept=True,
        memo=result.memo,
    )
    payload = replace(payload, notes=(*payload.notes, *result.notes))
    event = outcome(attempt, result.state, number=number, payload=payload, target=result.target)
    await commit(attempt, record, _end(attempt, event))


async def refused(attempt: AnyAttempt, error: GatewayError, *, keep_intent: bool = False) -> None:
    """The revision can't be transferred: an error outcome, unless the same cause was reported for this revision
    (Q3).
    """
    before = attempt.record
    already_reported = (
        before is not None
        and before.revision.is_same(attempt.revision)
        and before.refusal.cause == error.cause
        and attempt.asked is None
    )
    number = attempt_number(attempt, attempt.revision)
    record = TransferRecord(
        revision=attempt.revision,
        state=State.REFUSED,
        attempt=number,
        number=attempt.document.number,
        refusal=Refusal(error.cause, inputs(attempt), attempt.home.broker_time()),
        write_back=WriteBack(head_hash(attempt.document)),
    ).keeping(before)
    since, question = record.refusal.since or attempt.home.broker_time(), attempt.question or record.question
    record = record.with_refusal(since=since).replace(question=question)
    if attempt.planned is not None:  # some of its effects may have been applied
        record = record.replace(kept=True, memo=attempt.planned.memo)
    if attempt.made is not None:
        made = Made(attempt.made, attempt.revision.content_hash, unfinished=True)
        record = record.replace(made=made, question=None)
    events = []
    if not already_reported:
        info = describe(error, attempt.document_key.kind)
        event = outcome(attempt, OutcomeState.REFUSED, number=number, target=record.target, error=info)
        events.append(_end(attempt, event))
    else:
        log.info("transfer refused again", document=attempt.key, number=attempt.document.number, code=error.code)
    await commit(attempt, record, *events, keep_intent=keep_intent)


async def too_large(attempt: AnyAttempt, error: RecordTooLarge) -> None:
    """A record of this document exceeds the broker's size limit: refuse this document only (decision 10)."""
    number = attempt.document.number
    await refused(attempt, refuse("RECORD_TOO_LARGE", detail=str(error), number=number, size=Varying(error.size)))


async def unexplained(attempt: AnyAttempt) -> None:
    """The attempt ended without an outcome: the ledger remembers that the revision still has none (decision 1)."""
    attempt.number_again()
    before = attempt.record
    if before is not None and _stands(before.revision, attempt.revision):
        if before.state is State.OPEN:
            attempt.context.unexplained.add(attempt.key)
        return
    record = TransferRecord(attempt.revision, State.OPEN, 0, number=attempt.document.number).keeping(before)
    if before is not None:
        record = record.with_write_back(moving=before.may_be_moving, moved_at=before.write_back.moved_at)
    opened = Write(attempt.key, record.encode(), attempt.context.organisation)
    await attempt.home.commit(writes=[opened], publish=overtaken(attempt, record))
    attempt.context.unexplained.add(attempt.key)


async def ended(attempt: AnyAttempt, state: OutcomeState, record: TransferRecord | None = None) -> None:
    """Nothing was started: unchanged, superseded or withdrawn."""
    known = record or attempt.record
    target = known.target if known else None
    number = known.attempt if known else 0
    event = _end(attempt, outcome(attempt, state, number=number, target=target))
    if record is None:
        await attempt.home.commit(publish=[event])
    else:
        await commit(attempt, record, event)


def inputs(attempt: AnyAttempt) -> str:
    """What a refusal was judged by: a change of it makes the document due again (decision 14)."""
    return refusal_inputs(attempt.revision.content_hash, attempt.context.company.fingerprint())


def refusal_inputs(content: str, settings: str) -> str:
    """A hash of a document's content and its company's settings."""
    return f"{content[:16]}:{settings}"


def withdrawn_record(attempt: AnyAttempt) -> TransferRecord:
    """The record of a withdrawn revision; what is in the other system stays known, and what its flow noted of it."""
    number = attempt_number(attempt, attempt.revision)
    withdrawn = TransferRecord(attempt.revision, State.WITHDRAWN, number, number=attempt.document.number)
    return withdrawn.keeping(attempt.record).replace(memo=attempt.memo)
