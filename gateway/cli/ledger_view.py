"""What a command sees of the ledger: a few keys of one organisation, as they are committed now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Container
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from gateway.events.catalogue import Topics
from gateway.kafka import cluster_of
from gateway.ledger import partition_of
from gateway.settings import Kafka

#: How soon the ledger's end must be reached, in seconds.
READ = 60.0


class LedgerView:
    """The committed values of `keys`, as of the last `refresh`."""

    def __init__(self, consumer: AIOKafkaConsumer, partition: TopicPartition, keys: Container[str]) -> None:
        self._consumer, self._partition, self._keys = consumer, partition, keys
        self._values: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """The value; None if there is none, or the key was not asked for."""
        return self._values.get(key)

    async def refresh(self) -> None:
        """Read on to the end."""
        end = (await self._consumer.end_offsets([self._partition]))[self._partition]
        while await self._consumer.position(self._partition) < end:
            for records in (await self._consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    key = (record.key or b"").decode()
                    if key in self._keys and record.value is not None:
                        self._values[key] = record.value
                    else:
                        self._values.pop(key, None)

    async def changes(self, key: str, seconds: float) -> bool:
        """Whether the value of a key changes within so many seconds."""
        before, deadline = self.get(key), time.monotonic() + seconds
        while time.monotonic() < deadline:
            await self.refresh()
            if self.get(key) != before:
                return True
            await asyncio.sleep(0.2)
        return False


@asynccontextmanager
async def ledger_view(kafka: Kafka, organisation: str, keys: Container[str]) -> AsyncIterator[LedgerView]:
    """Raises KafkaError, TimeoutError."""
    partition = TopicPartition(Topics(kafka.prefix).ledger, partition_of(organisation, kafka.partitions))
    consumer = cluster_of(kafka).consumer(
        isolation_level="read_committed", enable_auto_commit=False, auto_offset_reset="earliest"
    )
    try:
        async with asyncio.timeout(READ):
            await consumer.start()
            consumer.assign([partition])
            view = LedgerView(consumer, partition, keys)
            await view.refresh()
        yield view
    finally:
        await consumer.stop()
