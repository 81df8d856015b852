"""A worker without Faust: records go from the topics in memory to the real guard, as `streams/runtime` hands them on.

It keeps to what `consumer.py` and `app.py` there do: all records of a fetch are taken before any is left out as ended;
what is crowded is not fetched; the tracker says which offset may be committed; a revocation forgets what has not begun.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiokafka.errors import KafkaError

from streams.runtime.app import STOP_AT_LAST
from streams.runtime.dispatcher import Dispatcher
from streams.runtime.guard import Guard
from streams.runtime.handler import Handler, Record, headers_of
from streams.runtime.homes import HomeManager
from streams.runtime.offsets import OffsetTracker
from streams.worker import Parts
from tests.simulation.broker import Broker
from tests.simulation.group import Assignment, Group, Place, Rebalancing
from tests.simulation.kafka import Client

#: Seconds between two commits; records of a fetch; seconds for which a full topic is left alone.
COMMIT, FETCH, CROWDED = 0.5, 50, 0.2


class Worker(Client):
    """One worker's run, from joining the group to leaving it."""

    def __init__(self, name: str, broker: Broker, group: Group, parts: Parts, close: Callable[[], Awaitable[None]]):
        super().__init__(broker)
        self.name, self.group, self.parts, self._close = name, group, parts, close
        self.tracker = OffsetTracker()
        contexts = parts.home_contexts
        self.homes = HomeManager(parts.take, [contexts])
        self.homes.first = lambda number: bool(contexts.here(number))
        contexts.reopen = self.homes.reopened
        dispatcher = Dispatcher(parts.worker.per_company, parts.worker.room)
        self.guard = Guard(self.tracker, dispatcher, self.homes, parts.dead_letter)
        self.handlers = {one.topic: one for one in parts.handlers}
        self.generation = -1
        self._stop = asyncio.Event()
        self._flow: list[asyncio.Task[None]] = []
        self._queues: dict[str, asyncio.Queue[tuple[Record, int]]] = {}

    def stop(self) -> None:
        """SIGTERM: it ends in time, whatever hangs."""
        self._stop.set()
        assert self._process is not None
        asyncio.get_running_loop().call_later(STOP_AT_LAST, self._process.kill)

    async def run(self) -> None:
        """Until it is stopped, or its homes are another's for good."""
        for topic, handler in self.handlers.items():
            self._queues[topic] = asyncio.Queue()
            self._start(self._listen(handler, self._queues[topic]))
        self._start(self._watch_fenced())
        stopping = asyncio.create_task(self._stop.wait())
        while not self._stop.is_set():
            assignment = await self._joined()
            flow = [asyncio.create_task(one) for one in (self._assigned(assignment), self._beating(assignment))]
            flow += [asyncio.create_task(self._committing(assignment))]
            await asyncio.wait([stopping, flow[1]], return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(flow[:1])
            flow[2].cancel()
            self._end_flow()
            await self.guard.revoked(self.parts.worker.grace)
            await self.parts.home_contexts.report_replays()
            await self._commit(assignment)
            flow[1].cancel()
        await self.homes.close()
        await self._close()
        self.group.leave(self.name)

    def _start(self, work: Any) -> None:
        asyncio.create_task(work)  # noqa: RUF006 - the loop holds it as long as its process lives

    async def _joined(self) -> Assignment:
        while True:
            with contextlib.suppress(KafkaError):
                await self._way()
                assignment = await self.group.join(self.name)
                await self._way()
                return assignment

    async def _beating(self, assignment: Assignment) -> None:
        """Ends when the group rebalances."""
        while True:
            await asyncio.sleep(self.parts.worker.session_timeout / 3)
            try:
                await self._way()
                self.group.heartbeat(self.name, assignment.generation)
            except Rebalancing:
                return
            except KafkaError:  # the broker is away: it may be so for long
                continue

    async def _assigned(self, assignment: Assignment) -> None:
        """Events come before the hook has ended: the guard waits for homes."""
        self.guard.closing = self._stop.is_set()
        self.generation = assignment.generation
        await self._way()
        places = [(topic, number) for topic in self.handlers for number in assignment.numbers]
        positions = {place: self.group.offsets.get(place, 0) for place in places}
        for place, offset in positions.items():
            self.tracker.committed(place, offset)
        self._flow = [asyncio.create_task(self._fetching(place, positions[place])) for place in places]
        await self.homes.assigned(assignment.numbers, assignment.generation)

    def _end_flow(self) -> None:
        """What was fetched and not taken yet is read again."""
        for one in self._flow:
            one.cancel()
        self._flow = []

    async def _fetching(self, place: Place, offset: int) -> None:
        topic, number = place
        log, handler, generation = self.broker.partition(topic, number), self.handlers[topic], self.generation
        while True:
            if (handler.name, number) in self.guard.dispatcher.crowded():
                await asyncio.sleep(CROWDED)
                continue
            entries, at = log.read(offset, FETCH)
            if at == offset:
                await log.changed()
                with contextlib.suppress(KafkaError):
                    await self._way()
                continue
            offset = at
            records = [
                Record(topic, number, one, entry.key, entry.value, headers_of(entry.headers), entry.timestamp)
                for one, entry in entries
            ]
            for record in records:
                self.tracker.taken(record)
            for record in records:
                if not self.guard.ended(handler, record):
                    self._queues[topic].put_nowait((record, generation))

    async def _listen(self, handler: Handler[Any], queue: asyncio.Queue[tuple[Record, int]]) -> None:
        while True:
            record, generation = await queue.get()
            await self.guard.take(handler, record, partial(self._is_current, generation))

    def _is_current(self, generation: int) -> bool:
        return generation == self.generation

    async def _committing(self, assignment: Assignment) -> None:
        while True:
            await asyncio.sleep(COMMIT)
            await self._commit(assignment)

    async def _commit(self, assignment: Assignment) -> None:
        """What the tracker says; a broker that is away must not hold us up."""
        found = {place: self.tracker.committable(place) for place in self.tracker.pending()}
        ours = {
            place: at
            for place, at in found.items()
            if at is not None and place[1] in assignment.numbers and at > self.group.offsets.get(place, 0)
        }
        if not ours:
            return
        with contextlib.suppress(KafkaError, Rebalancing, TimeoutError):
            async with asyncio.timeout(5):
                await self._way()
                self.group.commit(self.name, assignment.generation, ours)
                await self._way()
                for place, at in ours.items():
                    self.tracker.committed(place, at)

    async def _watch_fenced(self) -> None:
        """As `watch_fenced` does: the process ends, and its supervisor starts another."""
        since: dict[int, int] = {}
        while True:
            await asyncio.sleep(1.0)
            since = {number: since.get(number, 0) + 1 for number in self.homes.fenced()}
            if any(seconds > self.parts.worker.session_timeout * 1.5 for seconds in since.values()):
                assert self._process is not None
                self._process.kill()
