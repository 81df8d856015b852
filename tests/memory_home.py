"""Homes in memory: the real Home over a log that is a list. They keep the promises of tests/unit/ledger/promises.py."""

from __future__ import annotations

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Callable

from aiokafka import ConsumerRecord

from gateway.ledger import Fenced, Home, HomeConfig, HomeLost, Intent, Publish, RecordTooLarge, boottime
from gateway.ledger.committer import Batch, Line
from gateway.ledger.reading import Reader
from gateway.ledger.records import BARRIER, EPOCH, Clock, Rests
from gateway.ledger.values import never

CONFIG = HomeConfig("nowhere:9092", "ledger", "memory", partitions=4)


class MemoryLedger:
    """The ledger's topic, who owns its partitions, and what was published beside it.

    records     of each partition
    starts      the first offset that a partition still has
    published   records of other topics, each with its partition
    answers     cleared: transactions don't end until it is set again
    asked       set whenever a transaction begins
    """

    def __init__(self, config: HomeConfig = CONFIG, broker_time: Clock = time.time) -> None:
        self.config, self._broker_time = config, broker_time
        self.records = defaultdict[int, list[ConsumerRecord]](list)
        self.starts = defaultdict[int, int](int)
        self.published: list[tuple[int, Publish]] = []
        self.owners: dict[int, MemoryLog] = {}
        self.answers, self.asked = asyncio.Event(), asyncio.Event()
        self.answers.set()

    def take(
        self, number: int = 0, clock: Clock = boottime, wall: Clock | None = None, rests: Rests = never
    ) -> MemoryHome:
        """As Home.take: fence the owner before, read past a barrier, begin an epoch. Nothing is ever forgotten here.

        `wall` is `clock` when left out: a test's clock is all the time there is. Raises WrongPartition.
        """
        log = self.owners[number] = MemoryLog(self, number)
        barrier = self.append(number, Line(self.config.ledger_topic, BARRIER.encode(), b"%d" % self.config.partitions))
        reader = Reader(self.config, number, -math.inf, rests)
        reader.all.start = self.starts[number]
        for record in self.records[number]:
            reader.take(record)
        epoch = max(int(reader.all.own.get(EPOCH, b"0")) + 1, barrier.timestamp)
        self.append(number, Line(self.config.ledger_topic, EPOCH.encode(), b"%d" % epoch))
        home = MemoryHome(number, self.config, clock, log, reader.all, wall or clock)
        home.epoch, home.taken = epoch, reader.all.taken(barrier.timestamp)
        return home

    def append(self, number: int, line: Line) -> ConsumerRecord:
        """The record of a line in a partition of the ledger."""
        partition = self.records[number]
        offset = partition[-1].offset + 1 if partition else 0
        stamp = int(self._broker_time() * 1000)
        record = ConsumerRecord(
            line.topic, number, offset, stamp, 1, line.key, line.value, None, -1, -1, tuple(line.headers)
        )
        partition.append(record)
        return record

    def commit(self, number: int, line: Line) -> None:
        """One record of a transaction that has committed."""
        if line.topic == self.config.ledger_topic:
            self.append(number, line)
        else:
            self.published.append((number, Publish(line.topic, line.key, line.value or b"", tuple(line.headers))))

    def delete_records(self, number: int, before: int) -> None:
        """As Kafka's own: whatever has a lower offset is gone."""
        self.records[number] = [record for record in self.records[number] if record.offset >= before]
        self.starts[number] = before


class MemoryLog:
    """The transactions of one owner: what is asked for in one turn of the loop shares one (decision 10)."""

    def __init__(self, ledger: MemoryLedger, number: int) -> None:
        self._ledger, self._number = ledger, number
        self._waiting: list[Batch] = []
        self._ending: asyncio.Task[None] | None = None
        self._closing = False
        self.transactions = 0
        self.lost: HomeLost | None = None

    async def commit(self, lines: list[Line], apply: Callable[[], None]) -> None:
        """See Log."""
        for line in lines:
            if line.size > self._ledger.config.max_record_bytes:
                raise RecordTooLarge(f"{line.key!r}: {line.size} bytes", line.size)
        if self.lost is not None:
            raise self.lost
        if self._closing:
            raise HomeLost(f"home {self._number} is closing")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(Batch(lines, apply, done))
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())
            self._ledger.asked.set()
        await asyncio.shield(done)

    async def close(self, grace: float) -> None:
        """See Log."""
        self._closing = True
        ending = self._ending
        if ending is not None:
            await asyncio.wait([ending], timeout=grace)
            ending.cancel()
        self.lost = self.lost or HomeLost(f"home {self._number} is closed")
        self._settle(self._waiting)

    async def _end(self) -> None:
        await self._ledger.answers.wait()
        group, self._waiting, self._ending = self._waiting, [], None
        if self._ledger.owners[self._number] is not self:
            self.lost = self.lost or Fenced(f"home {self._number} was taken by another worker")
        if self.lost is None:
            self.transactions += 1
            for batch in group:
                for line in batch.lines:
                    self._ledger.commit(self._number, line)
                batch.apply()
        self._settle(group)

    def _settle(self, group: list[Batch]) -> None:
        for batch in group:
            if self.lost is None:
                batch.done.set_result(None)
            else:
                batch.done.set_exception(self.lost)
                batch.done.exception()  # the caller may be gone; it is not an unheard error then


class MemoryHome(Home):
    """A home of a MemoryLedger, with what a test looks at and puts in."""

    _log: MemoryLog

    @property
    def ledger(self) -> MemoryLedger:
        """The ledger that it is a part of."""
        return self._log._ledger

    @property
    def stored(self) -> dict[str, bytes]:
        """All committed values."""
        return dict(self.items())

    @property
    def open(self) -> dict[str, Intent]:
        """All open intents."""
        return {intent.key: intent for intent in self.intents()}

    def put(self, key: str, value: bytes | None) -> None:
        """A value that stands in the ledger, as though an owner before had written it."""
        self.ledger.append(self.number, Line(self.config.ledger_topic, key.encode(), value))
        self._values.put(key, value)

    def lose(self, why: HomeLost | None) -> None:
        """The home is lost; None: it was a test's whim."""
        self._log.lost = why
