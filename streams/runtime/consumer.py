"""The smallest override of Faust's Kafka driver that keeps the delivery contract (docs/faust.md rows 1, 6, 14, 21,
25-27, 29, 31).

Read committed, a short fetch wait, heartbeats while homes are opened, commits that ask the tracker, no list of gaps,
and no handling of events that have already ended.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, cast

import structlog
from faust.transport.drivers import aiokafka as driver

from streams.runtime.handler import Record, headers_of
from streams.runtime.offsets import OffsetTracker

log = structlog.get_logger()

#: Faust's driver fixes 1500 ms, which delays sparse traffic.
FETCH_MAX_WAIT_MS = 50
#: How long without a fetch before the next one is logged, in seconds.
AWAY = 10.0
#: How often to check again whether a company has room, in seconds.
CROWDED_WAIT = 0.2


class SafeConsumerThread(driver.AIOKafkaConsumerThread):
    """Creates the worker's consumer; records of aborted transactions never reach it."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_wait_ms = FETCH_MAX_WAIT_MS
        return consumer

    async def on_partitions_assigned(self, assigned: Any, generation_id: int = 0) -> None:
        """aiokafka sends heartbeats again only after this returns, but homes may take longer than the session
        timeout.
        """
        self._ensure_consumer()._coordinator._start_heartbeat_task()
        await super().on_partitions_assigned(assigned, generation_id)

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """Also where nothing was committed."""
        return cast("Mapping[Any, int]", await self.call_thread(seek_to_committed, self._ensure_consumer()))


async def seek_to_committed(consumer: Any) -> Mapping[Any, int | None]:
    """Seek each partition to its committed offset, or to its beginning if it has none, or 0. aiokafka leaves such a
    partition where it is, so the records that Faust dropped while its flow was stopped would never be read.
    """
    committed: Mapping[Any, int | None] = await consumer.seek_to_committed()
    untouched = [tp for tp in consumer.assignment() if not committed.get(tp, 1)]
    if untouched:
        await consumer.seek_to_beginning(*untouched)
    return committed


