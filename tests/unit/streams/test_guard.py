"""The guard: a redelivery of what has ended is not in hand again."""

from __future__ import annotations

from typing import Any, cast

from gateway.ledger import Home
from streams.dispatcher import Dispatcher
from streams.flow import Flow, Record
from streams.guard import Guard
from streams.homes import HomeKeeper
from streams.tracker import Tracker


class OneHome:
    """A home that is always open; nothing is asked of it here."""

    async def opened(self, number: int, still_ours: Any) -> Home:
        return cast(Home, self)

    def home(self, number: int) -> Home:
        return cast(Home, self)


async def test_decision_2_a_redelivery_of_an_ended_event_does_not_keep_its_document_in_hand() -> None:
    """It ended, its offset could not be committed, a rebalance brings it again: the poll must see the document."""
    in_hand: set[str] = set()
    handled: list[int] = []

    async def handle(event: str, record: Record, home: Home) -> None:
        handled.append(record.offset)
        in_hand.discard(event)

    flow: Flow[str] = Flow(
        topic="t",
        name="n",
        decode=lambda record: "document",
        document=lambda event: event,
        company=lambda event: "acme",
        handle=handle,
        taken=lambda event, home: in_hand.add(event),
    )
    tracker, dispatcher = Tracker(), Dispatcher()
    guard = Guard(tracker, dispatcher, cast(HomeKeeper, OneHome()), lambda *_: cast(Any, None))
    for _ in range(2):
        tracker.taken(("t", 0), 5)
        await guard.take(flow, Record("t", 0, 5, b"k", b"v", {}, 0), lambda: True)
        await dispatcher.ended(0, 5)
    assert (handled, in_hand) == ([5], set())
