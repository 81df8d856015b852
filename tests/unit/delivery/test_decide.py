"""Decisions 5, 7 and 9: what a change event means, given the ledger."""

from __future__ import annotations

import pytest

from gateway.delivery.decide import Decision, decide
from gateway.delivery.record import Made, State, TransferRecord
from gateway.documents import Revision, Sequence, Target

ONE = Revision(1, Sequence(10, 1), "aaaaaaaa11")
AGAIN = Revision(1, Sequence(10, 5), "aaaaaaaa11")
NUMBERED_AGAIN = Revision(1, Sequence(11, 1), "bbbbbbbb22")
TWO = Revision(2, Sequence(10, 7), "bbbbbbbb22")
INVOICE = Target("procountor", "sales-invoice", "7", "UNFINISHED", "70", "3")


def record(revision: Revision, state: State, invoice: Target | None = None) -> TransferRecord:
    return TransferRecord(revision, state, attempt=1, made=Made(invoice) if invoice is not None else None)


@pytest.mark.parametrize(
    ("known", "event", "intent", "expired", "decision"),
    [
        (None, ONE, False, False, Decision.ATTEMPT),
        (None, ONE, True, False, Decision.WAIT),
        (None, ONE, True, True, Decision.RESUME),
        (record(ONE, State.OPEN), ONE, True, False, Decision.WAIT),
        (record(ONE, State.OPEN), AGAIN, True, True, Decision.RESUME),
        (record(ONE, State.OPEN), TWO, True, True, Decision.RESUME),
        (record(ONE, State.SETTLED, INVOICE), ONE, False, False, Decision.UNCHANGED),
        (record(ONE, State.SETTLED, INVOICE), AGAIN, False, False, Decision.UNCHANGED),
        (record(ONE, State.SETTLED, INVOICE), TWO, False, False, Decision.CHANGED),
        (record(TWO, State.SETTLED, INVOICE), NUMBERED_AGAIN, False, False, Decision.UNCHANGED),
        (record(TWO, State.SETTLED, INVOICE), ONE, False, False, Decision.SUPERSEDED),
        (record(ONE, State.REFUSED), ONE, False, False, Decision.UNCHANGED),
        (record(ONE, State.REFUSED), AGAIN, False, False, Decision.ATTEMPT),
        (record(AGAIN, State.REFUSED), ONE, False, False, Decision.UNCHANGED),
        (record(AGAIN, State.OPEN), ONE, True, True, Decision.UNCHANGED),
        (record(ONE, State.REFUSED), TWO, False, False, Decision.ATTEMPT),
        (record(ONE, State.REFUSED, INVOICE), TWO, False, False, Decision.CHANGED),
        (record(ONE, State.WITHDRAWN), TWO, False, False, Decision.ATTEMPT),
    ],
)
def test_Q2_decide(
    known: TransferRecord | None, event: Revision, intent: bool, expired: bool, decision: Decision
) -> None:
    assert decide(known, event, intent, expired) is decision


def test_ledger_record_reads_back_as_written() -> None:
    full = record(TWO, State.SETTLED, INVOICE).replace(number=12).with_write_back(head_hash="h", done=True)
    assert TransferRecord.decode(full.encode()) == full
    assert TransferRecord.decode(None) is None
