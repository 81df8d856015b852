"""Decision 15: which outcome of a document is current."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import orjson
import pytest

from gateway.documents import Outcome, OutcomeState, Revision, Sequence, newest
from gateway.notify.last_mail import LastMail, last_mail
from tests.unit.notify.test_mail import OUTCOME


def an_outcome(state: OutcomeState, number: int, sequence: Sequence, attempt: int = 1) -> Outcome:
    return replace(OUTCOME, state=state, revision=Revision(number, sequence, "abc"), attempt=attempt)


REFUSED = an_outcome(OutcomeState.REFUSED, 3, Sequence(1, 9), attempt=4)


@pytest.mark.parametrize(
    ("told", "current"),
    [
        (an_outcome(OutcomeState.CREATED, 3, Sequence(1, 9), attempt=5), True),
        (an_outcome(OutcomeState.CREATED, 4, Sequence(1, 10)), True),
        (an_outcome(OutcomeState.CREATED, 1, Sequence(2, 1)), True),  # the ledger was lost: numbers begin again
        (an_outcome(OutcomeState.CREATED, 3, Sequence(1, 8), attempt=9), False),
        (an_outcome(OutcomeState.UNCHANGED, 3, Sequence(2, 1)), False),
        (an_outcome(OutcomeState.SUPERSEDED, 3, Sequence(2, 1)), False),
    ],
)
def test_F6_newest_sequence_and_attempt_is_current(told: Outcome, current: bool) -> None:
    assert newest(REFUSED, told) is (told if current else REFUSED)


def test_F6_first_outcome_is_current_unless_unchanged() -> None:
    assert newest(None, REFUSED) is REFUSED
    assert newest(None, an_outcome(OutcomeState.SUPERSEDED, 1, Sequence(1, 1))) is None


def test_Q3_last_mail_is_read_across_versions() -> None:
    """That version keeps the revision's number before the order, and compares the whole."""
    kept = orjson.dumps({"cause": "c", "order": [3, 1, 9, 4]})
    told = last_mail(cast(Any, {"k": kept}), "k")
    assert told == LastMail("c", REFUSED.order)
    assert len(orjson.loads(told.encode())["order"]) == 4
