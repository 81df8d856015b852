"""A document that was ever in doubt is looked up once more an hour later (decision 9); duplicates are reported.

The second look is scheduled whenever an intent that was left open is used again or closed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson
import structlog

from gateway.delivery.books import prove_books
from gateway.delivery.company import CompanyContext
from gateway.delivery.identity import is_adopted, standing
from gateway.delivery.lookup import candidates
from gateway.delivery.outcomes import by_record, called, describe, target_of
from gateway.delivery.record import Made, record_of
from gateway.delivery.wall_clock import is_due
from gateway.documents import DocumentKey, OutcomeState
from gateway.documents.ledger_keys import second_look_key
from gateway.errors import Varying, refuse
from gateway.ledger import Codec, Home, Write

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Look:
    """A scheduled second look."""

    key: str
    due: float
    sent: tuple[int, ...] = ()


_LOOKS = Codec(_Look)


def second_look_later(context: CompanyContext, home: Home, key: DocumentKey, sent: int | None) -> Write:
    """The record that schedules it, `second_look` seconds from now. `sent`: the number of the call without an
    answer.
    """
    due = context.clock() + context.delivery.second_look
    context.second_looks[str(key)] = due
    numbers = {*_sent(home, key), *((sent,) if sent is not None else ())}
    return Write(second_look_key(key), orjson.dumps(_Look(str(key), due, tuple(sorted(numbers)))), context.organisation)


def _sent(home: Home, key: DocumentKey) -> tuple[int, ...]:
    """Numbers to look up besides the document's own by then."""
    look = _LOOKS.read(home, second_look_key(key))
    return look.sent if look is not None else ()


def recall_look(context: CompanyContext, key: str, value: bytes) -> None:
    """Recall a second look from the ledger. Raises Unreadable."""
    look = _LOOKS.decode(value, key)
    context.second_looks[look.key] = look.due


def due_looks(context: CompanyContext) -> list[DocumentKey]:
    """Documents whose second look is due."""
    return [
        DocumentKey.parse(key)
        for key, due in context.second_looks.items()
        if is_due(due, context.delivery.second_look, context.clock())
    ]


async def second_look(context: CompanyContext, home: Home, key: DocumentKey) -> None:
    """Look it up. A valid invoice with the document's marker that the ledger doesn't know is an error that names it,
    unless it is a credit or a copy that a person made.
    """
    async with context.alone(str(key)):
        await _second_look(context, home, key)


async def _second_look(context: CompanyContext, home: Home, key: DocumentKey) -> None:
    await prove_books(context, home)
    done = Write(second_look_key(key), None, context.organisation)
    record = record_of(home, str(key))
    numbers = {record.number if record else None, *_sent(home, key)}
    found = await candidates(context, numbers, key)
    known = int(record.target.id) if record is not None and record.target is not None else None
    there = standing(found, key.id, record.beside if record else ())
    ours = [one for one in found if one in there or (one.id == known and one.valid)]
    log.info("second look done", document=str(key), invoices=[one.id for one in ours])
    one_is_known = known is not None or home.intent(str(key)) is not None
    if record is None or len(ours) <= one_is_known:
        await home.commit(writes=[done])
        context.second_looks.pop(str(key), None)
        return
    kept = record.replace(attempt=record.attempt + 1)
    own = next((one for one in ours if one.id == known), ours[0])
    ids = ", ".join(str(one.id) for one in ours)
    if one_is_known:
        others = ", ".join(f"{called(one)} ({one.date}, {one.sum_said})" for one in ours if one is not own)
        facts: dict[str, Any] = {"number": record.number, "invoice_id": own.id, "invoice_ids": ids}
        error = refuse("INVOICE_TWICE", f"ids in Procountor: {ids}", **facts, there=called(own), others=Varying(others))
    else:  # it was withdrawn; if it waits again, its invoice is known
        error = refuse("INVOICE_LATE", number=record.number, invoice_id=ids, there=called(*ours))
        content = record.revision.content_hash if own.made_of(record.revision.content_hash) else ""
        adopted = is_adopted(own.notes)  # then nothing of it is left for us
        kept = kept.replace(made=Made(target_of(key.kind, own), content, adopted, unfinished=not adopted))
    outcome = replace(by_record(context, key, kept, OutcomeState.REFUSED), error=describe(error, key.kind))
    writes = [done, Write(str(key), kept.encode(), context.organisation)]
    await home.commit(writes=writes, publish=[context.publish(outcome)])
    context.second_looks.pop(str(key), None)
