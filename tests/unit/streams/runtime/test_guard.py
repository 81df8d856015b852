"""The guard: what has ended is not run again, what can't be read doesn't stop the stream, nothing begins in a stop."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from gateway.errors import poison
from gateway.events.catalogue import Topics
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from gateway.ledger import CommitUnknown, Home, Publish, RecordTooLarge
from gateway.ledger.committer import Line
from streams.publishing import Publishing
from streams.runtime import guard as guarding
from streams.runtime.dispatcher import Dispatcher
from streams.runtime.guard import Guard
from streams.runtime.handler import Handler, Record, headers_of
from streams.runtime.homes import HomeManager
from streams.runtime.offsets import OffsetTracker

RECORD = Record("t", 0, 5, b"k", b"v", {}, 0)


class OneHome:
    """A home that is always open; nothing is asked of it here."""

    async def opened(self, number: int, still_ours: Any) -> Home:
        return cast(Home, self)

    def home(self, number: int) -> Home:
        return cast(Home, self)

    async def still(self) -> None: ...


class Handled:
    """A guard, and a flow whose events are noted as they are taken and handled."""

    def __init__(self) -> None:
        self.in_hand, self.handled = set[str](), list[int]()
        self.tracker, self.dispatcher = OffsetTracker(), Dispatcher()
        self.guard = Guard(self.tracker, self.dispatcher, cast(HomeManager, OneHome()), lambda *_: cast(Any, None))
        self.handler: Handler[str] = Handler(
            topic="t",
            name="n",
            decode=lambda record: "document",
            document=lambda event: event,
            company=lambda event: "acme",
            handle=self._handle,
            taken=lambda event, home: self.in_hand.add(event),
        )

    async def _handle(self, event: str, record: Record, home: Home) -> None:
        self.handled.append(record.offset)
        self.in_hand.discard(event)

    async def take(self, offset: int) -> None:
        """The record with this offset comes, and has its end."""
        record = replace(RECORD, offset=offset)
        self.tracker.taken(record)
        await self.guard.take(self.handler, record, lambda: True)
        await self.dispatcher.ended(0, 5)


async def test_decision_2_redelivered_ended_event_frees_its_document() -> None:
    """It ended, its offset could not be committed, a rebalance brings it again: the poll must see the document."""
    one = Handled()
    for _ in range(2):
        await one.take(5)
    assert (one.handled, one.in_hand) == ([5], set())


async def test_Q6_nothing_begins_in_a_stop() -> None:
    """Its home is ours still, and nobody would wait for its end."""
    one = Handled()
    await one.take(5)
    await one.guard.revoked(1.0)
    await one.take(6)
    assert (one.handled, one.in_hand, one.tracker.is_done(replace(RECORD, offset=6))) == ([5], set(), False)


class Committing(OneHome):
    """A home that keeps what is committed, and fails as told."""

    def __init__(self, *fails: Exception) -> None:
        self.fails = list(fails)
        self.published: list[Publish] = []

    async def commit(self, *, publish: list[Publish]) -> None:
        if self.fails:
            raise self.fails.pop(0)
        Line("t", publish[0].key, publish[0].value, list(publish[0].headers)).size  # noqa: B018 - as the ledger does
        self.published += publish

    async def reopened(self, number: int) -> bool:
        return True


PUBLISHING = Publishing(Topics("p"), Codec(FileRegistry()))


async def buried(home: Committing, record: Record) -> tuple[list[Publish], int | None]:
    """What a record that can't be read leaves, and what may be committed then."""

    def unreadable(record: Record) -> str:
        raise poison("EVENT_UNREADABLE", detail="no frame", topic="t")

    handler: Handler[str] = Handler("t", "n", unreadable, lambda event: event, lambda event: event, cast(Any, None))
    tracker, dispatcher = OffsetTracker(), Dispatcher()
    guard = Guard(tracker, dispatcher, cast(HomeManager, home), PUBLISHING.dead_letter)
    tracker.taken(record)
    await guard.take(handler, record, lambda: True)
    await dispatcher.ended(0, 5)
    return home.published, tracker.committable(("t", 0))


async def test_Q5_dead_letter_of_unknown_commit_is_written_again() -> None:
    """Nothing else would bring the record again before a rebalance, and no commit would pass it."""
    letters, offset = await buried(Committing(CommitUnknown("?")), Record("t", 0, 5, b"k", b"v", {}, 0))
    assert (len(letters), offset) == (1, 6)


