"""The broker in memory does what was measured on Kafka where the ledger rests on it (docs/faust.md, The barrier)."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import ProducerFenced

from tests.simulation.broker import Broker
from tests.simulation.kafka import Consumer, Producer
from tests.simulation.loop import run

PLACE = TopicPartition("t", 0)


async def _seen(broker: Broker) -> list[bytes | None]:
    reader = Consumer(broker, isolation_level="read_committed")
    reader.assign([PLACE])
    return [one.value for one in (await reader.getmany(timeout_ms=50)).get(PLACE, [])]


async def _owner(broker: Broker, **settings: int) -> Producer:
    producer = Producer(broker, transactional_id="home", **settings)
    await producer.start()
    return producer


def _broker() -> Broker:
    broker = Broker()
    broker.create("t", 1)
    return broker


@pytest.mark.parametrize(("committed", "seen"), [(True, [b"1", b"2"]), (False, [])])
def test_a_lost_marker_is_made_up_for_by_the_next_one(committed: bool, seen: list[bytes]) -> None:
    """An acknowledged commit shows with the next commit, and is gone with the next abort."""

    async def main() -> None:
        broker = _broker()
        producer, broker.loses_markers = await _owner(broker), 1.0
        async with producer.transaction():
            await producer.send_and_wait("t", b"1")
        broker.loses_markers = 0.0
        await asyncio.sleep(60)
        assert await _seen(broker) == []
        await producer.begin_transaction()
        await producer.send_and_wait("t", b"2")
        await (producer.commit_transaction() if committed else producer.abort_transaction())
        await asyncio.sleep(1)
        assert await _seen(broker) == seen

    run(main)


def test_new_owner_fences_the_old_and_aborts_what_is_open() -> None:
    async def main() -> None:
        broker = _broker()
        old = await _owner(broker)
        await old.begin_transaction()
        await old.send_and_wait("t", b"old")
        new = await _owner(broker)
        with pytest.raises(ProducerFenced):
            await old.commit_transaction()
        async with new.transaction():
            await new.send_and_wait("t", b"new")
        await asyncio.sleep(1)
        assert await _seen(broker) == [b"new"]

    run(main)


def test_transaction_without_an_end_blocks_until_its_timeout() -> None:
    async def main() -> None:
        broker = _broker()
        dead = await _owner(broker, transaction_timeout_ms=10_000)
        await dead.begin_transaction()
        await dead.send_and_wait("t", b"open")
        other = Producer(broker)
        await other.send_and_wait("t", b"later")
        await asyncio.sleep(9)
        assert await _seen(broker) == []
        await asyncio.sleep(2)
        assert await _seen(broker) == [b"later"]
        with pytest.raises(ProducerFenced):
            await dead.commit_transaction()

    run(main)
