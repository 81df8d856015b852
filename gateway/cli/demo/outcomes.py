"""The topics, read as any other team would: committed records of the outcome and change topics."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

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
    """Read both outcome topics and the change topics from the start until `stop` is set."""
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
        while not stop.is_set():
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    if record.topic in changes:
                        seen.changes += 1
                    else:
                        seen.take(codec.decode("outcome", Outcome, record.value, record.topic))
