"""The rate budget (SPEC Q4): never above the limit in any window, and companies take turns."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.http import RateBudget, worker_share


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
