"""The status update at the source: done once, and never over a user's last word (decision 6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import AnyTransferFlow, Statuses
from gateway.delivery.hold_actions import place_hold, stage_passed
from gateway.delivery.holds import Stage
from gateway.delivery.record import State, TransferRecord, record_of
from gateway.documents import DocumentKey, Outcome, Revision, Sequence
from gateway.documents.document import Document
from gateway.documents.hashing import head_hash
from gateway.errors import Configuration, Permanent, transient
from gateway.ledger import Home, Lease, LeaseExpired, Write
from gateway.steps.status_outcomes import not_moved, once_more, refusal

log = structlog.get_logger()


class StatusHandshake:
    """Updates the document's status at its source: once, and never over a user's last word (a Completion)."""

    async def write_back(
        self,
        home: Home,
        context: CompanyContext,
        flow: AnyTransferFlow,
        key: DocumentKey,
        revision: int,
        result: Outcome | None = None,
    ) -> None:
        """Move the document from the status before to the status after, if it is still what was transferred.

        `revision` is the revision whose result asks for it; a newer revision has a status update of its own. `result`:
        that result, if it is at hand. Raises Transient if the source can't be reached; Permanent if it refuses, which
        is reported once while the poll's sweep retries it; Configuration if it lets us update no status, which holds
        the company (decision 14).
        """
        async with context.alone(str(key)):
            record = record_of(home, str(key))
            if record is None or record.state is not State.SETTLED or record.write_back.done:
                context.unwritten.discard(str(key))
            elif record.revision.number == revision:
                context.unwritten.add(str(key))
                try:
                    with _in_time(key):
                        await self._move(home, context, flow, key, record, result)
                except Permanent as error:
                    await _report(home, context, flow, key, record, result, str(error))
                    raise
                except Configuration as error:
                    await place_hold(context, home, error, Stage.WRITE_BACK)
                    raise

    async def put_back(
        self,
        context: CompanyContext,
        flow: AnyTransferFlow,
        key: DocumentKey,
        statuses: Statuses,
        record: TransferRecord | None,
        head: Document,
        read: Lease,
        asked: Revision | None = None,
    ) -> bool:
        """Revert a status update if it had a content that was not transferred: True if the document waits again. The
        update was interrupted before it could see that, or the revision `asked` for (the record's, if none is given)
        had changed only rows, which the update doesn't read.

        `read`: the lease under which the head was read. Raises Transient if it has expired.
        """
        sent = record.may_be_moving if record else ""
        changed = bool(sent) and head_hash(head) != sent
        taken_away = record is not None and record.taken_away(asked or record.revision)
        if not (changed or taken_away) or head.status_id != statuses.after:
            return False
        with _in_time(key):
            await flow.source.set_status(context, key.id, statuses.before, read)
        log.info("status update reverted: the document changed in Severa", document=str(key))
        return True

    async def _move(
        self,
        home: Home,
        context: CompanyContext,
        flow: AnyTransferFlow,
        key: DocumentKey,
        record: TransferRecord,
        result: Outcome | None,
    ) -> None:
        held = context.hold
        statuses = await flow.source.statuses(context)
        read = home.read_lease(str(key))
        head = await flow.source.head(context, key.id)
        if head is not None and await self.put_back(context, flow, key, statuses, record, head, read):
            return
        done, note = record.with_write_back(done=True).with_refusal(cause=""), ""
        if record.refusal.cause:
            note = "The status in Severa could not be changed at first."
        if head is None:
            note = f"The {key.word} was deleted in Severa before its status was changed."
        elif head.status_id not in statuses:
            note = f'A user moved the {key.word} to "{head.status_name}" in Severa: it stays there.'
        elif head.status_id == statuses.after:
            log.info("status was already updated by an interrupted attempt", document=str(key))
        elif head_hash(head) != record.write_back.head_hash:
            log.info("status update skipped: the document changed in Severa", document=str(key))
            return
        else:
            moved = home.read_lease(str(key))
            answer = await flow.source.set_status(context, key.id, statuses.after, read)
            if head_hash(answer) != record.write_back.head_hash:
                await flow.source.set_status(context, key.id, statuses.before, moved)
                log.info("status update reverted: the document changed in Severa", document=str(key))
                return
            await stage_passed(context, home, Stage.WRITE_BACK, held)
            status = flow.status_names(context.company)[1]
            log.info(
                "status updated in Severa", document=str(key), number=record.number, company=key.company, status=status
            )
        done = done.with_write_back(moved_at=Sequence(*home.next_sequence()))
        done = done.replace(attempt=record.attempt + bool(note))
        events = [context.publish(once_more(context, flow, key, done, head, result, note))] if note else []
        await home.commit(writes=[Write(str(key), done.encode(), context.organisation)], publish=events)
        context.unwritten.discard(str(key))


async def _report(
    home: Home,
    context: CompanyContext,
    flow: AnyTransferFlow,
    key: DocumentKey,
    record: TransferRecord,
    result: Outcome | None,
    detail: str,
) -> None:
    """An error outcome, unless it was reported before (Q3): the invoice is there, but waits in Severa for a person."""
    error = not_moved(context, flow, record, detail)
    if error.cause != record.refusal.cause:
        kept = record.replace(attempt=record.attempt + 1).with_refusal(cause=error.cause)
        event = context.publish(refusal(context, flow, key, kept, result, error))
        await home.commit(writes=[Write(str(key), kept.encode(), context.organisation)], publish=[event])


@contextmanager
def _in_time(key: DocumentKey) -> Iterator[None]:
    """If the reading is too old, the status isn't updated; the next attempt reads it again."""
    try:
        yield
    except LeaseExpired as error:
        raise transient("API_UNREACHABLE", detail=f"{key}: {error}", api="Severa") from error
