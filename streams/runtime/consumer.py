"""The smallest override of Faust's Kafka driver that keeps our contract (docs/faust.md rows 1, 6, 14, 21, 25-27, 29).

Read committed, a short fetch wait, heartbeats while homes are taken, a commit that asks the tracker, no list of gaps,
and events that ended before left out at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import structlog
from faust.transport.drivers import aiokafka as driver

from streams.runtime.handler import Record, headers_of
from streams.runtime.offsets import OffsetTracker

log = structlog.get_logger()

#: Faust's driver fixes 1500 ms, which delays sparse traffic.
FETCH_MAX_WAIT_MS = 50
#: Seconds without a fetch after which the next one is told.
AWAY = 10.0
#: Seconds after which it is looked again whether a company has room.
CROWDED_WAIT = 0.2


class SafeConsumerThread(driver.AIOKafkaConsumerThread):
    """Makes the worker's consumer; records of aborted transactions never reach it."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_wait_ms = FETCH_MAX_WAIT_MS
        return consumer

    async def on_partitions_assigned(self, assigned: Any, generation_id: int = 0) -> None:
        """aiokafka sends heartbeats again only when this has ended; homes may take longer than the session lasts."""
        self._ensure_consumer()._coordinator._start_heartbeat_task()
        await super().on_partitions_assigned(assigned, generation_id)


class SafeConsumer(driver.Consumer):
    """Commits what the tracker says, whatever Faust believes was acked.

    `_sought`: the partitions whose committed offset was read since they were assigned; None during a rebalance.
    """

    _sought: set[Any] | None = None

    @property
    def tracker(self) -> OffsetTracker:
        """The app's tracker; a consumer is made anew when the app restarts, the tracker stays."""
        tracker: OffsetTracker = self.app.tracker  # type: ignore[attr-defined]
        return tracker

    def _new_consumer_thread(self) -> SafeConsumerThread:
        return SafeConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _wait_next_records(self, timeout: float) -> Any:
        """While the flow is stopped Faust drops what it fetched, and seeks: such records were never taken.

        Faust comes here about once a second, unless its flow or its one loop stands (row 14).
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
        """Whether the broker answers: aiokafka returns no records without one, and forgets the group's coordinator."""
        return self._thread._ensure_consumer()._coordinator.coordinator_id is not None

    async def _getmany(self, active_partitions: Any, timeout: float) -> Any:
        """Not of a topic's part in which a company has no room for more: its own events wait in Kafka (decision 3).

        Faust pauses by a set that it also changes itself; what is left out here is decided anew each time.
        """
        app: Any = self.app
        crowded = app.guard.dispatcher.crowded()
        if not crowded or active_partitions is None:
            return await super()._getmany(active_partitions, timeout)
        full = {(handler.topic, home) for handler in app.handlers for name, home in crowded if name == handler.name}
        wanted = {tp for tp in active_partitions if (tp.topic, tp.partition) not in full}
        if not wanted:  # aiokafka takes an empty set for all
            await asyncio.sleep(CROWDED_WAIT)
            return {}
        return await super()._getmany(wanted, min(timeout, CROWDED_WAIT))

    def _not_ended(self, tp: Any, batch: Sequence[Any]) -> list[Any]:
        """What is to be run. All are taken before any is done: no offset may pass one that is still to come (ADR 5)."""
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
        """A topic was deleted and made anew: Faust would drop its records up to the offsets of the old one, and keep
        the commit of those (docs/faust.md row 29).
        """
        log.error("topic was recreated, its offsets start again", topic=tp.topic, home=tp.partition, offset=offset)
        self._read_offset[tp] = self._committed_offset[tp] = None

    async def _add_gap(self, tp: Any, offset_from: int, offset_to: int) -> None:
        """Every transaction leaves one. Faust would keep them all, and merge all of them at each (docs/faust.md row
        26); which offset may be committed is the tracker's matter.
        """

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[Any]:
        ours = self.tracker.pending()
        return (
            tp
            for tp in self.assignment()
            if (tp.topic, tp.partition) in ours and (topics is None or tp in topics or tp.topic in topics)
        )

    def _new_offset(self, tp: Any) -> int | None:
        """None until it is known what was committed while the partition was away: the tracker knows an older offset
        than its owner of meanwhile has committed (docs/faust.md row 27).
        """
        if self._sought is None or tp not in self._sought:
            return None
        return self.tracker.committable((tp.topic, tp.partition))

    async def _commit(self, offsets: Mapping[Any, int]) -> bool:
        """What is committed needs no remembering: else a worker without rebalances would keep it for its whole life."""
        did_commit = await super()._commit(offsets)
        if did_commit:
            self._prune(offsets)
        return did_commit

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """A commit works to the end of the hook; from there on the partitions may be another's."""
        await super().on_partitions_revoked(revoked)
        self._sought = None

    async def on_partitions_assigned(self, assigned: Any, generation_id: int = 0) -> None:
        """aiokafka shows the new assignment before it is sought, and commits go on being tried all the time.

        Nothing was read yet of the new generation: its events may begin, unless the worker stops.
        """
        self._sought = set()
        app: Any = self.app
        app.guard.closing = app.should_stop
        await super().on_partitions_assigned(assigned, generation_id)

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """Also called whenever the flow stops: prune what others committed, never forget what is done. An answer that
        comes after the next assignment counts for nothing.
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
    """Where an owner begins to read: what a reset of the offsets has come to is seen here."""
    for topic in sorted({tp.topic for tp in committed}):
        offsets = [f"{tp.partition}:{at}" for tp, at in sorted(committed.items()) if tp.topic == topic and at]
        log.info("reading starts", topic=topic, offsets=offsets)


def _record(tp: Any, one: Any) -> Record:
    return Record(tp.topic, tp.partition, one.offset, one.key, one.value, headers_of(one.headers), one.timestamp)


class SafeTransport(driver.Transport):
    """Faust's transport with our consumer."""

    Consumer: ClassVar[type[SafeConsumer]] = SafeConsumer
