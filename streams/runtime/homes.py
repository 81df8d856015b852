"""Homes are opened by an assignment and closed by a revocation, by that hook only (docs/faust.md, The guard)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import count

import structlog

from gateway.ledger import Fenced, Home, HomeLost
from streams.runtime.handler import HomeListener

log = structlog.get_logger()

#: How long to wait between attempts to open a home while the broker can't, in seconds.
AGAIN = 1.0
#: So many attempts are one line of the log.
LOGGED_EVERY = 60
#: How soon the reopening of a home must stop, in seconds.
STILL = 3.0


class HomeManager:
    """The homes of this worker. An event never opens a home: a stale event would fence the rightful owner.

    `first`: which homes have work at once; they don't wait for the others.
    """

    def __init__(self, take: Callable[[int], Awaitable[Home]], listeners: Sequence[HomeListener] = ()) -> None:
        self._take = take
        self._listeners = listeners
        self.first: Callable[[int], bool] = lambda number: True
        self._homes: dict[int, Home] = {}
        self._generation = -1
        self._taken_elsewhere: set[int] = set()
        self._changed = asyncio.Condition()
        self._began: float | None = None
        self._again: dict[int, asyncio.Task[None]] = {}
        self._still = False
        self._going: set[asyncio.Task[None]] = set()

    def home(self, number: int) -> Home | None:
        """The open home; None if it isn't ours or is lost."""
        home = self._homes.get(number)
        return home if home is not None and home.lost is None else None

    async def opened(self, number: int, still_ours: Callable[[], bool]) -> Home | None:
        """The home, after waiting for its assignment: Faust passes events on before the hook has ended.

        It doesn't wait while a home is reopened: that would delay the events of all homes.
        """
        async with self._changed:
            while number not in self._homes and number not in self._again and still_ours():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(AGAIN):
                        await self._changed.wait()
        return self.home(number)

    def numbers(self) -> list[int]:
        """The homes that are open here."""
        return sorted(self._homes)

    async def assigned(self, numbers: Iterable[int], generation: int) -> None:
        """These partitions are ours now, and no others. A home stays open only if no assignment was missed."""
        wanted = set(numbers)
        self._began = time.monotonic()
        await self.still()
        kept = generation == self._generation + 1
        self._generation = generation
        self._taken_elsewhere.clear()
        going = [one for one in self._homes if one not in wanted or not kept or self.home(one) is None]
        await asyncio.gather(*(self._close(number) for number in going))
        new = sorted(wanted - set(self._homes))
        for now in (True, False):
            await asyncio.gather(*(self._open(number) for number in new if self.first(number) is now))
        self._still = False
        async with self._changed:
            self._changed.notify_all()
        await asyncio.gather(*(self.reopened(number) for number in self.numbers()))  # homes that were lost in between
        self._began = None

    def taking_for(self) -> float:
        """How long an assignment has been under way, in seconds: nothing is handled before it has its homes."""
        return time.monotonic() - self._began if self._began is not None else 0.0

    async def reopened(self, number: int) -> bool:
        """Reopen a home that was lost in a commit of unknown outcome. False if another worker owns it, or may own it.

        A waiting caller may be cancelled; only `still` ends the reopening. During an assignment, it begins when the
        assignment ends: an event of this assignment would otherwise be redelivered only with the next one.
        """
        async with self._changed:
            await self._changed.wait_for(lambda: not self._still or self._began is None)
        if self._still:
            return False
        if number not in self._again:
            home = self._homes.get(number)
            if home is None or isinstance(home.lost, Fenced):
                return False
            if home.lost is None:
                return True
            task = self._again[number] = asyncio.create_task(self._reopen(number), name=f"home {number} again")
            task.add_done_callback(lambda _: self._again.pop(number, None))
        await asyncio.wait([self._again[number]])
        return number in self._homes

    async def still(self) -> None:
        """Reopen nothing until the next assignment has ended: it isn't known who will own the homes."""
        self._still = True
        again = list(self._again.values())
        for task in again:
            task.cancel()
        if again:
            await asyncio.wait(again, timeout=STILL)

    def fenced(self) -> list[int]:
        """Homes that are not open here although Kafka assigns them to this worker."""
        lost = [number for number, home in self._homes.items() if isinstance(home.lost, Fenced)]
        return sorted({*lost, *self._taken_elsewhere})

    async def close(self) -> None:
        """Close all homes."""
        await self.still()
        await asyncio.gather(*(self._close(number) for number in list(self._homes)))
        if self._going:
            await asyncio.wait(self._going, timeout=STILL)

    async def _reopen(self, number: int) -> None:
        try:
            await self._close(number)
            await self._open(number)
        except Exception:  # nobody else would reopen it: the worker restarts (`watch_fenced`)
            log.exception("home can't be reopened", home=number)
            self._taken_elsewhere.add(number)

    async def _open(self, number: int) -> None:
        for tries in count():
            try:
                home = await self._take(number)
                try:
                    for listener in self._listeners:
                        await listener.opened(home)
                    self._homes[number] = home
                except BaseException:
                    await home.close(0.0)
                    raise
                break
            except Fenced as fenced:
                log.warning("home is owned by another worker", home=number, why=str(fenced))
                self._taken_elsewhere.add(number)
                return
            except HomeLost as lost:
                if tries % LOGGED_EVERY == 0:
                    log.warning("home can't be opened yet", home=number, why=str(lost))
                await asyncio.sleep(AGAIN)
        async with self._changed:
            self._changed.notify_all()

    async def _close(self, number: int) -> None:
        """Close a home completely, also if a rebalance ends the reopening that asked for it: its producer would remain
        otherwise.
        """
        home = self._homes.pop(number, None)
        if home is None:
            return
        task = asyncio.create_task(self._let_go(number, home), name=f"home {number} goes")
        self._going.add(task)
        task.add_done_callback(self._going.discard)
        await asyncio.shield(task)

    async def _let_go(self, number: int, home: Home) -> None:
        for listener in self._listeners:
            await listener.closing(number)
        await home.close()
