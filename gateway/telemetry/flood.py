"""While the broker is away its client says so seventy times a second: the log says it once a minute, in our words."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

log = structlog.get_logger()

#: Seconds between two lines about the same trouble; it is over when nothing was heard of it for so long.
EVERY = 60.0
#: Seconds for which a new group may be without a coordinator: Kafka makes its own topic for it then.
NEW_GROUP = 10.0

_AWAY = re.compile(
    r"NodeNotReady|KafkaConnection|NoBrokersAvailable|Connect call failed|Unable to update metadata"
    r"|Unable to request metadata|Unable connect to"
)
#: What follows from it: these lines may have other causes, and pass when the broker is not away.
_FOLLOWS = re.compile(r"Marking the coordinator dead|Heartbeat|OffsetCommit failed|RequestTimedOut|Cannot send")
_NO_COORDINATOR = re.compile(r"GroupCoordinatorNotAvailable")
_MARKED = re.compile(r"Marking the coordinator dead")
#: Mode's own lines about its services, which begin like this.
_SERVICE = "[^"


@dataclass(slots=True)
class _Trouble:
    """Lines of one kind. `quiet`: seconds before it is told. `left_out`: lines since the last one that was told."""

    tell: Callable[..., None]
    quiet: float = 0.0
    since: float = 0.0
    heard: float = float("-inf")
    told: float = float("-inf")
    left_out: int = 0

    def lasts(self, now: float) -> bool:
        return now - self.heard < EVERY

    def hear(self, now: float, why: str) -> None:
        if not self.lasts(now):
            self.since, self.left_out = now, 0
        self.heard = now
        if now - self.since >= self.quiet and now - self.told >= EVERY:
            self.tell(why=why, seconds=round(now - self.since), left_out=self.left_out)
            self.told, self.left_out = now, 0
        else:
            self.left_out += 1


class Flood(logging.Filter):
    """Lets each line pass but those of Kafka's client about a broker that is away, and Faust's about its own parts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock, self._lock = clock, threading.Lock()
        self._away, no_coordinator = _Trouble(_tell_away), _Trouble(_tell_no_coordinator, NEW_GROUP)
        self._troubles = ((self._away, _AWAY, _FOLLOWS), (no_coordinator, _NO_COORDINATOR, _MARKED))

    def away(self, why: str) -> None:
        """Who waits for the broker has met this."""
        with self._lock:
            self._away.hear(self._clock(), why)

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line passes."""
        if not record.name.startswith("aiokafka"):
            return record.levelno >= logging.WARNING or not str(record.msg).startswith(_SERVICE)
        message, now = record.getMessage(), self._clock()
        with self._lock:
            for trouble, lines, follows in self._troubles:
                if lines.search(message):
                    trouble.hear(now, message)
                    return False
                if trouble.lasts(now) and follows.search(message):
                    trouble.left_out += 1
                    return False
        return True


def _tell_away(**facts: object) -> None:
    log.warning("Kafka broker does not answer", **facts)


def _tell_no_coordinator(**facts: object) -> None:
    log.warning("Kafka has no coordinator for the group", **facts)


#: The filter of this process.
FLOOD = Flood()
