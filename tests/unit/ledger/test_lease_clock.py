"""Decision 8: the term of a lease ends by whichever clock went further (Q1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ledger import LeaseExpired
from gateway.ledger.intents import Lease
from gateway.ledger.records import LeaseClock


class Clocks:
    """A steady one and the wall's, which is put right or wrong."""

    def __init__(self) -> None:
        self.steady, self.wall = 100.0, 1_700_000_000.0
        self.clock = LeaseClock(lambda: self.steady, lambda: self.wall)

    def go(self, steady: float, wall: float) -> None:
        self.steady, self.wall = self.steady + steady, self.wall + wall


@pytest.mark.parametrize(
    ("steady", "wall", "valid"),
    [
        (9.9, 9.9, True),
        (0.0, 10.0, False),  # the machine was paused: only the wall clock shows it
        (10.0, 0.0, False),  # the wall clock was stopped
        (10.0, -3600.0, False),  # it was put back
        (9.9, -3600.0, True),
    ],
)
def test_decision_8_a_lease_ends_by_the_clock_that_went_further(steady: float, wall: float, valid: bool) -> None:
    clocks = Clocks()
    lease = Lease("k", clocks.clock() + 10.0, clocks.clock, lambda: None)
    clocks.go(steady, wall)
    if valid:
        lease.check()
    else:
        with pytest.raises(LeaseExpired):
            lease.check()


def test_decision_8_clock_set_back_revives_no_lease() -> None:
    clocks = Clocks()
    lease = Lease("k", clocks.clock() + 10.0, clocks.clock, lambda: None)
    clocks.go(0.0, 6.0)
    lease.check()
    clocks.go(0.0, -6.0)
    lease.check()
    clocks.go(0.0, 5.0)
    with pytest.raises(LeaseExpired):
        lease.check()


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-100, 100), st.booleans()), max_size=20))
def test_decision_8_lease_ends_by_the_faster_clock(steps: list[tuple[float, float, bool]]) -> None:
    """Whenever it is read in between."""
    clocks = Clocks()
    began, steady, wall = clocks.clock(), 0.0, 0.0
    for more_steady, more_wall, read in steps:
        clocks.go(more_steady, more_wall)
        steady, wall = steady + more_steady, wall + more_wall
        if read:
            clocks.clock()
    assert clocks.clock() - began >= max(steady, wall, 0.0) - 1e-3
