"""The real home over the broker in memory keeps what it keeps over Kafka: else the fake would be worth nothing."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from gateway.ledger import Home, HomeConfig, Publish
from tests.simulation import broker as brokers
from tests.simulation.kafka import connections
from tests.unit.ledger.promises import HomePromises, Take

CONFIG = HomeConfig("memory:9092", "ledger", "t", 4, lease=1.0, call_timeout=0.5, commit_lag=0.3, search_lag=0.2)


class MemoryBroker:
    """Both topics, as a reader of committed records sees them."""

    topic = "results"

    def __init__(self) -> None:
        self.own = brokers.Broker()
        for name in (CONFIG.ledger_topic, self.topic):
            self.own.create(name, CONFIG.partitions, stamps=True)

    def time(self) -> float:
        return time.time()

    async def published(self, number: int) -> list[Publish]:
        entries, _ = self.own.partition(self.topic, number).read(0, 1000)
        return [Publish(self.topic, one.key or b"", one.value or b"", one.headers) for _, one in entries]


@pytest.fixture
async def broker() -> MemoryBroker:
    return MemoryBroker()


@pytest.fixture
async def take(broker: MemoryBroker) -> AsyncIterator[Take]:
    homes: list[Home] = []

    async def taking(number: int = 0, **changes: object) -> Home:
        changes.setdefault("wall", changes.get("clock", time.time))
        homes.append(await Home.take(number, CONFIG, connections=connections(broker.own), **changes))  # type: ignore[arg-type]
        return homes[-1]

    yield taking
    for home in homes:
        await home.close(1.0)


class TestSimulatedHome(HomePromises):
    pass
