"""Between Faust and the flows: decode, run in order, ack only what has ended on the broker (docs/faust.md)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

import structlog

from gateway.errors import Poison
from gateway.ledger import Home, HomeLost, Publish
from streams.dispatcher import Dispatcher, Job
from streams.flow import Flow, Record
from streams.homes import HomeKeeper
from streams.tracker import Tracker

log = structlog.get_logger()

DeadLetter = Callable[[Record, str, str], Publish]


class Guard:
    """Takes records of every flow. A record ends done, or is dropped un-acked and comes again."""

    def __init__(self, tracker: Tracker, dispatcher: Dispatcher, homes: HomeKeeper, dead_letter: DeadLetter) -> None:
        self.tracker, self.dispatcher, self.homes = tracker, dispatcher, homes
        self._dead_letter = dead_letter
        self.last_end = time.monotonic()

    async def take(self, flow: Flow[Any], record: Record, still_ours: Callable[[], bool]) -> None:
        """Hand one record on; returns when there is room for the next.

        `still_ours`: no rebalance has come since the record was read; asked again after each wait.
        """
        home = await self.homes.opened(record.partition, still_ours)
        if home is None or self.ended(flow, record):
            return
        try:
            event = flow.decode(record)
        except Poison as error:
            await self._bury(record, home, "unreadable", str(error))
            return

        with contextlib.suppress(HomeLost):
            flow.taken(event, home)

        async def run() -> None:
            await self._run(flow, event, record, still_ours)

        await self.dispatcher.take(Job(record.partition, flow.document(event), flow.company(event), run, flow.name))

    def ended(self, flow: Flow[Any], record: Record) -> bool:
        """Whether a record has had its end: it is acked, and not in hand, so that the poll sees its document.

        False while its home is not open: nobody knows then.
        """
        if self.tracker.is_done((record.topic, record.partition), record.offset):
            return True
        home = self.homes.home(record.partition)
        with contextlib.suppress(HomeLost):
            if home is not None and flow.ended(record, home):
                self._done(record)
                return True
        return False

    async def revoked(self, grace: float) -> None:
        """Forget what has not started, let the rest end, for at most `grace` seconds (SPEC Q6).

        Of every home, also of one that is lost and is just being taken again: that ends.
        """
        await self.homes.still()
        numbers = self.dispatcher.homes()
        forgotten = sum(self.dispatcher.forget_waiting(number) for number in numbers)
        ended = await asyncio.gather(*(self.dispatcher.ended(number, grace) for number in numbers))
        log.info("homes revoked", homes=numbers, forgotten=forgotten, all_ended=all(ended))

    async def _run(self, flow: Flow[Any], event: Any, record: Record, still_ours: Callable[[], bool]) -> None:
        """To its end; again in a reopened home when the end is not known; dropped when the home is another's."""
        while still_ours() and not self.tracker.is_done((record.topic, record.partition), record.offset):
            home = self.homes.home(record.partition)
            if home is None and not await self.homes.reopened(record.partition):
                return
            if home is None:
                continue
            try:
                await flow.handle(event, record, home)
            except HomeLost as lost:
                log.warning("the end of an event is not known", topic=record.topic, offset=record.offset, why=str(lost))
                continue
            except Exception as error:  # a fault of ours in one event must not stop the others
                log.exception("event failed", topic=record.topic, offset=record.offset)
                await self._bury(record, home, "unexpected", repr(error))
            else:
                self._done(record)
            return

    async def _bury(self, record: Record, home: Home, reason: str, detail: str) -> None:
        """To the dead letters with bytes, headers, origin and reason; then the stream goes on (SPEC Q5)."""
        log.error("dead letter", topic=record.topic, offset=record.offset, reason=reason, detail=detail)
        try:
            await home.commit(publish=[self._dead_letter(record, reason, detail)])
        except HomeLost as lost:
            log.warning("dead letter not written, the record comes again", offset=record.offset, why=str(lost))
        else:
            self._done(record)

    def _done(self, record: Record) -> None:
        self.tracker.done((record.topic, record.partition), record.offset)
        self.last_end = time.monotonic()
