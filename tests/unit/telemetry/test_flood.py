"""O2: a broker that does not answer is reported once per minute, and nothing else is kept back."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.telemetry.flood import EVERY, NEW_GROUP, Flood

AWAY = [
    "Unable connect to node with id 1: [Errno 111] Connect call failed ('127.0.0.1', 9)",
    "Unable to update metadata from [1]",
    "Failed fetch messages from 1: NodeNotReadyError: Attempt to send a request to node which is not ready",
    "Group Coordinator Request failed: NodeNotReadyError: Attempt to send a request",
]
NO_COORDINATOR = "Group Coordinator Request failed: [Error 15] GroupCoordinatorNotAvailableError"


class Log:
    """A flood's filter, and what passes it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.flood = Flood(lambda: self.now)
        self.ours: list[Any] = []

    def passes(self, message: str, name: str = "aiokafka.client", level: int = logging.ERROR) -> bool:
        with capture_logs() as logs:
            passed = self.flood.filter(logging.LogRecord(name, level, "", 0, message, (), None))
        self.ours += [(line["event"], line["left_out"]) for line in logs]
        return passed


def test_O2_broker_that_is_away_is_logged_once_a_minute() -> None:
    """And at once."""
    log = Log()
    for second in range(121):
        log.now = float(second)
        assert not any(log.passes(message) for message in AWAY for _ in range(10))
    said = "Kafka broker does not answer"
    assert log.ours == [(said, 0), (said, 40 * 60 - 1), (said, 40 * 60 - 1)]


def test_O2_the_next_time_is_told_at_once_again() -> None:
    log = Log()
    for log.now in (0.0, 1.0, 1.0 + EVERY):
        log.passes(AWAY[0])
    assert [left for _, left in log.ours] == [0, 0]


@pytest.mark.parametrize("message", ["Heartbeat session expired - marking coordinator dead", "Heartbeat failed: x"])
def test_O2_consequences_are_suppressed_while_it_is_away(message: str) -> None:
    """Not longer."""
    log = Log()
    assert log.passes(message)
    log.passes(AWAY[0])
    assert not log.passes(message)
    log.now = EVERY
    assert log.passes(message)


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("Topic p.ledger is not authorized for this client", "aiokafka.cluster"),
        ("Unexpected error in fetcher routine", "aiokafka.consumer.fetcher"),
        (AWAY[0], "streams.worker"),
    ],
)
def test_O2_other_errors_pass(message: str, name: str) -> None:
    log = Log()
    log.passes(AWAY[0])
    assert log.passes(message, name)


def test_O2_group_without_coordinator_is_logged_if_it_lasts() -> None:
    log = Log()
    for log.now in (0.0, 0.1, NEW_GROUP - 1):
        assert not log.passes(NO_COORDINATOR)
    assert log.ours == []
    log.now = NEW_GROUP
    log.passes(NO_COORDINATOR)
    assert log.ours == [("Kafka has no coordinator for the group", 3)]


def test_O2_faust_does_not_tell_of_its_own_parts_and_may_warn() -> None:
    log = Log()
    assert not log.passes("[^SafeApp]: Starting...", "streams.runtime.app", logging.INFO)
    assert log.passes("[^SafeApp]: Crashed reason=x", "streams.runtime.app", logging.ERROR)
    assert log.passes("worker started", "streams.worker", logging.INFO)
