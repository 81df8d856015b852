"""Nobody waits in silence: what has no outcome for an hour is reported, once per cause, until it goes on (F6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from gateway.delivery.record import Refusal, State, TransferRecord, WriteBack, record_of
from gateway.delivery.waits import ONE_BY_ONE
from gateway.documents import Outcome, OutcomeState, ProjectRef, Revision, Sequence
from gateway.documents.hashing import head_hash
from gateway.documents.ledger_keys import WAIT
from gateway.errors import configuration, refuse, transient
from gateway.ledger import Write
from gateway.settings import Polling
from tests.unit.polling.organisation import HEAD, Organisation
from tests.unit.published import outcomes

HOUR, KEY = 3600.0, f"acme/sales-invoice/{HEAD.id}"
GONE = refuse("SEVERA_REFUSED", operation="read customer", said="NotFound: the customer was deleted")
FAILED = transient("API_FAILED", api="Severa", operation="read rows")


async def polls(one: Organisation, seconds: float, step: float = 300.0) -> None:
    """Polls for so long; no backoff is waited for."""
    for _ in range(int(seconds / step)):
        for context in one.contexts.values():
            context._later.clear()
        await one.poll(step)


@pytest.mark.parametrize("error", [GONE, FAILED, KeyError("no model has it")], ids=["for good", "500", "unreadable"])
@pytest.mark.parametrize("what", ["rows", "card"])
async def test_F6_unreadable_document_is_reported_once_with_cause(error: Any, what: str) -> None:
    one = Organisation(acme=True)
    getattr(one, what).side_effect = error
    await polls(one, HOUR)
    assert one.reported == []
    await polls(one, 3 * HOUR)
    assert one.reported == [(KEY, "NOT_YET_TRANSFERRED")]
    (outcome,) = outcomes(one.home)
    assert outcome.error is not None and getattr(error, "message", "KeyError") in outcome.error.message
    assert (outcome.revision.number, outcome.attempt, outcome.subject.number) == (1, 1, str(HEAD.number))


async def test_F6_document_after_its_report_has_a_newer_outcome() -> None:
    """And nothing is left of its wait."""
    one = Organisation(acme=True)
    one.rows.side_effect = GONE
    await polls(one, 2 * HOUR)
    one.rows.side_effect = None
    await polls(one, 300.0)
    (change,) = (event for event in one.published if not isinstance(event, Outcome))
    assert change.revision.sequence > outcomes(one.home)[0].revision.sequence
    one.contexts["acme"].in_flight.clear()
    record = TransferRecord(
        change.revision, State.SETTLED, 1, write_back=WriteBack(head_hash=head_hash(HEAD), done=True)
    )
    await one.home.commit(writes=[Write(KEY, record.encode(), "nordic")])
    one.heads = []
    await polls(one, 300.0)
    assert (len(outcomes(one.home)), list(one.home.stored), one.contexts["acme"].waits.open) == (1, [KEY], {})


async def test_F6_second_cause_is_reported_an_hour_later() -> None:
    """And none is reported twice."""
    one = Organisation(acme=True)
    for error in (GONE, FAILED, GONE, FAILED):
        one.rows.side_effect = error
        await polls(one, 2 * HOUR)
    assert len(one.reported) == 2


async def test_F6_failing_attempt_is_reported_its_result_is_newer() -> None:
    """It was published, and Procountor fails for it alone."""
    one = Organisation(acme=True)
    await polls(one, 600.0)
    context = one.contexts["acme"]
    change = one.published[0]
    context.later(KEY, transient("API_FAILED", api="Procountor", operation="search partners"))
    await polls(one, HOUR)
    (outcome,) = outcomes(one.home)
    assert (outcome.revision, outcome.attempt) == (change.revision, 1)
    record = record_of(one.home, KEY)
    assert record is not None
    assert (record.state, record.attempt) == (State.OPEN, 1)  # so the next outcome of it is attempt 2
    context.later(KEY, GONE)
    await polls(one, HOUR)
    assert [(outcome.revision, outcome.attempt) for outcome in outcomes(one.home)] == [
        (change.revision, 1),
        (change.revision, 2),
    ]


async def test_F6_full_window_reports_the_stuck_and_the_waiting() -> None:
    one = Organisation(acme=True)
    one.work_list.polling = Polling(window=2)
    one.heads = [replace(HEAD, id=f"{n}", number=n) for n in range(5)]
    await polls(one, 2 * HOUR)
    codes = [code for _, code in one.reported]
    assert sorted(codes) == ["INVOICES_WAIT", "NOT_YET_TRANSFERRED", "NOT_YET_TRANSFERRED"]


async def test_Q3_many_with_one_cause_are_reported_together() -> None:
    one = Organisation(acme=True)
    one.heads = [replace(HEAD, id=f"{n}", number=n) for n in range(ONE_BY_ONE + 5)]
    one.rows.side_effect = FAILED
    await polls(one, 3 * HOUR)
    codes = [code for _, code in one.reported]
    assert (codes.count("NOT_YET_TRANSFERRED"), codes.count("INVOICES_WAIT")) == (ONE_BY_ONE, 1)
    assert one.over == []
    one.heads = []
    await polls(one, HOUR)
    assert one.over == ["INVOICES_WAIT"]


async def test_F6_a_restart_counts_on_and_does_not_report_again() -> None:
    """Only what is unusual is written, so a common invoice costs no commit."""
    one = Organisation(acme=True)
    one.rows.side_effect = GONE
    await polls(one, 240.0, step=60.0)
    assert one.home.stored == {}
    await polls(one, HOUR - 600.0)
    for hours, reports in ((0.5, 1), (3.0, 1)):
        other = Organisation(acme=True)
        other.home, other.work_list.home = one.home, one.home
        for key, value in one.home.stored.items():
            assert key.split("/")[1] == WAIT
            other.contexts["acme"].waits.recall(key, value)
        other.rows.side_effect = GONE
        await polls(other, hours * HOUR)
        assert len(outcomes(one.home)) == reports


async def test_F6_time_in_which_the_company_is_held_does_not_count() -> None:
    one = Organisation(acme=True)
    one.rows.side_effect = configuration("RIGHTS_MISSING", api="Severa", operation="read rows")
    await polls(one, 5 * HOUR)
    assert one.reported == [("acme/company/acme", "RIGHTS_MISSING")]
    one.contexts["acme"].hold, one.rows.side_effect = None, GONE
    await polls(one, HOUR - 600.0)
    assert len(one.reported) == 1


async def test_decision_13_ownerless_document_has_a_reporter() -> None:
    """Once it is known whose it is, the report of the other company ends."""
    one = Organisation(off=False, acme=True, bolt=True)
    one.heads = [replace(HEAD, business_unit_id=None, projects=(ProjectRef("p", "P"),))]
    one.severa.unit_of_project.side_effect = configuration("RIGHTS_MISSING", api="Severa", operation="read project")
    await polls(one, 2 * HOUR)
    assert (one.reported, one.held) == ([(KEY, "NOT_YET_TRANSFERRED")], set())
    one.severa.unit_of_project = AsyncMock(return_value="unit")
    one.owner = "bolt"
    await polls(one, 600.0)
    first, ended = outcomes(one.home)
    assert (ended.key, ended.state, ended.revision, ended.attempt) == (
        first.key,
        OutcomeState.WITHDRAWN,
        first.revision,
        2,
    )
    assert [str(event.key) for event in one.published if not isinstance(event, Outcome)] == [
        KEY.replace("acme", "bolt")
    ]


async def test_decision_13_document_of_a_held_unit_is_reported() -> None:
    one = Organisation(acme=True)
    one.owner = ""
    moved = configuration("UNIT_MOVED", unit="Team", before="gone", now="acme")
    one.unit_held = (one.contexts["acme"], moved)
    await polls(one, 2 * HOUR)
    (outcome,) = outcomes(one.home)
    assert outcome.error is not None and moved.message in outcome.error.message


async def test_F6_what_was_reported_and_waits_no_more_is_withdrawn() -> None:
    one = Organisation(acme=True)
    one.rows.side_effect = GONE
    await polls(one, 2 * HOUR)
    one.heads = []
    await polls(one, 300.0)
    assert len(outcomes(one.home)) == 1  # a list may miss it: it moved to a page that was read
    await polls(one, 300.0)
    assert [outcome.state for outcome in outcomes(one.home)] == [OutcomeState.REFUSED, OutcomeState.WITHDRAWN]
    assert one.home.stored == {}


async def test_F6_what_is_again_as_it_was_refused_is_refused_again() -> None:
    """Its change can't be read, and is taken back: the refusal is what stands."""
    one = Organisation(acme=True)
    record = TransferRecord(
        Revision(1, Sequence(1, 1), "c"),
        State.REFUSED,
        1,
        write_back=WriteBack(head_hash=head_hash(HEAD)),
        refusal=Refusal(cause="X"),
    )
    record = record.with_refusal(at=one.wall, inputs="c:f")
    await one.home.commit(writes=[Write(KEY, record.encode(), "nordic")])
    one.heads, one.rows.side_effect = [replace(HEAD, order_number="changed")], GONE
    await polls(one, 2 * HOUR)
    assert [(outcome.revision.number, outcome.attempt) for outcome in outcomes(one.home)] == [(2, 1)]
    one.heads, one.rows.side_effect = [HEAD], None
    await polls(one, 900.0)
    kept = record_of(one.home, KEY)
    assert kept is not None and kept.refusal.cause == ""
    assert not isinstance(one.published[-1], Outcome)  # it is tried again
