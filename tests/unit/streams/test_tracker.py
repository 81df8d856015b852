"""docs/faust.md row 1: what may be committed never passes an open record."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.tracker import Tracker

P = ("changes", 0)


def test_Q1_a_commit_never_passes_an_open_offset() -> None:
    tracker = Tracker()
    for offset in range(1, 6):
        assert tracker.taken(P, offset)
    for offset in (1, 2, 4, 5):
        tracker.done(P, offset)
    assert tracker.committable(P) == 3
    tracker.done(P, 3)
    assert tracker.committable(P) == 6


def test_a_redelivery_of_what_is_done_is_not_run_again() -> None:
    tracker = Tracker()
    tracker.taken(P, 7)
    tracker.taken(P, 8)
    tracker.done(P, 8)
    assert not tracker.taken(P, 8)
    assert tracker.taken(P, 7)


@given(st.permutations(range(20)), st.integers(0, 20))
def test_whatever_the_order_of_ends_the_commit_is_the_lowest_open(order: list[int], ended: int) -> None:
    tracker = Tracker()
    for offset in range(20):
        tracker.taken(P, offset)
    for offset in order[:ended]:
        tracker.done(P, offset)
    still_open = set(order[ended:])
    assert tracker.committable(P) == (min(still_open) if still_open else 20)
    assert tracker.open_count({0}) == len(still_open)
    assert tracker.open_count({1}) == 0
