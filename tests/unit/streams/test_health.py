"""Health that means progress: neither silent when nothing goes on, nor alarmed by another's trouble."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from gateway.delivery.holds import Hold
from gateway.documents import Kind
from gateway.events.catalogue import Topics
from gateway.kafka import Cluster
from streams.runtime.app import SafeApp, WorkerSettings, build_app
from streams.runtime.homes import HomeManager
from streams.runtime.offsets import OffsetTracker
from streams.worker import STALLED, health_of
from tests.unit.one_company import a_company, a_context
from tests.unit.streams.one_home import contexts_of
from tests.unit.streams.records import a_record

TOPICS = Topics("p")


class Homes(HomeManager):
    """One home, and others that are being taken for some seconds."""

    def __init__(self, taking: float) -> None:
        self.taking = taking

    def numbers(self) -> list[int]:
        return [0]

    def taking_for(self) -> float:
        return self.taking


def an_app(
    open_on: str = "",
    taking: float = 0.0,
    fetched: float = 0.0,
    ended: tuple[str, ...] = (),
    lost: float | None = None,
    mail: bool = False,
) -> SafeApp:
    now = 0.0
    tracker = OffsetTracker(lambda: now)
    if open_on:
        tracker.taken(a_record(1, open_on))
    if mail:
        tracker.patient(a_record(1, open_on))
    now = STALLED + 1
    nothing: Any = None
    app = build_app(
        WorkerSettings("p", Cluster("localhost:1"), Path("nowhere"), partitions=1), [], nothing, [], nothing
    )
    app.homes, app.tracker, app.last_fetch = Homes(taking), tracker, time.monotonic() - fetched
    app.ended_polls = lambda: list(ended)
    app.lost = lambda: [] if lost is None else [(Kind.SALES_INVOICE, 0, lost)]
    return app


@pytest.mark.parametrize(
    ("state", "well"),
    [
        ({}, True),
        ({"open_on": TOPICS.changes(Kind.SALES_INVOICE)}, False),
        ({"open_on": TOPICS.errors, "mail": True}, True),
        ({"open_on": TOPICS.results, "mail": True}, True),
        ({"open_on": TOPICS.results}, False),
        ({"taking": STALLED + 1}, False),
        ({"taking": 1}, True),
        ({"fetched": STALLED + 1}, False),
        ({"ended": ("nordic",)}, False),
        ({"lost": 1.0}, False),
    ],
    ids=[
        "idle",
        "an event stands still",
        "the mail server is away",
        "the mail server is away, and a hold is over",
        "a status isn't moved",
        "homes can't be taken",
        "homes are being taken",
        "nothing is fetched",
        "a poll has ended",
        "an event was published again, and nothing is read",
    ],
)
def test_O2_health_tells_whether_it_goes_on(state: dict[str, Any], well: bool) -> None:
    assert health_of(an_app(**state), TOPICS)[0] is well


def test_decision_14_health_tells_who_is_held_and_stays_well() -> None:
    held, app = Hold("LOGIN_REFUSED", "c", "m", "2026-11-27T20:00:00+00:00", 15.0, 0.0), an_app()
    app.held = contexts_of(a_context(a_company("bolt-fi")), a_context(hold=held)).held
    well, facts = health_of(app, TOPICS)
    assert (well, facts["held"]) == (True, [{"company": "acme-fi", "code": "LOGIN_REFUSED", "since": held.since}])


async def test_O2_a_poll_that_a_fault_of_ours_has_ended_is_known() -> None:
    async def ends(error: Exception | None) -> None:
        if error is not None:
            raise error

    home_contexts = contexts_of()
    polls = {"fault": ends(KeyError("x")), "home lost": ends(None), "goes on": asyncio.sleep(60)}
    tasks = {name: asyncio.ensure_future(poll) for name, poll in polls.items()}
    home_contexts._open[0].polls = tasks
    await asyncio.sleep(0)
    assert home_contexts.ended_polls() == ["fault"]
    tasks["goes on"].cancel()
