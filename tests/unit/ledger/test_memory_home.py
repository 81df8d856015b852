"""A home in memory keeps the promises of a home: what a test sees of it, it would see of the one on Kafka."""

from __future__ import annotations

import asyncio
import time

import pytest

from gateway.ledger import Home, HomeLost, Publish
from gateway.ledger.records import Clock, boottime
from tests.memory_home import MemoryLedger
from tests.unit.ledger.promises import FakeClock, HomePromises, Take, write


class MemoryBroker:
    """A broker whose taking of a home takes a while."""

    topic = "results"

    def __init__(self) -> None:
        self.time = FakeClock(time.time())
        self.ledger = MemoryLedger(broker_time=self.time)

    async def take(self, number: int = 0, clock: Clock = boottime) -> Home:
        self.time.now += 0.005
        return self.ledger.take(number, clock)

    async def published(self, number: int) -> list[Publish]:
        return [event for home, event in self.ledger.published if home == number]


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker()


@pytest.fixture
def take(broker: MemoryBroker) -> Take:
    return broker.take


class TestMemoryHome(HomePromises):
    pass


async def test_Q6_close_answers_whoever_waits_for_the_broker(broker: MemoryBroker) -> None:
    home = broker.ledger.take()
    broker.ledger.answers.clear()
    pending = asyncio.create_task(home.commit(writes=[write("k")]))
    await asyncio.sleep(0)
    await home.close(0.0)
    with pytest.raises(HomeLost):
        await asyncio.wait_for(pending, 5)
    assert home.get("k") is None


async def test_Q6_closing_home_waits_for_a_slow_broker(broker: MemoryBroker) -> None:
    home = broker.ledger.take()
    broker.ledger.answers.clear()
    pending = asyncio.create_task(home.commit(writes=[write("k")]))
    await asyncio.sleep(0)
    closing = asyncio.create_task(home.close(5.0))
    await asyncio.sleep(0)
    late = asyncio.create_task(home.commit(writes=[write("late")]))
    await asyncio.sleep(0)
    broker.ledger.answers.set()
    await asyncio.gather(pending, closing)
    with pytest.raises(HomeLost):
        await late
    assert home.stored == {"k": b"v"}
