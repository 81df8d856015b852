"""Which offset of a partition may be committed: the lowest that is not done. Pure (docs/faust.md row 1).

Holds strong references, so nothing that is open can be forgotten by a garbage collector; remembers what is done
above an open offset, so that a redelivery of it can be acked at once.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

Partition = tuple[str, int]
"""Topic and number."""


@dataclass(slots=True)
class _Partition:
    open: set[int] = field(default_factory=set)
    done: set[int] = field(default_factory=set)
    read: int = -1


class Tracker:
    """Open and done offsets by partition."""

    def __init__(self) -> None:
        self._partitions: dict[Partition, _Partition] = {}

    def taken(self, partition: Partition, offset: int) -> bool:
        """A record was read. False when it is a redelivery of one that is done: ack it, don't run it again."""
        one = self._partitions.setdefault(partition, _Partition())
        one.read = max(one.read, offset)
        if offset in one.done:
            return False
        one.open.add(offset)
        return True

    def done(self, partition: Partition, offset: int) -> None:
        """The record's end is on the broker."""
        one = self._partitions.get(partition)
        if one is not None and offset in one.open:
            one.open.discard(offset)
            one.done.add(offset)

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
        """The group has committed `offset`, maybe through another worker: what is below is nobody's any more."""
        one = self._partitions.get(partition)
        if one is not None:
            one.open = {at for at in one.open if at >= offset}
            one.done = {at for at in one.done if at >= offset}

    def is_done(self, partition: Partition, offset: int) -> bool:
        """Whether the record ended already: a redelivery of it is not run again."""
        one = self._partitions.get(partition)
        return one is not None and offset in one.done

    def open_count(self, numbers: Container[int], without: str = "") -> int:
        """Records of these partitions that were read and have not ended; what is open elsewhere, others read again.

        `without`: a topic that is left out.
        """
        return sum(
            len(one.open) for (topic, number), one in self._partitions.items() if number in numbers and topic != without
        )
