"""The topics, read as any other team would: committed records of the outcome and change topics."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any

from aiokafka import TopicPartition

from gateway.documents import Outcome, OutcomeState, newest
from gateway.events.catalogue import Topics
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from gateway.flows.registry import FLOWS
from gateway.kafka import cluster_of
from gateway.settings import GatewaySettings


@dataclass(slots=True)
class Seen:
    """The current outcome of each document, and how many events there were."""

    current: dict[str, Outcome] = field(default_factory=dict)
    unchanged: int = 0
    superseded: int = 0
    count: int = 0
    changes: int = 0
    #: The last change event of each topic and partition.
    last_change: dict[TopicPartition, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, outcome: Outcome) -> None:
        """Keep it if it is the newest of its document (decision 15)."""
        with self.lock:
            if outcome.state is OutcomeState.UNCHANGED:
                self.unchanged += outcome.events
                return
            if outcome.state is OutcomeState.SUPERSEDED:
                self.superseded += 1
                return
            self.count += 1
            key = str(outcome.key)
            current = newest(self.current.get(key), outcome)
            if current is not None:
                self.current[key] = current


def change_topics(settings: GatewaySettings) -> tuple[str, ...]:
    """The change topic of each flow."""
    return tuple(Topics(settings.kafka.prefix).changes(flow.kind) for flow in FLOWS)


async def read_topics(settings: GatewaySettings, seen: Seen, stop: threading.Event) -> None:
    """Read both outcome topics and the change topics from the start, until `stop` is set and nothing more comes."""
    kafka, topics = settings.kafka, Topics(settings.kafka.prefix)
    changes = change_topics(settings)
    names = (topics.results, topics.errors, *changes)
    codec = Codec(FileRegistry())
    async with cluster_of(kafka).consumer(
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=100,
    ) as consumer:
        consumer.assign([TopicPartition(name, n) for name in names for n in range(kafka.partitions)])
        found: dict[TopicPartition, Any] = {}
        while found or not stop.is_set():
            found = await consumer.getmany(timeout_ms=200)
            for records in found.values():
                for record in records:
                    if record.topic in changes:
                        seen.changes += 1
                        seen.last_change[TopicPartition(record.topic, record.partition)] = record.offset
                    else:
                        seen.take(codec.decode("outcome", Outcome, record.value, record.topic))


def all_read(settings: GatewaySettings, seen: Seen) -> bool:
    """Whether the gateway has committed the offset of every change event: it does so once the event has ended."""

    async def committed() -> dict[TopicPartition, int]:
        admin = cluster_of(settings.kafka).admin()
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(settings.kafka.prefix)
        finally:
            await admin.close()
        return {partition: one.offset for partition, one in offsets.items()}

    last = dict(seen.last_change)  # the reader goes on in its thread
    group = asyncio.run(committed())
    return all(group.get(partition, 0) > offset for partition, offset in last.items())
