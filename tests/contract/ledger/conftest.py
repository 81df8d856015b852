"""A ledger topic of its own for each test, with short config."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from gateway.ledger import Home, HomeConfig, Publish
from gateway.sandbox.broker.kafka import KafkaBroker
from tests.unit.ledger.promises import Take


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


class KafkaReader:
    """What Kafka has, beside the ledger."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.bootstrap, self.topic = bootstrap, topic

    def time(self) -> float:
        return time.time()  # it runs on this machine

    async def published(self, number: int) -> list[Publish]:
        partition, found = TopicPartition(self.topic, number), list[ConsumerRecord]()
        async with AIOKafkaConsumer(bootstrap_servers=self.bootstrap, isolation_level="read_committed") as reader:
            reader.assign([partition])
            await reader.seek_to_beginning(partition)
            end = (await reader.end_offsets([partition]))[partition]
            while await reader.position(partition) < end:
                found += (await reader.getmany(partition, timeout_ms=1000)).get(partition, [])
        return [Publish(one.topic, one.key, one.value, tuple(one.headers)) for one in found]


@pytest.fixture
async def broker(config: HomeConfig) -> KafkaReader:
    topic = f"{config.ledger_topic}-results"
    await make_topic(config.bootstrap, topic, config.partitions)
    return KafkaReader(config.bootstrap, topic)


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
