"""Reports about documents that wait, and what ends them: error outcomes of their own, once per cause (F6, Q3)."""

from __future__ import annotations

from dataclasses import replace

from gateway.delivery.company import CompanyContext
from gateway.delivery.hold_actions import WAITING, report, report_over
from gateway.delivery.outcomes import by_record, describe, of_document, subject
from gateway.delivery.record import State, TransferRecord, record_of
from gateway.delivery.waits import ONE_BY_ONE, Kept, Wait
from gateway.documents import DocumentKey, Outcome, OutcomeState, Revision, Sequence
from gateway.documents.ledger_keys import wait_key
from gateway.errors import GatewayError, Varying, configuration
from gateway.ledger import Home, Write


async def report_waits(context: CompanyContext, home: Home, full: bool) -> None:
    """Count on; end waits that are over; report those that lasted too long. `full`: the window has no room."""
    waits, after = context.waits, context.delivery.report_after
    waits.count(held=context.hold is not None)
    for key, wait in list(waits.open.items()):
        if context.alone(key).locked():
            continue  # its attempt, or its status update, is under way
        if _answered(home, key, wait):
            await _end(context, home, key, wait)
        elif wait.gone and _nobody_ends_it(context, home, key):
            await _close(context, home, key, wait)
        elif context.hold is None and (error := wait.why(after)) is not None:
            async with context.alone(key):
                await _report(context, home, key, wait, error)
        elif wait.to_keep(after):
            await _keep(context, home, key, wait)
    if full and context.hold is None and _stuck(context, after):
        await _report_company(
            context, home, "The transfers under way have not ended, and the other documents wait for them."
        )
    elif context.hold is None and context.current_error and not waits.long(after):
        await report_over(context, home, "no document waits too long any more.")


def _answered(home: Home, key: str, wait: Wait) -> bool:
    """Whether the document ended since the wait began."""
    record = record_of(home, key)
    return record is not None and record.state is not State.OPEN and home.commit_of(key) > wait.began


def _nobody_ends_it(context: CompanyContext, home: Home, key: str) -> bool:
    """Whether neither the sweep nor an event will end it."""
    return key not in context.unexplained and key not in context.in_flight and home.intent(key) is None


def _stuck(context: CompanyContext, after: float) -> bool:
    """Whether all documents of a full window have waited too long: nothing behind them moves."""
    counted = [key for key, counts in context.in_flight.items() if counts]
    return bool(counted) and all(key in context.waits.open and context.waits.open[key].here >= after for key in counted)


async def _report(context: CompanyContext, home: Home, key: str, wait: Wait, error: GatewayError) -> None:
    """The error outcome of the document; of the company, once many of its documents wait for the same cause."""
    if context.waits.crowd(error.cause) >= ONE_BY_ONE:
        await _report_company(context, home, str(error.facts["said"]))
        return
    record, document = record_of(home, key), DocumentKey.parse(key)
    revision, attempt, writes = _revision(home, wait, record), 1, list[Write]()
    if record is not None and record.state is State.OPEN:
        attempt = record.attempt + 1
    if wait.revision is not None or (record is not None and record.state is State.OPEN):
        # the outcome of the next attempt is newer
        if record is not None and record.revision == revision:
            kept = record.replace(attempt=attempt)
        else:
            kept = TransferRecord(revision, State.OPEN, attempt, number=wait.number).keeping(record)
            if record is not None:
                kept = kept.with_write_back(moving=record.may_be_moving, moved_at=record.write_back.moved_at)
        writes.append(Write(key, kept.encode(), context.organisation))
    about, target = subject(wait.number, wait.customer), record.target if record is not None else None
    more = {"target": target, "error": describe(error, document.kind)}
    outcome = of_document(context, document, revision, attempt, OutcomeState.REFUSED, about, **more)
    kept_wait = Kept(wait.waited, wait.number, (*wait.reported, error.cause), revision, attempt)
    writes.append(Write(wait_key(DocumentKey.parse(key)), kept_wait.encode(), context.organisation))
    await home.commit(writes=writes, publish=[context.publish(outcome)])
    wait.kept, wait.told_at = kept_wait, wait.waited


def _revision(home: Home, wait: Wait, record: TransferRecord | None) -> Revision:
    """The outcome's revision: the number of one that is under way, otherwise the next one."""
    if record is not None and record.state is State.OPEN:
        return record.revision
    if wait.revision is not None:
        return wait.revision
    number = record.revision.number + 1 if record is not None else 1
    return Revision(number, Sequence(*home.next_sequence()), wait.head_hash)


async def _report_company(context: CompanyContext, home: Home, said: str) -> None:
    waiting = Varying(sum(one.waited >= context.delivery.report_after for one in context.waits.open.values()))
    await report(context, home, configuration(WAITING, company=context.company.id, count=waiting, said=said))


async def _keep(context: CompanyContext, home: Home, key: str, wait: Wait) -> None:
    """The wait is unusual: store it, so that the next worker counts on."""
    before = wait.kept or Kept(0.0, wait.number)
    wait.kept = replace(before, waited=wait.waited)
    await home.commit(writes=[Write(wait_key(DocumentKey.parse(key)), wait.kept.encode(), context.organisation)])


async def _end(
    context: CompanyContext, home: Home, key: str, wait: Wait, *events: Outcome, record: Write | None = None
) -> None:
    del context.waits.open[key]
    writes = [record] if record is not None else []
    if wait.kept is not None:
        writes.append(Write(wait_key(DocumentKey.parse(key)), None, context.organisation))
    if writes or events:
        await home.commit(writes=writes, publish=[context.publish(one) for one in events])


async def _close(context: CompanyContext, home: Home, key: str, wait: Wait) -> None:
    """The document no longer waits, and no outcome came since it was reported: repeat what is current then."""
    kept, record = wait.kept, record_of(home, key)
    if kept is None or kept.revision is None:
        await _end(context, home, key, wait)
    elif (
        record is not None and record.state is State.REFUSED
    ):  # as it was refused before: it is retried and reported again
        again = record.with_refusal(cause="", inputs="")
        await _end(context, home, key, wait, record=Write(key, again.encode(), context.organisation))
    else:
        known = record or TransferRecord(kept.revision, State.WITHDRAWN, 0, number=wait.number)
        state = OutcomeState.WITHDRAWN
        if record is not None and record.state is State.SETTLED:
            state = OutcomeState.ADOPTED if record.adopted else OutcomeState.CREATED
        now = known.replace(revision=kept.revision, attempt=kept.attempt + 1)
        said = f"The {DocumentKey.parse(key).word} no longer waits for a transfer. Ignore what was reported last."
        outcome = replace(by_record(context, DocumentKey.parse(key), now, state), notes=(said,))
        await _end(context, home, key, wait, outcome)
