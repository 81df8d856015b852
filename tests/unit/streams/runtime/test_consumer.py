"""The override of Faust's consumer, where no broker is needed to see it (docs/faust.md)."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from intervaltree import IntervalTree

from gateway.kafka import Cluster
from streams.runtime.app import NoTables, WorkerSettings, build_app
from streams.runtime.consumer import SafeConsumer, seek_to_committed
from streams.runtime.dispatcher import Dispatcher
from streams.runtime.handler import Handler
from streams.runtime.offsets import OffsetTracker
from tests.unit.streams.records import a_record

P = TP("commands", 3)


async def test_row_26_gaps_of_transactions_are_not_kept() -> None:
    """Faust merges all that it keeps at each new one: quadratic in the events since the start."""
    assert hasattr(driver.Consumer, "_add_gap")  # Faust still calls it so
    consumer = a_consumer(OffsetTracker())
    consumer._gap = defaultdict(IntervalTree)
    for offset in range(0, 100, 2):
        await consumer._add_gap(TP("outcomes", 0), offset, offset)
    assert sum(map(len, consumer._gap.values())) == 0


class Group:
    """What Faust's own consumer asks of the broker: commits go through, one partition is ours."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.committed: dict[TP, int] = {}
        for name in ("_commit", "seek_to_committed", "on_partitions_revoked", "on_partitions_assigned"):
            monkeypatch.setattr(driver.Consumer, name, getattr(self, name))
        monkeypatch.setattr(driver.Consumer, "assignment", lambda _: {P})

    async def _commit(self, offsets: dict[TP, int]) -> bool:
        self.committed |= offsets
        return True

    async def seek_to_committed(self) -> dict[TP, int]:
        return dict(self.committed)

    async def on_partitions_revoked(self, revoked: Any) -> None:
        pass

    async def on_partitions_assigned(self, assigned: Any, generation_id: int = 0) -> None:
        pass


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Group:
    return Group(monkeypatch)


def a_consumer(tracker: OffsetTracker) -> Any:
    """SafeConsumer with what commits need, and no more."""
    consumer: Any = SafeConsumer.__new__(SafeConsumer)
    nothing: Any = None
    consumer.app = build_app(WorkerSettings("p", Cluster("localhost:1"), Path("nowhere")), [], nothing, [], nothing)
    consumer.app.tracker, consumer.app.guard.closing = tracker, True
    consumer._committed_offset = defaultdict(lambda: None)
    return consumer


class Crowded(Dispatcher):
    """Without room in these homes of these handlers."""

    def __init__(self, full: set[tuple[str, int]]) -> None:
        self.full = full

    def crowded(self) -> set[tuple[str, int]]:
        return self.full


def a_crowded_consumer(full: set[tuple[str, int]], topics: dict[str, str]) -> Any:
    """Its handlers, by name, read these topics."""
    consumer, unused = a_consumer(OffsetTracker()), cast(Any, None)
    consumer.app.handlers = [Handler(topic, name, unused, unused, unused, unused) for name, topic in topics.items()]
    consumer.app.guard.dispatcher = Crowded(full)
    return consumer


def committable(consumer: Any) -> dict[TP, int]:
    """What the commit handler would send now."""
    return cast("dict[TP, int]", consumer._filter_committable_offsets(consumer._filter_tps_with_pending_acks()))


def end(tracker: OffsetTracker, offsets: range) -> None:
    for offset in offsets:
        tracker.taken(a_record(offset, P.topic, P.partition))
        tracker.done(a_record(offset, P.topic, P.partition))


async def test_Q1_partition_that_was_away_is_not_committed_back(group: Group) -> None:
    """Another worker went on; the commit handler ticks between the assignment and the seek (row 27)."""
    tracker = OffsetTracker()
    consumer = a_consumer(tracker)
    await consumer.on_partitions_assigned({P}, 1)
    group.committed = {P: 0}
    await consumer.seek_to_committed()
    end(tracker, range(21))
    assert committable(consumer) == {P: 21}
    await consumer.on_partitions_revoked({P})
    group.committed = {P: 121}
    assert committable(consumer) == {}
    await consumer.on_partitions_assigned({P}, 3)
    assert committable(consumer) == {}
    consumer._committed_offset |= await consumer.seek_to_committed()
    assert committable(consumer) == {}
    end(tracker, range(121, 123))
    assert committable(consumer) == {P: 123}


