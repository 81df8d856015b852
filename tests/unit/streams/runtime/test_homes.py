"""Homes over rebalances: none is taken by anyone but the assignment, none is left open (docs/faust.md, The guard)."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from structlog.testing import capture_logs

from gateway.ledger import CommitUnknown, Fenced, Home, HomeLost
from streams.runtime import homes
from streams.runtime.homes import HomeManager
from tests.waiting import until


class FakeHome:
    """A home that can be lost."""

    def __init__(self, number: int) -> None:
        self.number, self.closed = number, False
        self.lost: HomeLost | None = None

    async def close(self, grace: float = 5.0) -> None:
        await asyncio.sleep(0.05)
        self.closed = True


class Broker:
    """Takes homes, as slowly as told; counts them."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.taken: list[FakeHome] = []
        self.slow: asyncio.Event | None = None

    async def take(self, number: int) -> Home:
        self.asked.append(number)
        if self.slow is not None:
            await self.slow.wait()
        self.taken.append(FakeHome(number))
        return cast(Home, self.taken[-1])


class Listener:
    """Can refuse a home."""

    def __init__(self) -> None:
        self.refuses: Exception | None = None
        self.closings: list[int] = []

    async def opened(self, home: Home) -> None:
        if self.refuses is not None:
            error, self.refuses = self.refuses, None
            raise error

    async def closing(self, number: int) -> None:
        self.closings.append(number)


@pytest.fixture
def broker() -> Broker:
    return Broker()


async def a_home_that_is_taken_again(keeper: HomeManager, broker: Broker) -> asyncio.Task[bool]:
    """Home 3 was lost in a commit of unknown end, and the broker is slow to give it again."""
    await keeper.assigned({3}, 1)
    broker.taken[0].lost, broker.slow = CommitUnknown("?"), asyncio.Event()
    again = asyncio.create_task(keeper.reopened(3))
    await asyncio.sleep(0.1)
    assert not again.done()
    return again


async def test_home_that_moved_while_retaken_is_not_taken(broker: Broker) -> None:
    """Else the rightful owner would be fenced, and both would poll the organisation (Q4)."""
    keeper = HomeManager(broker.take)
    again = await a_home_that_is_taken_again(keeper, broker)
    slow, broker.slow = broker.slow, None
    await keeper.assigned({1}, 2)
    assert slow is not None
    slow.set()
    assert not await asyncio.wait_for(again, 3)
    assert keeper.numbers() == [1]
    assert [home.number for home in broker.taken] == [3, 1]


async def test_a_home_that_stays_while_it_is_taken_again_is_open_once(broker: Broker) -> None:
    """The assignment and the one that noticed the loss don't take it both: they would fence each other."""
    keeper = HomeManager(broker.take)
    again = await a_home_that_is_taken_again(keeper, broker)
    slow, broker.slow = broker.slow, None
    assigned = asyncio.create_task(keeper.assigned({3}, 2))
    await asyncio.sleep(0.1)
    assert slow is not None
    slow.set()
    await asyncio.gather(again, assigned)
    await asyncio.sleep(0.1)
    assert [home.closed for home in broker.taken] == [True, False]
    assert keeper.home(3) is cast(Home, broker.taken[-1])


async def test_cancelled_caller_leaves_no_home_half_taken(broker: Broker) -> None:
    keeper = HomeManager(broker.take)
    again = await a_home_that_is_taken_again(keeper, broker)
    other = asyncio.create_task(keeper.reopened(3))
    await asyncio.sleep(0)
    again.cancel()
    assert broker.slow is not None
    broker.slow.set()
    assert await asyncio.wait_for(other, 3)
    assert keeper.numbers() == [3]


async def test_a_home_whose_listener_fails_is_not_left_open(broker: Broker) -> None:
    """Its producer would stay, and it would be taken once more beside."""
    listener = Listener()
    keeper = HomeManager(broker.take, [listener])
    listener.refuses = CommitUnknown("the first record of the home was not known to commit")
    await keeper.assigned({3}, 1)
    assert [home.closed for home in broker.taken] == [True, False]
    assert keeper.numbers() == [3]


async def test_Q6_homes_that_go_are_let_go_side_by_side(broker: Broker) -> None:
    """Their next owner begins at once: the last of them must not be polled from here for seconds."""
    listener = Listener()
    keeper = HomeManager(broker.take, [listener])
    await keeper.assigned(set(range(12)), 1)
    going = asyncio.create_task(keeper.assigned({0}, 2))
    await asyncio.sleep(0.02)
    assert sorted(listener.closings) == list(range(1, 12))
    await going


async def test_fault_while_retaking_a_home_restarts_the_worker(broker: Broker) -> None:
    """Nobody would take it again, and its events would wait for ever."""
    listener = Listener()
    keeper = HomeManager(broker.take, [listener])
    await keeper.assigned({3}, 1)
    broker.taken[0].lost, listener.refuses = CommitUnknown("?"), RuntimeError("a fault of ours")
    assert not await keeper.reopened(3)
    assert keeper.fenced() == [3]


async def test_an_open_home_needs_no_taking(broker: Broker) -> None:
    keeper = HomeManager(broker.take)
    await keeper.assigned({3}, 1)
    assert await keeper.reopened(3)
    assert not await keeper.reopened(4)
    assert len(broker.taken) == 1