class SafeConsumer(driver.Consumer):
    """Commits what the tracker says, whatever Faust believes was acked."""

    _sought: set[Any] | None = None

    @property
    def tracker(self) -> OffsetTracker:
        """The app's tracker: a restart of the app creates a new consumer, but keeps the tracker."""
        tracker: OffsetTracker = self.app.tracker  # type: ignore[attr-defined]
        return tracker

    def _new_consumer_thread(self) -> SafeConsumerThread:
        return SafeConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _wait_next_records(self, timeout: float) -> Any:
        """While the flow is stopped, Faust drops what it fetched and seeks: such records were never taken.

        Faust calls this about once a second, unless its flow or its one loop stands still (row 14).
        """
        records, active = await super()._wait_next_records(timeout)
        if records or self._in_touch():
            away = time.monotonic() - self.app.last_fetch  # type: ignore[attr-defined]
            if away > AWAY:
                log.info("Kafka answers again", seconds=round(away))
            self.app.last_fetch = time.monotonic()  # type: ignore[attr-defined]
        if records and self.flow_active:
            records = {tp: self._not_ended(tp, batch) for tp, batch in records.items()}
        return records, active

    def _in_touch(self) -> bool:
        """Whether the broker answers. Without a broker, aiokafka returns no records and forgets the group's
        coordinator.
        """
        return self._thread._ensure_consumer()._coordinator.coordinator_id is not None

    async def _getmany(self, active_partitions: Any, timeout: float) -> Any:
        """Skip partitions of a topic in which a company has no room: its events wait in Kafka (decision 3).

        Faust pauses with a set that it also changes itself; what is skipped here is decided again each time.
        """
        app: Any = self.app
        crowded = app.guard.dispatcher.crowded()
        if not crowded or active_partitions is None:
            return await super()._getmany(active_partitions, timeout)
        full = {(handler.topic, home) for handler in app.handlers for name, home in crowded if name == handler.name}
        wanted = {tp for tp in active_partitions if (tp.topic, tp.partition) not in full}
        if not wanted:  # aiokafka treats an empty set as all partitions
            await asyncio.sleep(CROWDED_WAIT)
            return {}
        return await super()._getmany(wanted, min(timeout, CROWDED_WAIT))

    def _not_ended(self, tp: Any, batch: Sequence[Any]) -> list[Any]:
        """The events to handle. All are taken before any is done, so that no offset passes an event that is still to
        come (ADR 5).
        """
        records = [_record(tp, one) for one in batch]
        if records and self.tracker.begun_again(records[0]):
            self._follow(tp, records[0].offset)
        for record in records:
            self.tracker.taken(record)
        app: Any = self.app
        handler = next((handler for handler in app.handlers if handler.topic == tp.topic), None)
        return [
            one
            for one, record in zip(batch, records, strict=True)
            if handler is None or not app.guard.ended(handler, record)
        ]

    def _follow(self, tp: Any, offset: int) -> None:
        """A topic was deleted and recreated: Faust would drop its records up to the old topic's offsets, and keep the
        old commit (docs/faust.md row 29).
        """
        log.error("topic was recreated, its offsets start again", topic=tp.topic, home=tp.partition, offset=offset)
        self._read_offset[tp] = self._committed_offset[tp] = None

    async def _add_gap(self, tp: Any, offset_from: int, offset_to: int) -> None:
        """Every transaction leaves a gap. Faust would store all gaps and merge all of them each time (docs/faust.md row
        26); the tracker decides which offset may be committed.
        """

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[Any]:
        ours = self.tracker.pending()
        return (
            tp
            for tp in self.assignment()
            if (tp.topic, tp.partition) in ours and (topics is None or tp in topics or tp.topic in topics)
        )

    def _new_offset(self, tp: Any) -> int | None:
        """None until the offset is known that others committed while the partition was away: the tracker knows only an
        older one (docs/faust.md row 27).
        """
        if self._sought is None or tp not in self._sought:
            return None
        return self.tracker.committable((tp.topic, tp.partition))

    async def _commit(self, offsets: Mapping[Any, int]) -> bool:
        """Forget what was committed: without rebalances, a worker would remember it for its whole life."""
        did_commit = await super()._commit(offsets)
        if did_commit:
            self._prune(offsets)
        return did_commit

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """A commit works until the end of this hook; afterwards the partitions may belong to another worker."""
        await super().on_partitions_revoked(revoked)
        self._sought = None

    async def on_partitions_assigned(self, assigned: Any, generation_id: int = 0) -> None:
        """aiokafka shows a new assignment before it seeks, and commits are attempted all the time.

        Nothing of the new generation has been read yet: its events may begin, unless the worker stops.
        """
        self._sought = set()
        app: Any = self.app
        app.guard.closing = app.should_stop
        await super().on_partitions_assigned(assigned, generation_id)

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """Called whenever the flow stops as well: prune what others committed, never forget what is done. An answer
        after the next assignment counts for nothing.
        """
        sought = self._sought
        committed = await super().seek_to_committed()
        if sought is not None and sought is self._sought:
            self._prune(committed)
            if committed and not sought:
                _log_positions(committed)
            sought.update(committed)
        return committed

    def _prune(self, committed: Mapping[Any, int | None]) -> None:
        for tp, offset in committed.items():
            self.tracker.committed((tp.topic, tp.partition), max(offset or 0, 0))


def _log_positions(committed: Mapping[Any, int | None]) -> None:
    """Log where an owner begins to read, which shows the result of an offset reset."""
    for topic in sorted({tp.topic for tp in committed}):
        offsets = [f"{tp.partition}:{at}" for tp, at in sorted(committed.items()) if tp.topic == topic and at]
        log.info("reading starts", topic=topic, offsets=offsets)


def _record(tp: Any, one: Any) -> Record:
    return Record(tp.topic, tp.partition, one.offset, one.key, one.value, headers_of(one.headers), one.timestamp)


class SafeTransport(driver.Transport):
    """Faust's transport with our consumer."""

    Consumer: ClassVar[type[SafeConsumer]] = SafeConsumer
