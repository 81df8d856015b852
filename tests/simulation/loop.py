"""Virtual time: an event loop whose clock jumps to its next timer, and processes in it that can die or freeze.

A process is a context variable: whatever a worker starts inherits it, so the loop knows whose step it is about to run.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")

#: Wall-clock seconds since 1970, and steady seconds, at which each loop begins.
EPOCH, BOOT = 1_800_000_000.0, 10_000.0
#: Rounds without any time between them after which something spins.
SPINS = 200_000


class Process:
    """One simulated process. `shift`: seconds by which its wall clock is wrong. `steps`: how many it has run."""

    def __init__(self, name: str) -> None:
        self.name, self.shift, self.steps = name, 0.0, 0
        self.alive, self.frozen = True, False
        self.parked: deque[asyncio.Handle] = deque()
        self._at: dict[int, Callable[[], None]] = {}

    def context(self) -> Context:
        """What is started in it belongs to this process."""
        context = copy_context()
        context.run(PROCESS.set, self)
        return context

    def may_run(self, handle: asyncio.Handle) -> bool:
        """Asked before each step. What a frozen process would do, it does when it goes on."""
        if not self.alive:
            return False
        if self._parks(handle):
            return False
        self.steps += 1
        if (do := self._at.pop(self.steps, None)) is not None:
            do()
            return self.alive and not self._parks(handle)
        return True

    def _parks(self, handle: asyncio.Handle) -> bool:
        if self.frozen:
            self.parked.append(handle)
        return self.frozen

    def kill(self) -> None:
        """kill -9: no step of it is run any more, no `finally` either."""
        if self.alive:
            self.alive = False
            GRAVEYARD.append((self.parked, asyncio.all_tasks()))

    def after(self, steps: int, do: Callable[[], None]) -> None:
        """Something befalls it at one of its next awaits."""
        self._at[self.steps + steps] = do

    def freeze(self) -> None:
        """SIGSTOP: its clocks go on."""
        self.frozen = True

    def thaw(self) -> None:
        """SIGCONT: what was due while it was frozen runs at once."""
        self.frozen = False
        asyncio.get_running_loop()._ready.extend(self.parked)  # type: ignore[attr-defined]
        self.parked = deque()


PROCESS: ContextVar[Process | None] = ContextVar("process", default=None)
#: What dead processes held: collected, their coroutines would still run their `finally`.
GRAVEYARD: list[Any] = []


class NothingLeft(RuntimeError):
    """No step and no timer is left: whoever waits would wait for ever."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs ready steps in their order; when none is left, the time is that of the next timer. No sockets, no threads.

    `jumps`: how often its time has gone on.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now, self.jumps, self._rounds = 0.0, 0, 0
        self._ready: deque[asyncio.Handle]
        self._scheduled: list[asyncio.TimerHandle]

    def time(self) -> float:
        """Virtual seconds since it began."""
        return self._now

    def _run_once(self) -> None:
        timers, ready = self._scheduled, self._ready
        if not ready:
            while timers and timers[0]._cancelled:
                heapq.heappop(timers)._scheduled = False  # type: ignore[attr-defined]
            if not timers:
                raise NothingLeft("no timer is left")
            self._now = max(self._now, timers[0].when())
            self.jumps, self._rounds = self.jumps + 1, 0
        self._rounds += 1
        if self._rounds > SPINS:
            raise RuntimeError(f"time stands still at {self._now}: {ready[0]!r}")
        while timers and timers[0].when() <= self._now:
            timer = heapq.heappop(timers)
            timer._scheduled = False  # type: ignore[attr-defined]
            ready.append(timer)
        for _ in range(len(ready)):
            handle = ready.popleft()
            if handle._cancelled:
                continue
            process = handle._context.get(PROCESS)  # type: ignore[attr-defined]
            if process is None or process.may_run(handle):
                handle._run()

    def _write_to_self(self) -> None:
        """Nobody sleeps in a selector."""


class Clocks:
    """The standard library's clocks, as the loop that runs has them. In a process of the simulation only: modules that
    keep a clock as a default get it when they are imported, so this comes first.
    """

    loop: VirtualLoop | None = None

    @classmethod
    def seconds(cls) -> float:
        """Virtual seconds."""
        return cls.loop.time() if cls.loop is not None else 0.0

    @classmethod
    def steady(cls, *_: object) -> float:
        """As `time.monotonic`."""
        return BOOT + cls.seconds()

    @classmethod
    def wall(cls) -> float:
        """As `time.time`, wrong by as much as the process's is."""
        process = PROCESS.get()
        return EPOCH + cls.seconds() + (process.shift if process is not None else 0.0)

    @classmethod
    def install(cls) -> None:
        """From now on `time` tells virtual time."""

        def sleep(seconds: float) -> None:
            raise AssertionError(f"{seconds} s: nobody may block the simulation")

        time.monotonic = time.perf_counter = time.clock_gettime = cls.steady
        time.time, time.sleep = cls.wall, sleep  # type: ignore[assignment]
        time.time_ns = lambda: round(cls.wall() * 1e9)


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """`main` on a loop of its own, to its end. What still runs then is dropped where it stands."""
    loop = VirtualLoop()
    loop.set_exception_handler(lambda *_: None)
    before, Clocks.loop = Clocks.loop, loop
    try:
        return loop.run_until_complete(main())
    finally:
        GRAVEYARD.append((asyncio.all_tasks(loop), list(loop._ready), list(loop._scheduled)))
        Clocks.loop = before
        asyncio.set_event_loop(None)
        loop._ready.clear()
        loop._scheduled.clear()
        loop.close()
