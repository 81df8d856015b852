"""Calls that must not happen twice, under the document's intent: the invoice's POST, its files, its sending."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import structlog

from gateway.delivery.context import Note, Work, note_of
from gateway.delivery.record import State, TransferRecord
from gateway.delivery.settle import attempt_number
from gateway.documents import ProcountorInvoice
from gateway.documents.hashing import head_hash
from gateway.errors import Permanent, Transient, refuse
from gateway.ledger import Lease, LeaseExpired, Write
from gateway.ledger.rounds import ROUNDS, surely_not_executed

log = structlog.get_logger()

T = TypeVar("T")

#: Times that a call which surely was not executed is tried within one attempt.
TRIES = 3
STEP_UNANSWERED = "STEP_UNANSWERED"


async def once(work: Work, lease: Lease, call: Callable[[], Awaitable[T]]) -> T:
    """The call, tried again under a new term only while it surely was not executed (decision 7).

    Its intent stays open, whatever it ends by: the attempt's end closes it (`transfer`). Where it isn't known whether
    the call was executed the count begins anew. Raises what the call ends by.
    """
    for left in range(TRIES - 1, -1, -1):
        try:
            answer = await call()
        except BaseException as error:
            if not surely_not_executed(error):
                work.home.left_unknown(work.key)
                raise
            wait = getattr(error, "retry_after", None) or 1.0
            if not left or not isinstance(error, Transient | LeaseExpired) or wait > work.home.terms.lease:
                raise
            log.info("call was not executed, tried again", document=work.key, why=str(error), seconds=wait)
            await asyncio.sleep(wait)
            await work.home.renew(lease)
        else:
            work.home.answered(lease)
            return answer
    raise AssertionError("the last try returns or raises")


def opened(work: Work, asked: bool = False) -> TransferRecord:
    """The document's record while its intent is open. The cause that was told of this revision stays (Q3), unless an
    operator `asked` for this round, who wants to be told; and so does an older revision's invoice: an operator's
    command may be void before the call has its end.
    """
    before, attempt = work.record, attempt_number(work, work.revision) - 1
    cause = before.cause if before and not asked and before.revision.number == work.revision.number else ""
    record = TransferRecord(work.revision, State.OPEN, attempt, number=work.invoice.number, cause=cause).keeping(before)
    return record.replace(posted=True, beside=tuple(sorted({*record.beside, *work.beside})))


def step_unanswered(work: Work) -> Permanent:
    """A file, or the sending, had no answer three times."""
    return refuse(STEP_UNANSWERED, number=work.invoice.number, rounds=ROUNDS)


async def licensed(work: Work, invoice: ProcountorInvoice, step: str) -> Lease:
    """The document's lease for a step that follows its invoice: the attempt's own, or one opened with a note that finds
    the invoice again. One that has run out is renewed when its call's turn comes, which a fenced worker can't.

    Raises Permanent when three rounds of this step had no answer.
    """
    work.step = step
    if work.lease is None:
        intent = work.intent
        head, number = head_hash(work.invoice), work.invoice.number
        own = Note(work.revision, invoice.partner_id, head_hash=head, number=number)
        note = note_of(intent) if intent else own
        rounds = note.rounds(step)
        writes = work.word(rounds, step_unanswered(work))
        if work.record is None or writes:
            writes.append(Write(work.key, opened(work, asked=bool(writes)).encode(), work.desk.organisation))
        note = replace(note, step=step, steps=rounds + 1)
        work.lease = await work.home.open_intent(
            work.key, note.encode(), work.desk.organisation, writes=writes, reopen=intent is not None
        )
    return work.lease
