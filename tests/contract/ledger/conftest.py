"""A ledger topic of its own for each test, with short config."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from gateway.ledger import Home, HomeConfig
from gateway.sandbox.broker.kafka import KafkaBroker

Take = Callable[..., Awaitable[Home]]


async def make_topic(bootstrap: str, name: str, partitions: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    config = {"cleanup.policy": "compact", "message.timestamp.type": "LogAppendTime"}
    await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=config)])
    await admin.close()


@pytest.fixture
async def config(kafka: KafkaBroker) -> HomeConfig:
    name = f"ledger-{uuid.uuid4().hex[:8]}"
    await make_topic(kafka.bootstrap, name, 4)
    return HomeConfig(
        kafka.bootstrap, name, name, partitions=4, lease=1.0, call_timeout=0.5, commit_lag=0.3, search_lag=0.2
    )


class FakeClock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def take(config: HomeConfig) -> AsyncIterator[Take]:
    """Takes homes and closes them at the end."""
    homes: list[Home] = []

    async def taking(number: int = 0, **changes: object) -> Home:
        changes.setdefault("wall", changes.get("clock", time.time))  # a test's clock is all the time there is
        homes.append(await Home.take(number, config, **changes))  # type: ignore[arg-type]
        return homes[-1]

    yield taking
    for home in homes:
        await home.close(1.0)
