"""Kafka's client logs seventy lines per second while the broker is down: the log says it once a minute, in our
words.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

log = structlog.get_logger()

#: Seconds between two lines about the same trouble; it is over after so long without a line.
EVERY = 60.0
#: How long a new group may be without a coordinator, in seconds: Kafka creates its internal topic then.
NEW_GROUP = 10.0

_AWAY = re.compile(
    r"NodeNotReady|KafkaConnection|NoBrokersAvailable|Connect call failed|Unable to update metadata"
    r"|Unable to request metadata|Unable connect to"
)
#: Lines that follow from it. They may have other causes, so they pass while the broker answers.
_FOLLOWS = re.compile(r"Marking the coordinator dead|Heartbeat|OffsetCommit failed|RequestTimedOut|Cannot send")
_NO_COORDINATOR = re.compile(r"GroupCoordinatorNotAvailable")
_MARKED = re.compile(r"Marking the coordinator dead")
#: The beginning of Mode's lines about its own services.
_SERVICE = "[^"


@dataclass(slots=True)
class _Trouble:
    """Lines of one kind."""

    report: Callable[..., None]
    #: How long before the trouble is logged, in seconds.
    quiet: float = 0.0
    since: float = 0.0
    heard: float = float("-inf")
    reported: float = float("-inf")
    #: Lines that were suppressed since the last logged line.
    left_out: int = 0

    def lasts(self, now: float) -> bool:
        return now - self.heard < EVERY

    def hear(self, now: float, why: str) -> None:
        if not self.lasts(now):
            self.since, self.left_out = now, 0
        self.heard = now
        if now - self.since >= self.quiet and now - self.reported >= EVERY:
            self.report(why=why, seconds=round(now - self.since), left_out=self.left_out)
            self.reported, self.left_out = now, 0
        else:
            self.left_out += 1


class Flood(logging.Filter):
    """Passes every line except those of Kafka's client about a broker that is down, and Faust's about its own
    services.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock, self._lock = clock, threading.Lock()
        self._away, no_coordinator = _Trouble(_report_away), _Trouble(_report_no_coordinator, NEW_GROUP)
        self._troubles = ((self._away, _AWAY, _FOLLOWS), (no_coordinator, _NO_COORDINATOR, _MARKED))

    def away(self, why: str) -> None:
        """Somebody who waits for the broker reports that it doesn't answer."""
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


def _report_away(**facts: object) -> None:
    log.warning("Kafka broker does not answer", **facts)


def _report_no_coordinator(**facts: object) -> None:
    log.warning("Kafka has no coordinator for the group", **facts)


#: The filter of this process.
FLOOD = Flood()
