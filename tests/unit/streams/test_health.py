"""Health that means progress: neither silent when nothing goes on, nor alarmed by another's trouble."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from streams.app import SafeApp
from streams.tracker import Tracker
from streams.worker import STALLED, health_of


def an_app(open_on: str = "", taking: float = 0.0) -> SafeApp:
    tracker = Tracker()
    if open_on:
        tracker.taken((open_on, 0), 1)
    return cast(
        Any,
        SimpleNamespace(
            homes=SimpleNamespace(numbers=lambda: [0], taking_for=lambda: taking),
            tracker=tracker,
            guard=SimpleNamespace(last_end=time.monotonic() - STALLED - 1),
        ),
    )


@pytest.mark.parametrize(
    ("app", "well"),
    [
        (an_app(), True),
        (an_app("changes"), False),
        (an_app("errors"), True),
        (an_app(taking=STALLED + 1), False),
        (an_app(taking=1), True),
    ],
    ids=["idle", "an event stands still", "the mail server is away", "homes can't be taken", "homes are being taken"],
)
def test_O2_health_tells_whether_it_goes_on(app: SafeApp, well: bool) -> None:
    assert health_of(app, mails="errors")[0] is well
