"""A home's configuration, its writes and published records, and the home of an organisation."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiokafka.partitioner import murmur2

#: A clock in seconds that continues while the process is frozen and the machine sleeps.
Clock = Callable[[], float]
#: Whether a value is at rest: seldom read from now on.
Rests = Callable[[bytes], bool]

#: The beginning of keys of the library's own records.
OWN = "~"
INTENT = "~intent/"
EPOCH = "~home/epoch"
BARRIER = "~home/barrier"
FORGOTTEN = "~home/forgotten"
ORGANISATION = "organisation"


def boottime() -> float:
    """CLOCK_BOOTTIME where it exists: it continues through SIGSTOP and while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class LeaseClock:
    """Seconds by whichever of two clocks went further between two readings, so that no lease lives longer than its
    term.

    A steady clock stands still while a hypervisor pauses the machine; the wall clock jumps afterwards. A jump back
    counts for nothing, and a jump ahead costs a renewal.
    """

    def __init__(self, steady: Clock = boottime, wall: Clock = time.time) -> None:
        self._clocks = steady, wall
        self._last = steady(), wall()
        self._seconds = self._last[0]

    def __call__(self) -> float:
        now = self._clocks[0](), self._clocks[1]()
        self._seconds += max(0.0, *(after - before for after, before in zip(now, self._last, strict=True)))
        self._last = now
        return self._seconds


def partition_of(organisation: str, partitions: int) -> int:
    """The home of an organisation: murmur2, as in Kafka's own clients."""
    return int((murmur2(organisation.encode()) & 0x7FFFFFFF) % partitions)


@dataclass(frozen=True, slots=True)
class HomeConfig:
    """Where the ledger is, and its times in seconds (decisions 8, 9)."""

    bootstrap: str
    ledger_topic: str
    transactional_prefix: str
    partitions: int = 12
    lease: float = 10.0
    call_timeout: float = 20.0
    commit_lag: float = 60.0
    search_lag: float = 30.0
    transaction_timeout_ms: int = 10_000
    max_record_bytes: int = 1_000_000
    #: How long a value at rest is kept.
    keep: float = math.inf

    @property
    def quarantine(self) -> float:
        """How long an intent that was found open must wait before a look-up is conclusive, in seconds (decision 9)."""
        return self.lease + self.call_timeout + self.commit_lag + self.search_lag


@dataclass(frozen=True, slots=True)
class Write:
    """A ledger record. The organisation travels as a header and proves the partition."""

    key: str
    #: None deletes.
    value: bytes | None
    organisation: str


@dataclass(frozen=True, slots=True)
class Publish:
    """A record of another topic, sent in the same transaction to the partition with the home's number."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()
