"""The rate budget (Q4): never above the limit in any window, and companies take permits."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.http import RateBudget, worker_share
from gateway.http.budget import Permit, in_background
from tests.unit.budgets import at_once


class FakeClock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


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


async def test_Q4_backlog_of_one_company_delays_no_other() -> None:
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


async def test_Q4_background_gets_one_call_in_nine_of_a_busy_budget() -> None:
    """A look at a whole register neither delays invoices for long, nor stands still; alone, it has every call."""
    budget, order = RateBudget(1000), []

    async def call(company: str) -> None:
        await budget.acquire(company)
        order.append(company)

    budget.set_rate(0)  # so that all of them wait
    with in_background():
        behind = [asyncio.create_task(call("register")) for _ in range(4)]
    ahead = [asyncio.create_task(call(f"c{n % 3}")) for n in range(18)]
    await asyncio.sleep(0)
    budget.set_rate(1000)
    await asyncio.gather(*behind, *ahead)
    assert [at for at, company in enumerate(order) if company == "register"] == [8, 17, 20, 21]


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


def made_in(clock: FakeClock, seconds: float, *budgets: RateBudget) -> int:
    """Calls that budgets allow within so long, each made at once."""
    made, end = sum(map(at_once, budgets)), clock.now + seconds
    while clock.now < end:
        clock.now = min(clock.now + 0.01, end)
        made += sum(map(at_once, budgets))
    return made


def test_Q4_a_share_that_is_no_whole_number_is_not_passed_either() -> None:
    """7.5 calls a second: not seven at once and seven more 0.93 s later."""
    clock = FakeClock()
    assert made_in(clock, 0.99, RateBudget(7.5, clock)) <= 7.5


def test_Q4_half_of_the_calls_burst_the_rest_is_spaced() -> None:
    """A burst that is held up on its way would else meet the next one there."""
    clock = FakeClock()
    budget, times = RateBudget(8, clock), list[float]()
    for _ in range(8):
        clock.now += max(0.0, budget.seconds_until_next())
        times.append(clock.now)
        budget.grant().sent()
    assert times[3] == times[0]
    assert all(later - earlier > 0.1 for earlier, later in pairwise(times[3:]))
    assert times[7] - times[0] < 0.5


def test_Q4_a_share_that_goes_and_comes_back_forgets_no_call() -> None:
    """A home is taken again: the companies' share falls and rises within a moment."""
    clock = FakeClock()
    budget = RateBudget(15, clock)
    made = at_once(budget)
    for rate in (7.5, 0, 15):
        budget.set_rate(rate)
        made += made_in(clock, 0.3, budget)
    assert made <= 15
    clock.now += 1.06
    assert made_in(clock, 1.0, budget) == 15


def test_decision_18_gained_share_counts_a_second_later() -> None:
    """The worker that had it before may have made its calls this very second."""
    clock = FakeClock()
    loses, gains = RateBudget(15, clock), RateBudget(0, clock)
    made = made_in(clock, 0.9, loses)
    assert made == 15
    loses.set_rate(7.5)
    gains.set_rate(7.5)
    assert at_once(loses) + at_once(gains) == 0
    clock.now += 1.06
    assert made_in(clock, 1.0, loses, gains) == 14


def test_Q4_a_call_counts_from_when_its_bytes_went() -> None:
    """Connecting took its time: what went late is counted when it went, not when it was allowed."""
    clock = FakeClock()
    budget, slow = RateBudget(5, clock), list[Permit]()
    while len(slow) < 5:
        clock.now += budget.seconds_until_next()
        slow.append(budget.grant())
    clock.now += 10
    assert budget.seconds_until_next() == float("inf")
    for one in slow:
        one.sent()
    assert budget.seconds_until_next() > 0.9
    clock.now += 1.06
    assert made_in(clock, 1.0, budget) == 5


def test_Q4_minute_limit_is_spread_over_its_minute() -> None:
    """Procountor's test environment counts so."""
    clock = FakeClock()
    budget = RateBudget(1.5, clock, per=60)
    assert at_once(budget) == 1
    assert 88 <= made_in(clock, 59.9, budget) <= 89


@given(rate=st.sampled_from([0.3, 1, 2.5, 8, 15, 60]), seed=st.randoms(use_true_random=False), calls=st.integers(1, 80))
@settings(max_examples=100, deadline=None)
def test_Q4_network_delay_of_50_ms_breaks_no_limit(rate: float, seed: Random, calls: int) -> None:
    """Bursts, pauses, slow connections: no second of the API's sees more than the setting."""
    clock, way = FakeClock(), Way(seed)
    budget = RateBudget(rate, clock)
    for _ in range(calls):
        clock.now += seed.choice([0.0, 0.0, 0.0, seed.uniform(0, 2)])
        way.through(budget, clock)
    assert most_in(max(1.0, 1 / rate), way.arrived) <= max(1, rate)


@given(limit=st.sampled_from([8, 15]), seed=st.randoms(use_true_random=False), moves=st.integers(1, 12))
@settings(max_examples=100, deadline=None)
def test_Q4_nor_while_homes_move_between_workers(limit: float, seed: Random, moves: int) -> None:
    """Twelve companies of one client; a worker that loses some tells no other, and calls that are on their way are."""
    clock, way, companies = FakeClock(), Way(seed), [12, 0, 0]
    workers = [RateBudget(worker_share(limit, here, 12), clock) for here in companies]
    for _ in range(moves):
        for _ in range(seed.randrange(25)):
            here = [one for one in workers if one.rate > 0]
            clock.now += min(one.seconds_until_next() for one in here)
            way.through(min(here, key=lambda one: one.seconds_until_next()), clock)
        loses, gains = seed.sample(range(3), 2)
        moved = seed.randint(0, companies[loses])
        companies[loses] -= moved
        companies[gains] += moved
        workers[loses].set_rate(worker_share(limit, companies[loses], 12))
        clock.now += seed.choice([0.0, 0.1])
        workers[gains].set_rate(worker_share(limit, companies[gains], 12))
    assert most_in(1.0, way.arrived) <= limit


class Way:
    """From here to the API: each call takes its own time, 50 ms at the most."""

    def __init__(self, seed: Random) -> None:
        self.seed, self.arrived = seed, list[float]()

    def through(self, budget: RateBudget, clock: FakeClock) -> None:
        clock.now += budget.seconds_until_next()
        permit = budget.grant()
        clock.now += self.seed.choice([0.0, 0.0, 0.01])
        clock.now += budget.seconds_until_gone()
        permit.sent()
        self.arrived.append(clock.now + self.seed.choice([0.0, 0.05, self.seed.uniform(0, 0.05)]))


def most_in(seconds: float, times: list[float]) -> int:
    """The most of these in any window of so long."""
    ordered = sorted(times)
    return max(sum(start <= one < start + seconds - 1e-6 for one in ordered) for start in [*ordered, 0.0])


async def test_Q4_call_under_way_uses_no_share_that_has_moved() -> None:
    """It was handed out before, its connection stands only now."""
    budget = RateBudget(4)
    async with budget.call("a") as first, budget.call("a") as second:
        first.sent()
        budget.set_rate(1)
        began = asyncio.get_running_loop().time()
        await second.due()
        assert asyncio.get_running_loop().time() - began > 0.9


async def test_caller_cancelled_at_its_turn_leaves_nothing_behind() -> None:
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
