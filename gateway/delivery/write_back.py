"""The status write-back to Severa: done once, and never over a user's last word (decision 6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import structlog

from gateway.delivery.desk import Desk
from gateway.delivery.record import State, TransferRecord
from gateway.documents import DocumentKey, Outcome, OutcomeState, Revision, SalesInvoice, Sequence
from gateway.documents.hashing import head_hash
from gateway.errors import transient
from gateway.ledger import Home, Lease, LeaseExpired, Publish, Write

log = structlog.get_logger()


async def write_back(home: Home, desk: Desk, key: DocumentKey, revision: int, told: Outcome | None = None) -> None:
    """Move the invoice from the before-status to the after-status, if it is still what was transferred.

    `revision` is the one whose result asks for it; a newer one has a write-back of its own. `told`: that result, where
    it is at hand. Raises Transient when Severa can't be reached: the poll's sweep comes back to it.
    """
    async with desk.alone(str(key)):
        record = TransferRecord.decode(home.get(str(key)))
        if record is None or record.state is not State.SETTLED or record.written_back:
            desk.unwritten.discard(str(key))
        elif record.revision.number == revision:
            desk.unwritten.add(str(key))
            with _in_time(key):
                await _move(home, desk, key, record, told)


@contextmanager
def _in_time(key: DocumentKey) -> Iterator[None]:
    """A status whose reading is too old isn't moved; it is read again with the next try."""
    try:
        yield
    except LeaseExpired as error:
        raise transient("API_UNREACHABLE", detail=f"{key}: {error}", api="Severa") from error


async def put_back(
    desk: Desk,
    key: DocumentKey,
    record: TransferRecord | None,
    head: SalesInvoice,
    read: Lease,
    asked: Revision | None = None,
) -> bool:
    """True when a write-back had moved the invoice with a content that was not transferred: it waits again. It was cut
    off before it could see that, or the revision that is `asked` for had changed rows only, which it doesn't read.
    `read`: the term in which the head was read. Raises Transient when that is over.
    """
    sent = record.may_be_moving if record else ""
    changed = bool(sent) and head_hash(head) != sent
    taken_away = record is not None and asked is not None and record.taken_away(asked)
    if not (changed or taken_away) or head.status_id != await desk.after_id():
        return False
    with _in_time(key):
        await desk.severa.set_status(key.id, await desk.before_id(), read)
    log.info("write-back put back, the invoice was changed meanwhile", document=str(key))
    return True


async def _move(home: Home, desk: Desk, key: DocumentKey, record: TransferRecord, told: Outcome | None) -> None:
    before_id, after_id = await desk.before_id(), await desk.after_id()
    read = home.term(str(key))
    head = await desk.severa.invoice(key.id)
    if head is not None and await put_back(desk, key, record, head, read):
        return
    done = record.replace(written_back=True)
    events: list[Publish] = []
    if head is None or head.status_id not in (before_id, after_id):
        log.info("write-back left to the user, who moved the invoice", document=str(key))
        done = done.replace(attempt=record.attempt + 1)
        events.append(desk.publish(_left(desk, key, done, head, told)))
    elif head.status_id == after_id:
        log.info("an earlier write-back moved it, and was cut off before it could say so", document=str(key))
    elif head_hash(head) != record.head_hash:
        log.info("write-back left out, the invoice was changed meanwhile", document=str(key))
        return
    else:
        moved = home.term(str(key))
        answer = await desk.severa.set_status(key.id, after_id, read)
        if head_hash(answer) != record.head_hash:
            await desk.severa.set_status(key.id, before_id, moved)
            log.info("write-back put back, the invoice was changed meanwhile", document=str(key))
            return
    done = done.replace(moved_at=Sequence(*home.next_sequence()))
    await home.commit(writes=[Write(str(key), done.encode(), desk.organisation)], publish=events)
    desk.unwritten.discard(str(key))


def _left(
    desk: Desk, key: DocumentKey, record: TransferRecord, head: SalesInvoice | None, told: Outcome | None
) -> Outcome:
    """The result once more, with what became of the status. Where the first isn't at hand, it is referred to."""
    if head is None:
        notes = ["Somebody deleted the invoice in Severa meanwhile."]
    else:
        notes = [f'Somebody moved the invoice to "{head.status_name}" in Severa meanwhile: it stays there.']
    if told is None:
        notes.append("Texts that were cut stand in the outcome before this one.")
        told = Outcome(
            key=key,
            organisation=desk.organisation,
            revision=record.revision,
            attempt=record.attempt,
            state=OutcomeState.ADOPTED if record.adopted else OutcomeState.CREATED,
            number=record.number,
            customer_name=head.receiver_name or head.customer.name if head else "",
            at=desk.now(),
            invoice=record.invoice,
            status_before=desk.company.sales.status_before,
            status_after=desk.company.sales.status_after,
            head_hash=record.head_hash,
        )
    return replace(told, attempt=record.attempt, at=desk.now(), notes=(*told.notes, *notes))