async def test_Q1_a_home_is_kept_only_when_no_assignment_was_missed(broker: Broker) -> None:
    """With the generation between another worker had it, and may have left intents that our memory doesn't show."""
    keeper = HomeManager(broker.take)
    for generation, taken in ((1, 1), (2, 1), (4, 2), (5, 2)):
        await keeper.assigned({3}, generation)
        assert len(broker.taken) == taken
    assert [home.closed for home in broker.taken] == [True, False]


async def test_health_knows_for_how_long_homes_have_been_taken(broker: Broker) -> None:
    """A partition without a leader: its home can't be taken, and the assignment doesn't end."""
    broker.slow = asyncio.Event()
    keeper = HomeManager(broker.take)
    assigned = asyncio.create_task(keeper.assigned({3}, 1))
    await asyncio.sleep(0.1)
    assert keeper.taking_for() >= 0.09
    broker.slow.set()
    await assigned
    assert keeper.taking_for() == 0.0


async def test_Q4_home_being_retaken_holds_up_no_other(broker: Broker) -> None:
    """One agent hands on the events of all homes: a ledger partition without a leader must not stop it."""
    keeper = HomeManager(broker.take)
    again = await a_home_that_is_taken_again(keeper, broker)
    assert await asyncio.wait_for(keeper.opened(3, lambda: True), 0.5) is None
    again.cancel()
    await keeper.still()


async def test_Q1_nothing_is_retaken_during_a_rebalance(broker: Broker) -> None:
    """Events end for some seconds yet: one that finds its home lost would fence whoever has it by then."""
    keeper = HomeManager(broker.take)
    await keeper.assigned({3}, 1)
    await keeper.still()
    broker.taken[0].lost = CommitUnknown("?")
    assert not await keeper.reopened(3)
    assert len(broker.taken) == 1


async def one_lost_while_another_is_taken(
    keeper: HomeManager, broker: Broker
) -> tuple[asyncio.Task[None], asyncio.Event]:
    """Home 3 is kept and lost, while the broker is slow to give home 4; the assignment, and what ends the wait."""
    await keeper.assigned({3}, 1)
    slow = broker.slow = asyncio.Event()
    assigned = asyncio.create_task(keeper.assigned({3, 4}, 2))
    await until(lambda: broker.asked == [3, 4], 3, "home 4 to be asked for")
    broker.taken[0].lost = CommitUnknown("?")
    return assigned, slow


async def test_home_lost_during_an_assignment_is_open_after_it(broker: Broker) -> None:
    """Its poll has ended, and could not take it again: else nobody would poll before the next event."""
    keeper = HomeManager(broker.take)
    assigned, slow = await one_lost_while_another_is_taken(keeper, broker)
    slow.set()
    await assigned
    assert [home.number for home in broker.taken] == [3, 4, 3]


async def test_Q1_event_of_a_home_lost_in_an_assignment_has_it_again(broker: Broker) -> None:
    """Refused, it would be dropped un-acked: only the next rebalance redelivers it, and no commit passes it."""
    keeper = HomeManager(broker.take)
    assigned, slow = await one_lost_while_another_is_taken(keeper, broker)
    again = asyncio.create_task(keeper.reopened(3))
    await asyncio.sleep(0.1)
    assert not again.done()
    slow.set()
    assert await asyncio.wait_for(again, 3)
    await assigned
    assert [home.number for home in broker.taken] == [3, 4, 3]
    assert keeper.home(3) is cast(Home, broker.taken[-1])


async def test_rebalance_while_a_home_closes_leaves_no_producer(broker: Broker) -> None:
    keeper = HomeManager(broker.take)
    await keeper.assigned({3}, 1)
    broker.taken[0].lost = CommitUnknown("?")
    again = asyncio.create_task(keeper.reopened(3))
    await asyncio.sleep(0.01)  # it is being closed
    await keeper.assigned({3}, 2)
    await keeper.close()
    await again
    assert [home.closed for home in broker.taken] == [True, True]


async def test_Q1_a_home_that_another_worker_took_is_not_taken_again(broker: Broker) -> None:
    """They would fence each other by turns until the rebalance comes."""
    keeper = HomeManager(broker.take)
    await keeper.assigned({3}, 1)
    broker.taken[0].lost = Fenced("another worker took it")
    assert not await keeper.reopened(3)
    assert (len(broker.taken), keeper.fenced()) == (1, [3])


async def test_B7_busy_homes_are_taken_first(broker: Broker) -> None:
    """Their polls begin while the worker takes the rest."""
    keeper, opened = HomeManager(broker.take), list[int]()
    keeper.first = lambda number: number in (3, 5)
    take = broker.take

    async def noted(number: int) -> Home:
        opened.append(len(keeper.numbers()))
        return await take(number)

    keeper._take = noted
    await keeper.assigned(range(6), 1)
    assert broker.asked[:2] == [3, 5]
    assert min(opened[2:]) >= 2
    assert keeper.numbers() == list(range(6))


async def test_O2_home_that_cannot_be_taken_is_logged_each_minute(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each home is tried each second."""
    monkeypatch.setattr(homes, "AGAIN", 0.0)
    listener = Listener()
    keeper = HomeManager(broker.take, [listener])
    tries = 61

    async def refuses(home: Home) -> None:
        nonlocal tries
        if tries := tries - 1:
            raise CommitUnknown("away")

    listener.opened = refuses  # type: ignore[method-assign]
    with capture_logs() as logs:
        await keeper.assigned([0], 1)
    assert [line["event"] for line in logs] == ["home can't be opened yet"]
    assert len(broker.asked) == homes.LOGGED_EVERY + 1
    await keeper.close()
