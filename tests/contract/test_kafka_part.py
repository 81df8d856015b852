"""The broker of demo and tests is Apache Kafka itself (decision 20)."""

from __future__ import annotations

import uuid

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from gateway.sandbox.kafka import KafkaBroker


async def test_records_survive_a_kill_and_offsets_reset_with_kafkas_own_tool(kafka: KafkaBroker) -> None:
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
            record = await consumer.getone()
            await consumer.commit()
            return record.value

    assert await read() == b"one"
    assert topic in kafka.reset_offsets(group, topic, "--to-earliest")
    assert await read() == b"one"
