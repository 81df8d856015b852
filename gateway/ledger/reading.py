"""Read a home's partition past its barrier (docs/faust.md, The barrier: the end alone is not enough)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.structs import RecordMetadata

from gateway.ledger.connections import KAFKA, Connections
from gateway.ledger.errors import PartitionsChanged, WrongPartition
from gateway.ledger.records import BARRIER, ORGANISATION, OWN, HomeConfig, Rests, partition_of
from gateway.ledger.values import Values

#: After so many records, the event loop gets a turn, for heartbeats and other homes.
TURN = 1000


@dataclass(frozen=True, slots=True)
class Taken:
    """The state in which a home was found when it was opened, by the broker's clock."""

    #: The time of the barrier.
    at: datetime
    #: Time from the caller's last value to `at`; negative if the broker's clock was set back.
    silence: timedelta = timedelta(0)
    #: The first offset of the partition: above 0 only if records were deleted; compaction keeps it.
    start: int = 0


@dataclass(slots=True)
class Reading:
    """The newest committed values of a partition. Times are the broker's, in milliseconds since 1970."""

    #: The caller's values.
    values: Values = field(default_factory=Values)
    #: The library's own values, by key.
    own: dict[str, bytes] = field(default_factory=dict)
    #: Values at rest that are old enough to be forgotten: their organisation, by key.
    old: dict[str, str] = field(default_factory=dict)
    #: The time of the newest old value.
    newest: int = 0
    #: The time of the caller's last value, 0 without any. Neither own nor old values count.
    last: int = 0
    #: The first offset of the partition.
    start: int = 0

    def taken(self, at: int) -> Taken:
        """The state of the home for an owner whose barrier has this time."""
        silence = timedelta(milliseconds=at - self.last) if self.last else timedelta(0)
        return Taken(datetime.fromtimestamp(at / 1000, UTC), silence, self.start)


async def read_past(
    config: HomeConfig, number: int, barrier: RecordMetadata, rests: Rests, connections: Connections = KAFKA
) -> Reading:
    """Read the partition up to and including the barrier.

    The barrier's commit closes whatever an interrupted coordinator left without a marker, so an acknowledged record is
    visible once the barrier is. Raises WrongPartition, PartitionsChanged.
    """
    consumer = connections.consumer(
        bootstrap_servers=config.bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=50,
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    reading = Reader(config, number, barrier.timestamp - config.keep * 1000, rests)
    partition = TopicPartition(config.ledger_topic, number)
    async with consumer:
        consumer.assign([partition])
        reading.all.start = (await consumer.beginning_offsets([partition]))[partition]
        consumer.seek(partition, reading.all.start)
        done = False
        while not done:
            batches = await consumer.getmany(timeout_ms=1000, max_records=TURN)
            for record in batches.get(partition, []):
                reading.take(record)
                done = done or record.offset >= barrier.offset
            await asyncio.sleep(0)
    return reading.all


class Reader:
    """Takes record after record; what was written before `old_before` and rests is old."""

    def __init__(self, config: HomeConfig, number: int, old_before: float, rests: Rests) -> None:
        self.all = Reading(Values(rests))
        self._terms, self._number, self._old_before, self._rests = config, number, old_before, rests
        self._ours: set[bytes] = set()

    def take(self, record: ConsumerRecord) -> None:
        """Raises WrongPartition, PartitionsChanged."""
        key, value, all_ = (record.key or b"").decode(), record.value, self.all
        organisation = b""
        for name, one in record.headers:
            if name == ORGANISATION:
                organisation = one
                if one not in self._ours:
                    self._check(one, key)
        if key.startswith(OWN):
            if key == BARRIER:
                self._check_partitions(value)
            if value is None:
                all_.own.pop(key, None)
            else:
                all_.own[key] = value
            return
        all_.values.put(key, value)
        if value is not None:
            all_.last = record.timestamp
        if value is not None and record.timestamp < self._old_before and organisation and self._rests(value):
            all_.old[key] = organisation.decode()
            all_.newest = max(all_.newest, record.timestamp)
        elif all_.old:
            all_.old.pop(key, None)

    def _check_partitions(self, value: bytes) -> None:
        """Refuse a barrier that was written under another number of partitions."""
        before = int(value)
        if before != self._terms.partitions:
            raise PartitionsChanged(
                f"the ledger {self._terms.ledger_topic} was written with {before} partitions and is now read with "
                f"{self._terms.partitions}. The number must never change: set it back, or move to a new prefix."
            )

    def _check(self, organisation: bytes, key: str) -> None:
        """Refuse a record in a partition that is not its organisation's."""
        if partition_of(organisation.decode(), self._terms.partitions) != self._number:
            raise WrongPartition(
                f"record {key!r} of organisation {organisation.decode()} stands in partition {self._number} of "
                f"{self._terms.ledger_topic}, where it doesn't belong. The topic was repartitioned or written by "
                "something else: stop all workers, restore the topic, and start again."
            )
        self._ours.add(organisation)
