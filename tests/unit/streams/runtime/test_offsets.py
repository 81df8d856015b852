"""docs/faust.md row 1: what may be committed never passes an open record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.offsets import OffsetTracker
from tests.unit.streams.records import a_record

P = ("changes", 0)


def test_Q1_a_commit_never_passes_an_open_offset() -> None:
    tracker = OffsetTracker()
    for offset in range(1, 6):
        assert tracker.taken(a_record(offset))
    for offset in (1, 2, 4, 5):
        tracker.done(a_record(offset))
    assert tracker.committable(P) == 3
    tracker.done(a_record(3))
    assert tracker.committable(P) == 6


def test_a_redelivery_of_what_is_done_is_not_run_again() -> None:
    tracker = OffsetTracker()
    tracker.taken(a_record(7))
    tracker.taken(a_record(8))
    tracker.done(a_record(8))
    assert not tracker.taken(a_record(8))
    assert tracker.taken(a_record(7))


@given(st.permutations(range(20)), st.integers(0, 20))
def test_commit_is_the_lowest_open_in_any_order_of_ends(order: list[int], ended: int) -> None:
    tracker = OffsetTracker()
    for offset in range(20):
        tracker.taken(a_record(offset))
    for offset in order[:ended]:
        tracker.done(a_record(offset))
    still_open = set(order[ended:])
    assert tracker.committable(P) == (min(still_open) if still_open else 20)
    assert tracker.open_count({0}) == len(still_open)
    assert tracker.open_count({1}) == 0


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=20),
    st.integers(1, 12),
    st.integers(0, 9),
)
def test_row_29_knowledge_of_a_log_ends_with_the_log(ended: list[int], read: int, committed: int) -> None:
    """Whatever had been read, done and committed: each record of the new log is run, and none is passed by a commit."""
    tracker = OffsetTracker()
    for offset in range(read):
        tracker.taken(a_record(offset))
    for offset in ended:
        tracker.done(a_record(offset))
    if committed <= (tracker.committable(P) or 0):
        tracker.committed(P, committed)
    assert tracker.begun_again(a_record(0, at=1))
    assert [tracker.taken(a_record(offset, at=1)) for offset in range(4)] == [True] * 4
    for offset in range(read):
        tracker.done(a_record(offset))  # what was in hand of the old log ends
    assert (tracker.committable(P), tracker.open_count({0})) == (0, 4)


@pytest.mark.parametrize("committed", [0, 3])
def test_row_29_a_redelivery_is_no_new_log(committed: int) -> None:
    tracker = OffsetTracker()
    for offset in range(6):
        tracker.taken(a_record(offset))
    for offset in (0, 1, 2, 4):
        tracker.done(a_record(offset))
    tracker.committed(P, committed)
    assert not tracker.begun_again(a_record(committed))
    assert not tracker.taken(a_record(4))
    assert tracker.committable(P) == 3


def test_row_29_offsets_of_a_deleted_topic_are_forgotten() -> None:
    tracker = OffsetTracker()
    for offset in range(6):
        tracker.taken(a_record(offset))
        tracker.done(a_record(offset))
    tracker.committed(P, 6)
    tracker.committed(P, 0)  # the group knows of none
    assert (tracker.committable(P), tracker.pending()) == (None, [])


def test_row_29_a_start_below_what_is_committed_is_a_new_log() -> None:
    """The group's offset is of the old one: nothing was read here yet."""
    tracker = OffsetTracker()
    tracker.committed(P, 58)
    assert tracker.begun_again(a_record(0))
    assert not tracker.begun_again(a_record(0))


def test_O2_standing_partition_is_seen_beside_moving_ones() -> None:
    now = 0.0
    tracker = OffsetTracker(lambda: now)
    for home in (0, 1):
        tracker.taken(a_record(1, home=home))
    for now in (100.0, 200.0, 300.0):
        tracker.taken(a_record(int(now), home=1))
        tracker.done(a_record(int(now), home=1))
    assert (tracker.standing({0, 1}), tracker.standing({1})) == (300, 0)


def test_O2_a_mail_that_waits_for_its_server_is_no_standstill() -> None:
    """Beside an event that is: both topics have mails, errors and the ends of holds."""
    now = 0.0
    tracker = OffsetTracker(lambda: now)
    for offset in (1, 2):
        tracker.taken(a_record(offset))
        tracker.patient(a_record(offset))
    now = 300.0
    assert (tracker.open_count({0}), tracker.standing({0}), tracker.committable(P)) == (0, 0, 1)
    tracker.taken(a_record(3))
    now = 310.0
    assert (tracker.open_count({0}), tracker.standing({0})) == (1, 10)
    tracker.done(a_record(3))
    for offset in (1, 2):
        tracker.done(a_record(offset))
    assert tracker.committable(P) == 4
