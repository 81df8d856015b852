"""Which offset of a partition may be committed: the lowest that is not done. Pure (docs/faust.md row 1).

Holds strong references, so nothing that is open can be forgotten by a garbage collector; remembers what is done
above an open offset, so that a redelivery of it can be acked at once. A topic that is deleted and made anew has its
offsets anew: what is known belongs to the records themselves, and is forgotten with the first record of a new log.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container
from dataclasses import dataclass, field

from streams.runtime.handler import Record

Partition = tuple[str, int]
"""Topic and number."""
Stamp = tuple[int, bytes | None]
"""What tells a record from one of another log at its offset: its time and its key."""


@dataclass(slots=True)
class _Partition:
    """`base`: what is committed, as far as we know. `moved`: when something ended, or began while nothing was at work.
    `patient`: offsets of events that wait for a mail server.
    """

    base: int = 0
    open: dict[int, Stamp] = field(default_factory=dict)
    done: dict[int, Stamp] = field(default_factory=dict)
    patient: set[int] = field(default_factory=set)
    read: int = -1
    read_at: float = 0.0
    moved: float = 0.0

    @property
    def at_work(self) -> set[int]:
        """Offsets that are open, and wait for nobody else."""
        return self.open.keys() - self.patient


class OffsetTracker:
    """Open and done offsets by partition. `clock`: seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._partitions: dict[Partition, _Partition] = {}

    def begun_again(self, record: Record) -> bool:
        """Whether the first record of a fetch shows that the topic was made anew; all is forgotten then. A redelivery
        begins at what is committed, and brings records that we know.
        """
        one = self._of(record)
        known = one.open.get(record.offset) or one.done.get(record.offset)
        anew = record.offset < one.base or (record.offset <= one.read and known != _stamp(record))
        if anew:
            self._partitions[_place(record)] = _Partition()
        return anew

    def taken(self, record: Record) -> bool:
        """A record was read. False when it is a redelivery of one that is done: ack it, don't run it again."""
        one = self._of(record)
        one.read, one.read_at = max(one.read, record.offset), self._clock()
        if self.is_done(record):
            return False
        if not one.at_work:
            one.moved = self._clock()
        one.open[record.offset] = _stamp(record)
        return True

    def patient(self, record: Record) -> None:
        """Its event waits for a mail server: that is no standstill."""
        self._of(record).patient.add(record.offset)

    def done(self, record: Record) -> None:
        """The record's end is on the broker. One of a log that is no more says nothing of its offset."""
        one = self._partitions.get(_place(record))
        if one is not None and one.open.get(record.offset) == _stamp(record):
            one.done[record.offset] = one.open.pop(record.offset)
            one.patient.discard(record.offset)
            one.moved = self._clock()

    def committable(self, partition: Partition) -> int | None:
        """The offset to commit: the lowest open one, else the one after the last read; None when nothing was read."""
        one = self._partitions.get(partition)
        if one is None or one.read < 0:
            return None
        return min(one.open) if one.open else one.read + 1

    def pending(self) -> list[Partition]:
        """Partitions that have something to commit."""
        return [partition for partition, one in self._partitions.items() if one.read >= 0]

    def committed(self, partition: Partition, offset: int) -> None:
        """The group has committed `offset`, maybe through another worker: what is below is nobody's any more.

        Less than before: its offsets went with their topic, and what is known of them too.
        """
        one = self._partitions.setdefault(partition, _Partition())
        if offset < one.base:
            one = self._partitions[partition] = _Partition()
        one.base = offset
        one.open = {at: stamp for at, stamp in one.open.items() if at >= offset}
        one.done = {at: stamp for at, stamp in one.done.items() if at >= offset}
        one.patient &= one.open.keys()

    def is_done(self, record: Record) -> bool:
        """Whether the record ended already: a redelivery of it is not run again."""
        one = self._partitions.get(_place(record))
        return one is not None and one.done.get(record.offset) == _stamp(record)

    def open_count(self, numbers: Container[int]) -> int:
        """Records of these partitions that were read and have not ended, but for mails that wait for their server; what
        is open elsewhere, others read again.
        """
        return sum(len(one.at_work) for one in self._here(numbers))

    def standing(self, numbers: Container[int]) -> float:
        """Seconds for which nothing has ended in the one of these partitions that stands still for longest."""
        return max((self._clock() - one.moved for one in self._here(numbers) if one.at_work), default=0.0)

    def read_at(self, partition: Partition) -> float:
        """When a record of the partition was read last."""
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
