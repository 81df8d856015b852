"""Between Faust and the handlers: decode, run in order, ack only what has ended on the broker (docs/faust.md)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog

from gateway.errors import Poison
from gateway.ledger import Home, HomeLost, Publish, RecordTooLarge
from gateway.telemetry.metrics import DEAD_LETTERS, count
from gateway.telemetry.spans import buried
from streams.runtime.dispatcher import Dispatcher, Job
from streams.runtime.handler import Handler, Record
from streams.runtime.homes import HomeManager
from streams.runtime.offsets import OffsetTracker

log = structlog.get_logger()

DeadLetter = Callable[[Record, str, str], Publish]
StillOurs = Callable[[], bool]
Handle = Callable[[Home], Awaitable[None]]


class Guard:
    """Takes the records of every handler. A record ends, or is dropped un-acked and redelivered."""

    def __init__(
        self, tracker: OffsetTracker, dispatcher: Dispatcher, homes: HomeManager, dead_letter: DeadLetter
    ) -> None:
        self.tracker, self.dispatcher, self.homes = tracker, dispatcher, homes
        self._dead_letter = dead_letter
        self.closing = False

    async def take(self, handler: Handler[Any], record: Record, still_ours: StillOurs) -> None:
        """Take one record. Waits only while homes are being opened.

        `still_ours`: no rebalance has happened since the record was read; checked again after each wait.
        """

        def may_begin() -> bool:
            return still_ours() and not self.closing

        home = await self.homes.opened(record.partition, may_begin)
        if not may_begin() or self.ended(handler, record):
            return
        try:
            event = handler.decode(record)
        except Poison as error:
            self._take_unreadable(handler, record, may_begin, str(error))
            return

        if handler.patient(event):
            self.tracker.patient(record)
        if home is not None:  # otherwise it is lost: running the event reopens it
            with contextlib.suppress(HomeLost):
                handler.taken(event, home)

        async def run() -> None:
            await self._run(lambda home: handler.handle(event, record, home), record, may_begin)

        self.dispatcher.take(Job(record.partition, handler.document(event), handler.company(event), run, handler.name))

    def _take_unreadable(self, handler: Handler[Any], record: Record, may_begin: StillOurs, why: str) -> None:
        async def run() -> None:
            await self._run(lambda home: self._bury(record, home, "unreadable", why), record, may_begin)

        about = f"unreadable/{record.topic}"
        self.dispatcher.take(
            Job(record.partition, f"{about}/{record.partition}/{record.offset}", about, run, handler.name)
        )

    def ended(self, handler: Handler[Any], record: Record) -> bool:
        """Whether a record has already ended. Then it is acked and not in hand, so that the poll sees its document.

        False while its home is not open: nobody knows then.
        """
        if self.tracker.is_done(record):
            return True
        home = self.homes.home(record.partition)
        try:
            if home is not None and handler.ended(record, home):
                self._done(record)
                return True
        except HomeLost:
            pass
        except Exception:  # foreign headers may be anything: decoding decides
            log.exception("can't tell whether a record was handled", topic=record.topic, offset=record.offset)
        return False

    async def revoked(self, grace: float) -> None:
        """Drop what has not started, and let the rest end within `grace` seconds (Q6).

        This covers every home, also a lost home that is being reopened: reopening ends. An event that is being passed
        on doesn't start any more, since nobody would wait for it.
        """
        self.closing = True
        await self.homes.still()
        numbers = self.dispatcher.homes()
        forgotten = sum(self.dispatcher.forget_waiting(number) for number in numbers)
        ended = await asyncio.gather(*(self.dispatcher.ended(number, grace) for number in numbers))
        if numbers:
            log.info("homes revoked", homes=numbers, forgotten=forgotten, all_ended=all(ended))

    async def _run(self, attempt: Handle, record: Record, may_begin: StillOurs) -> None:
        """Run an event to its end. Repeat it in the reopened home if the outcome of its commit is unknown; drop it if
        another worker owns the home.
        """
        while may_begin() and not self.tracker.is_done(record):
            home = self.homes.home(record.partition)
            if home is None and not await self.homes.reopened(record.partition):
                return
            if home is None:
                continue
            try:
                await self._attempt(attempt, record, home)
            except HomeLost as lost:
                log.warning(
                    "commit outcome unknown, event will be handled again",
                    topic=record.topic,
                    offset=record.offset,
                    why=str(lost),
                )
                continue
            self._done(record)
            return

    async def _attempt(self, attempt: Handle, record: Record, home: Home) -> None:
        try:
            await attempt(home)
        except HomeLost:
            raise
        except Exception as error:  # a fault of the gateway in one event must not stop the others
            log.exception("event handling failed", topic=record.topic, offset=record.offset)
            await self._bury(record, home, "unexpected", repr(error))

    async def _bury(self, record: Record, home: Home, reason: str, detail: str) -> None:
        """Send a record to the dead letters with bytes, headers, origin and reason; then the stream goes on (Q5).

        A record that is too large for the dead letters leaves its bytes at its origin. Raises HomeLost.
        """
        log.error("dead letter", topic=record.topic, offset=record.offset, reason=reason, detail=detail)
        with buried(record, reason):
            try:
                await home.commit(publish=[self._dead_letter(record, reason, detail)])
            except RecordTooLarge as error:
                why = f"too large for the dead letters, its bytes stand at its origin ({error}); {detail}"
                rest = replace(record, key=(record.key or b"")[:1000], value=None, headers={})
                await home.commit(publish=[self._dead_letter(rest, reason, why)])
        count(DEAD_LETTERS, topic=record.topic, reason=reason)

    def _done(self, record: Record) -> None:
        self.tracker.done(record)
