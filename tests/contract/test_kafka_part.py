"""The broker of demo and tests is Apache Kafka itself (decision 20)."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from gateway.sandbox.broker import kafka as sandbox_kafka
from gateway.sandbox.broker.jars import PartsError
from gateway.sandbox.broker.kafka import KafkaBroker


async def test_records_survive_a_kill_and_offsets_are_reset(kafka: KafkaBroker) -> None:
    """With Kafka's own tool."""
    topic, group = f"t-{uuid.uuid4()}", f"g-{uuid.uuid4()}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all") as producer:
        await producer.send_and_wait(topic, b"one")
    kafka.restart()

    async def read() -> bytes | None:
        consumer = AIOKafkaConsumer(
            topic, bootstrap_servers=kafka.bootstrap, group_id=group, auto_offset_reset="earliest"
        )
        async with consumer:
            value: bytes | None = (await consumer.getone()).value
            await consumer.commit()
            return value

    assert await read() == b"one"
    assert topic in kafka.reset_offsets(group, topic, "--to-earliest")
    assert await read() == b"one"


async def test_Q2_offsets_are_reset_only_in_an_empty_group(kafka: KafkaBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kafka's tool refuses while a member is there, a killed one too, and ends with 0: a replay would tell nothing."""
    topic, group = f"t-{uuid.uuid4()}", f"g-{uuid.uuid4()}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all") as producer:
        await producer.send_and_wait(topic, b"one")
    given = {"bootstrap_servers": kafka.bootstrap, "group_id": group, "auto_offset_reset": "earliest"}
    async with AIOKafkaConsumer(topic, **given) as member:
        await member.getone()
        await member.commit()
        monkeypatch.setattr(sandbox_kafka, "LEAVES", 0.0)
        with pytest.raises(PartsError, match="current state is Stable"):
            await asyncio.to_thread(kafka.reset_offsets, group, topic)
        monkeypatch.setattr(sandbox_kafka, "LEAVES", 60.0)
        reset = asyncio.create_task(asyncio.to_thread(kafka.reset_offsets, group, topic))
        await asyncio.sleep(0)
        assert not reset.done()
    assert topic in await reset
    with pytest.raises(PartsError, match="does not host this topic"):
        await asyncio.to_thread(kafka.reset_offsets, group, f"{topic}-unknown")
