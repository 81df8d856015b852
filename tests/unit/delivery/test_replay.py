"""Q2, ADR 5: which events have had their end already, and how a replay is reported."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.attempt import STALE, is_live
from gateway.delivery.decide import Decision, decide
from gateway.delivery.record import State, TransferRecord, is_done
from gateway.delivery.replay import Digests, ended_already
from gateway.documents import OutcomeState, Revision, Sequence
from gateway.ledger import Home, HomeLost
from tests.memory_home import MemoryLedger
from tests.unit.one_company import a_company, a_context
from tests.unit.published import outcomes

SEQUENCES = st.builds(Sequence, st.integers(1, 3), st.integers(1, 3))
REVISIONS = st.builds(Revision, st.integers(1, 3), SEQUENCES, st.sampled_from(["a", "b"]))


def ended(value: bytes | None, sequence: Sequence) -> bool:
    return ended_already(cast(Home, {"k": value}), "k", sequence)


@given(REVISIONS, st.sampled_from(State), REVISIONS)
def test_Q2_what_is_acked_unread_would_have_begun_nothing(known: Revision, state: State, event: Revision) -> None:
    """The fast way agrees with the decision that is made on the whole event."""
    record = TransferRecord(known, state, 1)
    assert not is_done(record.encode())
    assert is_done(record.with_write_back(done=True).encode()) == (state is State.SETTLED)
    decision = decide(record, event, intent_open=False, expired=False)
    begins = decision not in (Decision.UNCHANGED, Decision.SUPERSEDED)
    assert ended(record.encode(), event.sequence) is (not begins) or event.sequence > known.sequence


def test_Q2_an_event_of_an_unknown_document_has_had_no_end() -> None:
    assert not ended(None, Sequence(1, 1))


async def test_Q2_replay_is_reported_once_it_is_quiet() -> None:
    home, acme = MemoryLedger().take(), a_context()
    digests = Digests(home, {"acme-fi": acme, "bolt-fi": a_context(a_company("bolt-fi"))})
    for more in (40, 60, 0, 0):
        acme.replayed += more
        await digests.report()
    (digest,) = outcomes(home)
    assert (digest.key.company, digest.state, digest.events) == ("acme-fi", OutcomeState.UNCHANGED, 100)
    assert acme.replayed == 0


async def test_Q2_digest_cut_off_by_the_stop_counts_once() -> None:
    """A worker that stopped while it committed the digest published the same count again."""
    home, context = MemoryLedger().take(), a_context(replayed=7)
    digests = Digests(home, {"acme-fi": context})
    await digests.report()  # it waits until the events stop coming
    home.ledger.answers.clear()
    reporting = asyncio.create_task(digests.report())
    await home.ledger.asked.wait()
    reporting.cancel()
    asyncio.get_running_loop().call_later(0.01, home.ledger.answers.set)
    await digests.report_rest()
    assert ([one.events for one in outcomes(home)], context.replayed) == ([7], 0)


async def test_Q2_two_reports_at_once_count_once() -> None:
    """A home that leaves reports the rest while a report is being committed."""
    home = MemoryLedger().take()
    digests = Digests(home, {"acme-fi": a_context(replayed=7)})
    await digests.report()
    await asyncio.gather(digests.report(), digests.report_rest())
    assert [one.events for one in outcomes(home)] == [7]


async def test_Q2_rest_is_reported_when_the_home_leaves() -> None:
    """And stays counted where it can't be reported: the home comes back, or the worker that has it then counts on."""
    home, context = MemoryLedger().take(), a_context(replayed=7)
    digests = Digests(home, {"acme-fi": context})
    home.lose(HomeLost("another worker's"))
    await digests.report_rest()
    assert (outcomes(home), context.replayed) == ([], 7)
    home.lose(None)
    await digests.report_rest()
    assert ([one.events for one in outcomes(home)], context.replayed) == ([7], 0)


@pytest.mark.parametrize("state", [State.SETTLED, State.REFUSED, State.WITHDRAWN])
def test_Q2_the_same_revision_has_had_its_end(state: State) -> None:
    record = TransferRecord(Revision(2, Sequence(5, 1), "a"), state, 1).encode()
    assert ended(record, Sequence(5, 1))
    assert ended(record, Sequence(4, 9))
    assert not ended(record, Sequence(5, 2))


def test_Q2_open_revision_has_no_end_but_its_older_events_do() -> None:
    """One that was answered for by an older event would be told before what was told of the later one (F6)."""
    record = TransferRecord(Revision(2, Sequence(5, 3), "a"), State.OPEN, 1).encode()
    assert not ended(record, Sequence(5, 3))
    assert ended(record, Sequence(5, 2))


def test_decision_5_old_event_is_not_live() -> None:
    """It is a replay, or waited long: its document is read again before anything is begun. The broker, which stamps
    it, says what time it is: a worker whose clock is a year away is no reason.
    """
    now = 1.8e9
    home = MemoryLedger(broker_time=lambda: now).take(clock=lambda: 0.0)
    assert is_live(Sequence(home.epoch, 1), now, home)
    assert not is_live(Sequence(home.epoch - 1, 1), now, home)
    assert not is_live(Sequence(home.epoch, 1), now - STALE - 1, home)
