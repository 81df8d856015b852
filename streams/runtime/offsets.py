"""Which offset of a partition may be committed: the lowest that has not ended. Pure (docs/faust.md row 1).

Keeps strong references, so that nothing open can be garbage-collected. Remembers what has ended above an open offset,
so that a redelivery can be acked at once. A topic that is deleted and recreated starts its offsets again: what is known
belongs to the old records and is forgotten with the first record of the new log.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container
from dataclasses import dataclass, field

from streams.runtime.handler import Record

Partition = tuple[str, int]
"""Topic and number."""
Stamp = tuple[int, bytes | None]
"""What distinguishes a record from another log's at the same offset: its time and its key."""


@dataclass(slots=True)
class _Partition:
    """What is known of one partition."""

    #: The committed offset, as far as it is known.
    base: int = 0
    open: dict[int, Stamp] = field(default_factory=dict)
    done: dict[int, Stamp] = field(default_factory=dict)
    #: Offsets of events that wait for a mail server.
    patient: set[int] = field(default_factory=set)
    read: int = -1
    read_at: float = 0.0
    #: When an event last ended, or began while none was at work.
    moved: float = 0.0

    @property
    def at_work(self) -> set[int]:
        """Open offsets whose events wait for nobody else."""
        return self.open.keys() - self.patient


class OffsetTracker:
    """Open and ended offsets by partition. `clock`: seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._partitions: dict[Partition, _Partition] = {}

    def begun_again(self, record: Record) -> bool:
        """Whether the first record of a fetch shows that the topic was recreated; everything is forgotten then. A
        redelivery begins at the committed offset and has records that are known.
        """
        one = self._of(record)
        known = one.open.get(record.offset) or one.done.get(record.offset)
        recreated = record.offset < one.base or (record.offset <= one.read and known != _stamp(record))
        if recreated:
            self._partitions[_place(record)] = _Partition()
        return recreated

    def taken(self, record: Record) -> bool:
        """A record was read. False if it is a redelivery of an ended record: ack it, don't run it again."""
        one = self._of(record)
        one.read, one.read_at = max(one.read, record.offset), self._clock()
        if self.is_done(record):
            return False
        if not one.at_work:
            one.moved = self._clock()
        one.open[record.offset] = _stamp(record)
        return True

    def patient(self, record: Record) -> None:
        """The event waits for a mail server, which is no standstill."""
        self._of(record).patient.add(record.offset)

    def done(self, record: Record) -> None:
        """The record has ended on the broker. A record of a deleted log says nothing about its offset."""
        one = self._partitions.get(_place(record))
        if one is not None and one.open.get(record.offset) == _stamp(record):
            one.done[record.offset] = one.open.pop(record.offset)
            one.patient.discard(record.offset)
            one.moved = self._clock()

    def committable(self, partition: Partition) -> int | None:
        """The offset to commit: the lowest open offset, otherwise the one after the last that was read; None if nothing
        was read.
        """
        one = self._partitions.get(partition)
        if one is None or one.read < 0:
            return None
        return min(one.open) if one.open else one.read + 1

    def pending(self) -> list[Partition]:
        """Partitions with something to commit."""
        return [partition for partition, one in self._partitions.items() if one.read >= 0]

    def committed(self, partition: Partition, offset: int) -> None:
        """The group has committed `offset`, perhaps through another worker: everything below has ended.

        A lower offset than before means that the offsets went with their topic, and what is known of them too.
        """
        one = self._partitions.setdefault(partition, _Partition())
        if offset < one.base:
            one = self._partitions[partition] = _Partition()
        one.base = offset
        one.open = {at: stamp for at, stamp in one.open.items() if at >= offset}
        one.done = {at: stamp for at, stamp in one.done.items() if at >= offset}
        one.patient &= one.open.keys()

    def is_done(self, record: Record) -> bool:
        """Whether the record has already ended, so that a redelivery is not run again."""
        one = self._partitions.get(_place(record))
        return one is not None and one.done.get(record.offset) == _stamp(record)

    def open_count(self, numbers: Container[int]) -> int:
        """How many records of these partitions were read and have not ended, without mails that wait for their server.
        Open records elsewhere are other workers' matter.
        """
        return sum(len(one.at_work) for one in self._here(numbers))

    def standing(self, numbers: Container[int]) -> float:
        """The longest time for which one of these partitions has stood still, in seconds."""
        return max((self._clock() - one.moved for one in self._here(numbers) if one.at_work), default=0.0)

    def read_at(self, partition: Partition) -> float:
        """When a record of the partition was last read."""
        one = self._partitions.get(partition)
        return one.read_at if one is not None else 0.0

    def _here(self, numbers: Container[int]) -> list[_Partition]:
        return [one for (_, number), one in self._partitions.items() if number in numbers]

    def _of(self, record: Record) -> _Partition:
        return self._partitions.setdefault(_place(record), _Partition())


def _place(record: Record) -> Partition:
    return record.topic, record.partition


def _stamp(record: Record) -> Stamp:
    return record.timestamp_ms, record.key
