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

#: How often a call that surely was not executed is tried within one attempt.
TRIES = 3
#: Errors of calls without an answer in three rounds.
NOT_FOUND, STEP_UNANSWERED = "INVOICE_NOT_FOUND", "STEP_UNANSWERED"


async def once(attempt: AnyAttempt, lease: Lease, call: Callable[[], Awaitable[T]]) -> T:
    """Make the call; repeat it with a renewed lease only if it surely was not executed (decision 7).

    Its intent stays open, whatever the result: the end of the attempt closes it (`transfer`). If it is unknown whether
    the call was executed, the quarantine starts again. Raises the call's error.
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
    """The document's record while its intent is open. It keeps the cause that was reported for this revision (Q3),
    unless an operator `asked` for this round and wants a report. It also keeps an older revision's invoice: an
    operator's command may no longer apply when the call ends.
    """
    before, number = attempt.record, attempt_number(attempt, attempt.revision) - 1
    cause = before.refusal.cause if before and not asked and before.revision.number == attempt.revision.number else ""
    record = TransferRecord(
        attempt.revision, State.OPEN, number, attempt.document.number, refusal=Refusal(cause)
    ).keeping(before)
    return record.replace(posted=True, beside=tuple(sorted({*record.beside, *attempt.beside})))


def step_unanswered(attempt: AnyAttempt) -> Permanent:
    """The error of a file, or of the sending, after three rounds without an answer."""
    return refuse(STEP_UNANSWERED, number=attempt.document.number, rounds=ROUNDS)


async def step_lease(attempt: AnyAttempt, invoice: Target, step: str) -> Lease:
    """The document's lease for a step after its invoice: the attempt's own, or one opened with an intent that finds the
    invoice again. An expired lease is renewed when its call may leave, which a fenced worker can't do.

    Raises Permanent if three rounds of this step had no answer.
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
