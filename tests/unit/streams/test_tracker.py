"""docs/faust.md row 1: what may be committed never passes an open record."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.tracker import Tracker


def test_Q1_a_commit_never_passes_an_open_offset() -> None:
    tracker = Tracker()
    for offset in range(1, 6):
        assert tracker.taken("p", offset)
    for offset in (1, 2, 4, 5):
        tracker.done("p", offset)
    assert tracker.committable("p") == 3
    tracker.done("p", 3)
    assert tracker.committable("p") == 6


def test_a_redelivery_of_what_is_done_is_not_run_again() -> None:
    tracker = Tracker()
    tracker.taken("p", 7)
    tracker.taken("p", 8)
    tracker.done("p", 8)
    assert not tracker.taken("p", 8)
    assert tracker.taken("p", 7)


def test_after_forgetting_everything_runs_again() -> None:
    tracker = Tracker()
    tracker.taken("p", 1)
    tracker.done("p", 1)
    tracker.forget("p")
    assert tracker.committable("p") is None
    assert tracker.taken("p", 1)


@given(st.permutations(range(20)), st.integers(0, 20))
def test_whatever_the_order_of_ends_the_commit_is_the_lowest_open(order: list[int], ended: int) -> None:
    tracker = Tracker()
    for offset in range(20):
        tracker.taken("p", offset)
    for offset in order[:ended]:
        tracker.done("p", offset)
    still_open = set(order[ended:])
    assert tracker.committable("p") == (min(still_open) if still_open else 20)
    assert tracker.open_count() == len(still_open)