async def test_O2_dead_letter_is_counted_once_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit that is repeated is counted once."""
    counted: list[dict[str, str]] = []
    monkeypatch.setattr(guarding, "count", lambda metric, **labels: counted.append(labels))
    await buried(Committing(CommitUnknown("?")), Record("t", 0, 5, b"k", b"v", {}, 0))
    assert counted == [{"topic": "t", "reason": "unreadable"}]


async def test_Q5_too_large_a_dead_letter_stops_no_stream() -> None:
    """Its own topic took it; with our headers, or unpacked, it has more bytes than the ledger takes."""
    home = Committing(RecordTooLarge("1048000 bytes"))
    letters, offset = await buried(home, Record("t", 0, 5, b"k", b"v" * 1_048_000, {"h": b"1"}, 0))
    headers = dict(letters[0].headers)
    assert (letters[0].value, offset) == (b"", 6)
    assert headers["dead-letter-offset"] == b"5"
    assert b"1048000 bytes" in headers["dead-letter-detail"]


def test_Q5_a_header_without_a_value_is_read_as_an_empty_one() -> None:
    """Kafka allows null there, and some producers write it."""
    assert headers_of([("ce_id", None), ("h", b"1")]) == {"ce_id": b"", "h": b"1"}
    assert headers_of(None) == {}


async def test_Q5_record_with_an_absurd_stamp_stops_no_fetching() -> None:
    def ended(record: Record, home: Home) -> bool:
        raise KeyError("revision")

    handler: Handler[str] = Handler(
        "t", "n", cast(Any, None), cast(Any, None), cast(Any, None), cast(Any, None), ended=ended
    )
    guard = Guard(OffsetTracker(), Dispatcher(), cast(HomeManager, OneHome()), PUBLISHING.dead_letter)
    assert not guard.ended(handler, Record("t", 0, 5, b"k", b"v", {}, 0))


class Lost(OneHome):
    """A home that a poll's commit of unknown end has lost, and that nobody has taken again yet."""

    there = False

    async def opened(self, number: int, still_ours: Any) -> Home:
        return cast(Home, None)

    def home(self, number: int) -> Home:
        return cast(Home, self if self.there else None)

    async def reopened(self, number: int) -> bool:
        self.there = True
        return True


async def test_Q1_an_event_that_finds_its_home_lost_takes_it_again() -> None:
    """Dropped, it would be redelivered with the next rebalance only, and hold up all commits until then."""
    handled: list[int] = []

    async def handle(event: str, record: Record, home: Home) -> None:
        handled.append(record.offset)

    handler: Handler[str] = Handler(
        "t", "n", lambda record: "document", lambda event: event, lambda event: "acme", handle
    )
    tracker, dispatcher = OffsetTracker(), Dispatcher()
    guard = Guard(tracker, dispatcher, cast(HomeManager, Lost()), PUBLISHING.dead_letter)
    tracker.taken(RECORD)
    await guard.take(handler, RECORD, lambda: True)
    await dispatcher.ended(0, 5)
    assert (handled, tracker.committable(("t", 0))) == ([5], 6)


async def test_Q6_nothing_begins_once_the_homes_are_revoked() -> None:
    """Those that wait for their company would begin when the one before them ends, in the middle of the stop."""
    begun: list[int] = []

    async def handle(event: str, record: Record, home: Home) -> None:
        begun.append(record.offset)
        await asyncio.sleep(0.1)

    handler: Handler[str] = Handler(
        "t", "n", lambda record: str(record.offset), lambda event: event, lambda _: "acme", handle
    )
    dispatcher = Dispatcher(per_company=1)
    guard = Guard(OffsetTracker(), dispatcher, cast(HomeManager, OneHome()), PUBLISHING.dead_letter)

    async def agent() -> None:
        for offset in range(5):
            await guard.take(handler, Record("t", 0, offset, b"k", b"v", {}, 0), lambda: True)

    taking = asyncio.create_task(agent())
    await asyncio.sleep(0.01)
    await guard.revoked(1.0)
    await taking
    await asyncio.sleep(0.01)
    assert (begun, dispatcher.running()) == ([0], 0)


class Slow(OneHome):
    """A home that is open at last, in another generation."""

    def __init__(self) -> None:
        self.ours = True

    async def opened(self, number: int, still_ours: Any) -> Home:
        self.ours = False
        return cast(Home, self)


async def test_Q1_event_older_than_a_rebalance_is_not_taken() -> None:
    """It is redelivered to the home's owner. In hand here, its document would be left alone by the poll for ever."""
    in_hand: list[str] = []

    async def handle(event: str, record: Record, home: Home) -> None:
        raise AssertionError("it is another's")

    handler: Handler[str] = Handler(
        "t",
        "n",
        lambda record: "document",
        lambda event: event,
        lambda event: "acme",
        handle,
        taken=lambda event, home: in_hand.append(event),
        ended=lambda record, home: True,
    )
    home, tracker, dispatcher = Slow(), OffsetTracker(), Dispatcher()
    guard = Guard(tracker, dispatcher, cast(HomeManager, home), lambda *_: cast(Any, None))
    tracker.taken(RECORD)
    await guard.take(handler, RECORD, lambda: home.ours)
    assert (in_hand, dispatcher.homes(), tracker.committable(("t", 0))) == ([], [], 5)