class FakeConsumer:
    """aiokafka's, which seeks only where an offset above 0 is committed."""

    def __init__(self, committed: dict[TP, int | None]) -> None:
        self._committed, self.at_their_beginning = committed, set[TP]()

    def assignment(self) -> set[TP]:
        return set(self._committed) - {REVOKED}

    async def seek_to_committed(self) -> dict[TP, int | None]:
        return self._committed

    async def seek_to_beginning(self, *partitions: TP) -> None:
        self.at_their_beginning |= set(partitions)


REVOKED = TP("events", 9)


async def test_row_31_partition_without_a_commit_is_sought() -> None:
    """One that was revoked in between is left alone: aiokafka would raise."""
    consumer = FakeConsumer({TP("events", 0): None, TP("events", 1): 0, TP("events", 2): 7, REVOKED: None})
    assert await seek_to_committed(consumer) == consumer._committed
    assert consumer.at_their_beginning == {TP("events", 0), TP("events", 1)}


async def test_Q1_seek_of_the_last_assignment_is_forgotten(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was asked before the rebalance, and answers after it with what another has left behind long since."""
    tracker = OffsetTracker()
    consumer = a_consumer(tracker)
    await consumer.on_partitions_assigned({P}, 1)
    end(tracker, range(21))

    async def late(_: Any) -> dict[TP, int]:
        await consumer.on_partitions_revoked({P})
        await consumer.on_partitions_assigned({P}, 3)
        return {P: 20}

    monkeypatch.setattr(driver.Consumer, "seek_to_committed", late)
    await consumer.seek_to_committed()
    assert committable(consumer) == {}


@pytest.mark.parametrize("stops", [False, True])
async def test_Q6_events_begin_with_an_assignment_not_in_a_stop(group: Group, stops: bool) -> None:
    """Faust hands on events before its assignment hook has ended (row 24): it must be known before that."""
    consumer = a_consumer(OffsetTracker())
    if stops:
        consumer.app._stopped.set()
    await consumer.on_partitions_assigned({P}, 2)
    assert consumer.app.guard.closing is stops


async def test_memory_is_bounded_what_is_committed_is_not_remembered(group: Group) -> None:
    """A worker that sees no rebalance for months."""
    tracker = OffsetTracker()
    consumer = a_consumer(tracker)
    end(tracker, range(100))
    assert await consumer._commit({P: 90})
    known = [a_record(offset, P.topic, P.partition) for offset in (0, 89, 90)]
    assert [tracker.is_done(one) for one in known] == [False, False, True]


async def test_row_8_start_waits_for_no_tables() -> None:
    """Faust subscribes to no topic before (docs/faust.md row 8)."""
    tables: Any = NoTables.__new__(NoTables)
    tables.sleep, tables._update_channels = AsyncMock(), AsyncMock()
    tables._recovery = AsyncMock()
    await NoTables.on_start(tables)
    tables._update_channels.assert_awaited()
    tables._recovery.start.assert_awaited()
    tables.sleep.assert_not_awaited()


@pytest.mark.parametrize("full", [set(), {("transfer", 3)}, {("transfer", 3), ("mail", 4)}, {("mail", 3)}])
async def test_Q4_full_partition_alone_is_not_fetched(
    monkeypatch: pytest.MonkeyPatch, full: set[tuple[str, int]]
) -> None:
    """Faust's own set stays as it is: it changes that itself, to pause what its queues have no room for."""
    fetched: list[set[TP]] = []

    async def getmany(self: Any, active: set[TP], timeout: float) -> dict[TP, Any]:
        fetched.append(active)
        return {}

    monkeypatch.setattr(driver.Consumer, "_getmany", getmany)
    topics = {"transfer": "changes", "mail": "errors"}
    consumer = a_crowded_consumer(full, topics)
    active = {TP(topic, number) for topic in topics.values() for number in (3, 4)}
    await consumer._getmany(set(active), 1.0)
    assert fetched == [active - {TP(topics[name], number) for name, number in full}]


async def test_Q4_where_every_part_is_full_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiokafka takes an empty set for all partitions."""
    monkeypatch.setattr(driver.Consumer, "_getmany", None)
    monkeypatch.setattr("streams.runtime.consumer.CROWDED_WAIT", 0.0)
    consumer = a_crowded_consumer({("transfer", 3)}, {"transfer": "changes"})
    assert await consumer._getmany({TP("changes", 3)}, 1.0) == {}
