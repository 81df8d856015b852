"""A broker in memory: logs with transactions, producers that are fenced by epoch, and commits that show late.

Changes are synchronous; clients (`kafka.py`) bring the delays. It does as Kafka 4 does where the ledger depends on it:
a commit is acknowledged before its markers are written, and a marker that a crash lost is made up for by the next
marker of the same producer there, whichever kind that is (docs/faust.md, The barrier).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from aiokafka.errors import ProducerFenced

from tests.simulation.loop import PROCESS

Headers = tuple[tuple[str, bytes], ...]


@dataclass(eq=False, slots=True)
class Transaction:
    """One transaction of a producer, and the partitions that it has written to."""

    producer: str
    partitions: dict[Partition, None] = field(default_factory=dict)


@dataclass(slots=True)
class Entry:
    """A place in a log. Markers have no `record`."""

    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: int
    transaction: Transaction | None = None
    is_marker: bool = False


@dataclass(eq=False, slots=True)
class Partition:
    """A log. `stamps`: the broker's time counts, not the producer's. `open`: first offsets of transactions."""

    topic: str
    number: int
    stamps: bool = False
    entries: list[Entry] = field(default_factory=list)
    open: dict[Transaction, int] = field(default_factory=dict)
    aborted: set[Transaction] = field(default_factory=set)
    waiting: list[asyncio.Future[None]] = field(default_factory=list)

    @property
    def end(self) -> int:
        """The offset of the next entry."""
        return len(self.entries)

    @property
    def stable(self) -> int:
        """The last stable offset: readers of what is committed see what is below."""
        return min(self.open.values(), default=len(self.entries))

    def append(self, entry: Entry) -> int:
        """Its offset."""
        offset = len(self.entries)
        self.entries.append(entry)
        if entry.transaction is not None and not entry.is_marker:
            self.open.setdefault(entry.transaction, offset)
            entry.transaction.partitions[self] = None
        self._wake()
        return offset

    def mark(self, transaction: Transaction, committed: bool, timestamp: int) -> None:
        """Ends what the same producer has open here, also what lost its own marker."""
        ended = [one for one in self.open if one.producer == transaction.producer]
        for one in ended:
            del self.open[one]
            if not committed:
                self.aborted.add(one)
        self.append(Entry(None, None, (), timestamp, transaction, is_marker=True))

    def read(self, offset: int, most: int, committed: bool = True) -> tuple[list[tuple[int, Entry]], int]:
        """Records from an offset on, and the offset to go on at."""
        found: list[tuple[int, Entry]] = []
        end = self.stable if committed else self.end
        while offset < end and len(found) < most:
            entry = self.entries[offset]
            if not entry.is_marker and not (committed and entry.transaction in self.aborted):
                found.append((offset, entry))
            offset += 1
        return found, offset

    def changed(self) -> asyncio.Future[None]:
        """Done when there is more to read."""
        future = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        return future

    def _wake(self) -> None:
        waiting, self.waiting = self.waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)


@dataclass(slots=True)
class Coordinator:
    """What is known of a transactional id. `closing`: markers that are still to be written."""

    epoch: int = -1
    current: Transaction | None = None
    closing: int = 0


class Broker:
    """All topics and transactional ids.

    `loses_markers`: how often a commit's marker is never written. `unreachable`: by which process. `reached`: called
    with how far a commit has come; `about`: whether that commit opens an "intent", closes one ("end"), or neither.
    """

    def __init__(self, seed: int = 0) -> None:
        self.random = Random(f"broker {seed}")
        self.topics: dict[str, list[Partition]] = {}
        self.loses_markers = 0.0
        self.down = False
        self.reached: Callable[[str], None] = lambda point: None
        self.about = ""
        self.unreachable: Callable[[Any], bool] = lambda process: False
        self._coordinators: dict[str, Coordinator] = {}
        self._own: Context = copy_context()

    def create(self, topic: str, partitions: int, stamps: bool = False) -> None:
        """A new topic."""
        self.topics[topic] = [Partition(topic, number, stamps) for number in range(partitions)]

    def delete(self, topic: str) -> None:
        """With all that stands there."""
        del self.topics[topic]

    def partition(self, topic: str, number: int) -> Partition:
        """One of a topic's."""
        return self.topics[topic][number]

    def now(self) -> int:
        """Milliseconds since 1970, by the broker's clock."""
        process = PROCESS.get()
        return round((time.time() - (process.shift if process is not None else 0.0)) * 1000)

    def coordinator(self, producer: str) -> Coordinator:
        """Of a transactional id."""
        return self._coordinators.setdefault(producer, Coordinator())

    def init(self, producer: str) -> int:
        """A new owner's epoch: every older one is fenced, and what it had open is aborted."""
        coordinator = self.coordinator(producer)
        self._finish(coordinator, committed=False)
        coordinator.epoch += 1
        return coordinator.epoch

    def write(self, producer: str, epoch: int, timeout: float, lines: Iterable[tuple[Partition, Entry]]) -> list[int]:
        """Records of a producer's transaction. Raises ProducerFenced."""
        coordinator = self._checked(producer, epoch)
        if coordinator.current is None:
            coordinator.current = transaction = Transaction(producer)
            self._later(timeout, lambda: self._expire(coordinator, transaction))
        offsets = []
        for partition, entry in lines:
            entry.transaction = coordinator.current
            offsets.append(self.append(partition, entry))
        return offsets

    def append(self, partition: Partition, entry: Entry) -> int:
        """A record; a topic that takes the broker's times gets them."""
        if partition.stamps:
            entry.timestamp = self.now()
        return partition.append(entry)

    def finish(self, producer: str, epoch: int, committed: bool) -> None:
        """Commit or abort. Returns before readers see it. Raises ProducerFenced."""
        self._finish(self._checked(producer, epoch), committed)

    def _checked(self, producer: str, epoch: int) -> Coordinator:
        coordinator = self.coordinator(producer)
        if coordinator.epoch != epoch:
            raise ProducerFenced()
        return coordinator

    def _finish(self, coordinator: Coordinator, committed: bool) -> None:
        transaction, coordinator.current = coordinator.current, None
        if transaction is None:
            return
        for partition in transaction.partitions:
            coordinator.closing += 1
            lost = committed and self.random.random() < self.loses_markers
            self._later(self._lag(), partial(self._mark, coordinator, partition, transaction, committed, lost))

    def _mark(
        self, coordinator: Coordinator, partition: Partition, transaction: Transaction, committed: bool, lost: bool
    ) -> None:
        coordinator.closing -= 1
        if not lost:
            partition.mark(transaction, committed, self.now())

    def _expire(self, coordinator: Coordinator, transaction: Transaction) -> None:
        """Nobody ended it in time: its producer may be dead, and is fenced."""
        if coordinator.current is transaction:
            self._finish(coordinator, committed=False)
            coordinator.epoch += 1

    def _lag(self) -> float:
        dice = self.random.random()
        return 0.001 + (0.3 * dice if dice > 0.99 else 0.03 * dice if dice > 0.9 else 0.002 * dice)

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        """In the broker's own name: whoever asked may be dead by then."""
        asyncio.get_running_loop().call_later(seconds, do, context=self._own)
