"""Decisions 7-10 and 22 on real Kafka: the promises of a home, and what Kafka alone can break."""

from __future__ import annotations

import asyncio
import dataclasses
import time

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from gateway.ledger import Home, HomeConfig, HomeLost, PartitionsChanged, reading
from gateway.sandbox.broker.kafka import KafkaBroker
from tests.unit.ledger.promises import ORG, HomePromises, Take, write


class TestHome(HomePromises):
    pass


async def test_Q6_close_leaves_no_transaction_open(take: Take, config: HomeConfig) -> None:
    home = await take()
    pending = [asyncio.create_task(home.commit(writes=[write(f"k{n}")])) for n in range(20)]
    await asyncio.sleep(0)
    await home.close(0.0)
    await asyncio.gather(*pending, return_exceptions=True)
    with pytest.raises(HomeLost):
        await home.commit(writes=[write("late")])
    async with AIOKafkaConsumer(bootstrap_servers=config.bootstrap, isolation_level="read_committed") as reader:
        partition = TopicPartition(config.ledger_topic, 0)
        reader.assign([partition])
        end = (await reader.end_offsets([partition]))[partition]
        async with AIOKafkaProducer(bootstrap_servers=config.bootstrap) as producer:
            after = await producer.send_and_wait(config.ledger_topic, b"{}", key=b"~other", partition=0)
        await reader.seek_to_end(partition)
        reader.seek(partition, end)
        record = await asyncio.wait_for(reader.getone(partition), 5)
        assert record.offset == after.offset


async def test_decision_12_changed_partition_count_stops_the_owner(take: Take, config: HomeConfig) -> None:
    await take()
    with pytest.raises(PartitionsChanged, match="has 4 partitions, the settings say 3"):
        await Home.take(0, dataclasses.replace(config, partitions=3))


async def test_decision_10_barrier_shows_intents_of_a_killed_broker(take: Take, kafka: KafkaBroker) -> None:
    """Repeated: the coordinator leaves a marker unwritten only now and then."""
    for round_ in range(3):
        home = await take(0)
        acknowledged: list[str] = []

        async def work(home: Home, acknowledged: list[str], round_: int) -> None:
            for n in range(1000):
                key = f"r{round_}-{n}"
                await home.open_intent(key, b"", ORG)
                acknowledged.append(key)

        worker = asyncio.create_task(work(home, acknowledged, round_))
        deadline = time.monotonic() + 20
        while len(acknowledged) < 20 and time.monotonic() < deadline:  # noqa: ASYNC110 - a condition of another task
            await asyncio.sleep(0.01)
        await asyncio.to_thread(kafka.kill)
        await asyncio.to_thread(kafka.restart)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        after = await take(0)
        missing = [key for key in acknowledged if after.intent(key) is None]
        assert len(acknowledged) >= 20
        assert missing == []


async def test_B7_reading_100_000_records_gives_the_loop_its_turns(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    """Heartbeats and events of other homes go on during it."""
    home, read, most = await take(), 0, 0
    original = reading.Reader.take

    def counted(self: reading.Reader, record: ConsumerRecord) -> None:
        nonlocal read
        read += 1
        original(self, record)

    async def others() -> None:
        nonlocal most
        while True:
            before = read
            await asyncio.sleep(0)
            most = max(most, read - before)

    value = b"x" * 300
    for part in range(20):
        await home.commit(writes=[write(f"acme/sales-invoice/{part:02}{n:04}", value) for n in range(5000)])
    monkeypatch.setattr(reading.Reader, "take", counted)
    watch = asyncio.create_task(others())
    again = await take()
    watch.cancel()
    assert sum(1 for _ in again.items("acme/")) == 100_000
    assert 0 < most <= reading.TURN
