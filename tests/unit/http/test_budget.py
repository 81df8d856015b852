"""The rate budget (SPEC Q4): never above the limit in any window, and companies take turns."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.http import RateBudget, worker_share
from tests.unit.budgets import at_once


async def test_Q4_no_window_of_a_second_has_more_calls_than_the_rate() -> None:
    times: list[float] = []
    budget = RateBudget(40)
    clock = asyncio.get_running_loop().time

    async def call(company: str) -> None:
        await budget.acquire(company)
        times.append(clock())

    await asyncio.gather(*(call(f"c{n % 3}") for n in range(90)))
    assert all(later - earlier >= 0.99 for earlier, later in zip(times, times[40:], strict=False))
    assert times[-1] - times[0] < 2.6


async def test_Q4_a_company_with_a_backlog_does_not_stand_before_another() -> None:
    budget, order = RateBudget(5), []

    async def call(company: str) -> None:
        await budget.acquire(company)
        order.append(company)

    busy = [asyncio.create_task(call("busy")) for _ in range(12)]
    await asyncio.sleep(0)
    single = asyncio.create_task(call("single"))
    await single
    assert order.index("single") <= 6
    for task in busy:
        task.cancel()


async def test_a_cancelled_caller_does_not_use_up_a_call() -> None:
    budget = RateBudget(1)
    await budget.acquire("a")
    waiting = asyncio.create_task(budget.acquire("a"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait_for(budget.acquire("b"), 3)
    assert budget.calls == 2


async def test_rate_nought_lets_nothing_through_until_it_rises() -> None:
    budget = RateBudget(0)
    waiting = asyncio.create_task(budget.acquire("a"))
    await asyncio.sleep(0)
    assert not waiting.done()
    budget.set_rate(10)
    await asyncio.wait_for(waiting, 3)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=6), st.floats(0.5, 60))
@settings(max_examples=50)
def test_Q4_shares_of_all_workers_never_pass_the_limit(here: list[int], limit: float) -> None:
    companies = sum(here)
    assert sum(worker_share(limit, one, companies) for one in here) <= limit * 1.000001


class FakeClock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_Q4_a_share_that_is_no_whole_number_is_not_passed_either() -> None:
    """7.5 calls a second: not seven at once and seven more 0.93 s later."""
    clock = FakeClock()
    budget, made = RateBudget(7.5, clock), 0
    for tenth in range(10):
        clock.now = 1000.0 + tenth / 10
        made += at_once(budget)
    clock.now = 1000.99
    assert made + at_once(budget) <= 7.5


def test_Q4_a_share_that_goes_and_comes_back_forgets_no_call() -> None:
    """A home is taken again: the companies' share falls and rises within a moment."""
    clock = FakeClock()
    budget = RateBudget(15, clock)
    made = at_once(budget)
    for rate in (7.5, 0, 15):
        budget.set_rate(rate)
        made += at_once(budget)
    assert made <= 15
    clock.now += 1.01
    assert at_once(budget) == 15


def test_decision_18_a_share_that_was_gained_counts_from_a_second_later() -> None:
    """The worker that had it before may have made its calls this very second."""
    clock = FakeClock()
    loses, gains = RateBudget(15, clock), RateBudget(0, clock)
    made = at_once(loses)
    loses.set_rate(7.5)
    gains.set_rate(7.5)
    assert made + at_once(loses) + at_once(gains) <= 15
    clock.now += 1.01
    assert at_once(loses) + at_once(gains) == 14


def test_Q4_a_call_counts_from_when_its_bytes_went() -> None:
    """Connecting took its time: what went late is counted when it went, not when it was allowed."""
    clock = FakeClock()
    budget = RateBudget(5, clock)
    slow = [budget.take() for _ in range(5)]
    clock.now += 10
    assert budget.seconds_until_next() == float("inf")
    for one in slow:
        one.gone()
    assert budget.seconds_until_next() > 0.9
    clock.now += 1.01
    assert at_once(budget) == 5


async def test_a_caller_that_is_cancelled_just_as_its_turn_comes_leaves_nothing_behind() -> None:
    budget = RateBudget(1)
    budget.set_rate(20)
    waiting = [asyncio.create_task(budget.acquire("a")) for _ in range(19)]
    await asyncio.sleep(1.1)
    late = [asyncio.create_task(budget.acquire("a")) for _ in range(20)]
    await asyncio.sleep(0)
    for task in (*waiting, *late):
        task.cancel()
    await asyncio.gather(*waiting, *late, return_exceptions=True)
    await asyncio.wait_for(budget.acquire("b"), 3)
