"""Calls that must not happen twice, under the document's intent: the invoice's POST, its files, its sending."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import structlog

from gateway.delivery.attempt import AnyAttempt, IntentPayload, payload_of
from gateway.delivery.record import Refusal, State, TransferRecord
from gateway.delivery.settle import attempt_number
from gateway.documents import Target
from gateway.documents.hashing import head_hash
from gateway.errors import Permanent, Transient, refuse
from gateway.ledger import Lease, LeaseExpired, Write
from gateway.ledger.rounds import ROUNDS, surely_not_executed

log = structlog.get_logger()

T = TypeVar("T")

#: Times that a call which surely was not executed is tried within one attempt.
TRIES = 3
#: Refusals of calls that had no answer three times.
NOT_FOUND, STEP_UNANSWERED = "INVOICE_NOT_FOUND", "STEP_UNANSWERED"


async def once(attempt: AnyAttempt, lease: Lease, call: Callable[[], Awaitable[T]]) -> T:
    """The call, tried again under a new term only while it surely was not executed (decision 7).

    Its intent stays open, whatever it ends by: the attempt's end closes it (`transfer`). Where it isn't known whether
    the call was executed the count begins anew. Raises what the call ends by.
    """
    for left in range(TRIES - 1, -1, -1):
        try:
            answer = await call()
        except BaseException as error:
            if not surely_not_executed(error):
                attempt.home.left_unknown(attempt.key)
                raise
            wait = getattr(error, "retry_after", None) or 1.0
            if not left or not isinstance(error, Transient | LeaseExpired) or wait > attempt.home.config.lease:
                raise
            log.info("call was not executed, retrying", document=attempt.key, why=str(error), seconds=wait)
            await asyncio.sleep(wait)
            await attempt.home.renew(lease)
        else:
            attempt.home.answered(lease)
            return answer
    raise AssertionError("the last try returns or raises")


def opened(attempt: AnyAttempt, asked: bool = False) -> TransferRecord:
    """The document's record while its intent is open. The cause that was told of this revision stays (Q3), unless an
    operator `asked` for this round, who wants to be told; and so does an older revision's invoice: an operator's
    command may be void before the call has its end.
    """
    before, number = attempt.record, attempt_number(attempt, attempt.revision) - 1
    cause = before.refusal.cause if before and not asked and before.revision.number == attempt.revision.number else ""
    record = TransferRecord(
        attempt.revision, State.OPEN, number, attempt.document.number, refusal=Refusal(cause)
    ).keeping(before)
    return record.replace(posted=True, beside=tuple(sorted({*record.beside, *attempt.beside})))


def step_unanswered(attempt: AnyAttempt) -> Permanent:
    """A file, or the sending, had no answer three times."""
    return refuse(STEP_UNANSWERED, number=attempt.document.number, rounds=ROUNDS)


async def step_lease(attempt: AnyAttempt, invoice: Target, step: str) -> Lease:
    """The document's lease for a step that follows its invoice: the attempt's own, or one opened with one that finds
    the invoice again. One that has run out is renewed when its call's turn comes, which a fenced worker can't.

    Raises Permanent when three rounds of this step had no answer.
    """
    attempt.step = step
    if attempt.lease is None:
        intent = attempt.intent
        head, number = head_hash(attempt.document), attempt.document.number
        partner = int(invoice.party_id) if invoice.party_id else None
        own = IntentPayload(attempt.revision, partner, head_hash=head, number=number)
        payload = payload_of(intent) if intent else own
        rounds = payload.rounds(step)
        writes = attempt.word(rounds, step_unanswered(attempt))
        if attempt.record is None or writes:
            writes.append(
                Write(attempt.key, opened(attempt, asked=bool(writes)).encode(), attempt.context.organisation)
            )
        payload = replace(payload, step=step, steps=rounds + 1)
        attempt.lease = await attempt.home.open_intent(
            attempt.key, payload.encode(), attempt.context.organisation, writes=writes, reopen=intent is not None
        )
    return attempt.lease
