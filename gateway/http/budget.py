"""The rate budget: companies take turns in making calls, never above the limit (Q4, decision 18).

Calls in the background (ADR 31) leave when no other call waits. While others wait, they get one call in nine, so that a
look at a whole register neither delays an invoice for long, nor stands still.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

#: Seconds by which calls may move closer together on their way to the API, through network and busy machines.
MARGIN = 0.05
#: The part of the calls that may leave at once. The others keep a distance, since a delayed burst could meet the next.
AT_ONCE = 0.5
#: That distance, as a part of an even one. With an even distance, every late timer would cost some of the rate.
DISTANCE = 0.8
#: After how many other calls a background call leaves although others wait.
BACKGROUND_AFTER = 8
#: The time of a call that has not left yet: it counts until its bytes have left, and one period longer.
NOT_YET = float("inf")

_BACKGROUND: ContextVar[bool] = ContextVar("background", default=False)


@contextmanager
def in_background() -> Iterator[None]:
    """Calls of this block, and of tasks that it starts, give way to all others."""
    before = _BACKGROUND.set(True)
    try:
        yield
    finally:
        _BACKGROUND.reset(before)


def is_in_background() -> bool:
    """Whether the caller gives way to others."""
    return _BACKGROUND.get()


def worker_share(limit: float, companies_here: int, companies: int) -> float:
    """This worker's calls per second: the limit times its part of the client's companies. All workers together stay
    within the limit.
    """
    return limit * companies_here / companies if companies else 0.0


@dataclass(slots=True, eq=False)
class Permit:
    """The right to make one call. Call `sent` when its bytes leave, or when they never will."""

    budget: RateBudget
    at: float = NOT_YET

    async def due(self) -> None:
        """Wait until the call is still allowed: a part of the limit may have been lost since the permit was granted."""
        while (wait := self.budget.seconds_until_gone()) > 0:  # noqa: ASYNC110 - time, or a call of `set_rate`
            await asyncio.sleep(min(wait, 0.5))

    def sent(self) -> None:
        """The call counts from now on, however long connecting took. Only the first `sent` counts."""
        if self.at == NOT_YET:
            self.budget.count(self)


class RateBudget:
    """At most `rate` calls per second, here and at the API. Waiting companies take turns.

    Half of the calls may leave at once, so that a single document is fast. Calls that leave within a second may arrive
    at the API up to `MARGIN` closer together, so a second is that much longer here. `per` is the period over which the
    API counts, in seconds. If it isn't one second, or the rate is below one call per second, calls leave one by one.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic, per: float = 1.0) -> None:
        self._clock, self._per = clock, per
        #: Calls that wait: of companies in turn, and of those the ones in the background.
        self._waiting: dict[str, deque[asyncio.Future[Permit]]] = {}
        self._behind: dict[str, deque[asyncio.Future[Permit]]] = {}
        #: Calls that went ahead since the last one of the background.
        self._ahead = 0
        self._permits: list[Permit] = []
        self._timer: asyncio.TimerHandle | None = None
        self._last = float("-inf")
        self.calls = 0
        self._set(rate)

    def set_rate(self, rate: float) -> None:
        """Set a new limit; 0 stops all calls. A lower limit applies at once. What is gained counts as just used, since
        another worker owned it until now and may have used it this second.
        """
        before = self._size
        self._set(rate)
        self._used(self._size - before)
        self._hand_out()

    def pause(self, seconds: float) -> None:
        """Allow no call for so many seconds."""
        self._used(self._size, seconds - self._window)

    def taken_over(self, ago: float = 0.0) -> None:
        """Another worker owned this budget until so many seconds ago, and may have used all of it then."""
        self._used(self._size, -ago)

    async def acquire(self, company: str) -> None:
        """Wait until the company may make one call, which it makes at once."""
        async with self.call(company):
            pass

    @asynccontextmanager
    async def call(self, company: str) -> AsyncIterator[Permit]:
        """A block for one call of the company. The call counts from `sent`, at the latest from the end of the block."""
        permit: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        waiting = self._behind if is_in_background() else self._waiting
        waiting.setdefault(company, deque()).append(permit)
        self._hand_out()
        try:
            yield await permit
        finally:
            if permit.done() and not permit.cancelled():
                permit.result().sent()

    def seconds_until_next(self) -> float:
        """Seconds until a call may be granted; infinite at rate 0, or while granted calls have not left."""
        if self.rate <= 0:
            return float("inf")
        now = self._clock()
        self._permits = [one for one in self._permits if now - one.at < self._window]
        wait = self._until_room([one.at for one in self._permits])
        if len(self._permits) >= self._size * AT_ONCE:
            wait = max(wait, self._last + self._window / self._size * DISTANCE - now)
        return max(wait, 0.0)

    def seconds_until_gone(self) -> float:
        """Seconds until a granted call may leave: a lower limit or a 429 may delay it."""
        if self.rate <= 0:
            return float("inf")
        return max(0.0, self._until_room([one.at for one in self._permits if one.at != NOT_YET]))

    def grant(self) -> Permit:
        """Grant one call."""
        permit = Permit(self)
        self._last = self._clock()
        self._permits.append(permit)
        self.calls += 1
        return permit

    def count(self, permit: Permit) -> None:
        """The bytes of a granted call leave now."""
        permit.at = self._clock()
        self._hand_out()

    def _set(self, rate: float) -> None:
        self.rate = rate
        self._size, self._window = 0, 0.0
        if rate > 0 and self._per > 1:
            self._size, self._window = 1, (self._per + MARGIN) / (self._per * rate)
        elif rate > 0:
            self._size = max(1, int(rate))
            self._window = max(1.0, self._size / rate) + MARGIN

    def _until_room(self, times: list[float]) -> float:
        """Seconds until one more call fits beside these."""
        if len(times) < self._size:
            return 0.0
        return sorted(times)[-self._size] + self._window - self._clock()

    def _used(self, calls: int, later: float = 0.0) -> None:
        at = self._clock() + later
        self._permits += [Permit(self, at) for _ in range(calls)]

    def _hand_out(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while permit := self._next():
            wait = self.seconds_until_next()
            if wait == float("inf"):
                return
            if wait > 0:
                self._timer = asyncio.get_running_loop().call_later(wait, self._hand_out)
                return
            waiting, company = permit
            line = waiting.pop(company)
            future = line.popleft()
            if line:
                waiting[company] = line  # to the end of the queue
            self._ahead = 0 if waiting is self._behind else self._ahead + 1
            future.set_result(self.grant())

    def _next(self) -> tuple[_Waiting, str] | None:
        """Whose turn it is: the queue and the company."""
        ahead, behind = _first(self._waiting), _first(self._behind)
        if behind is not None and (ahead is None or self._ahead >= BACKGROUND_AFTER):
            return self._behind, behind
        return (self._waiting, ahead) if ahead is not None else None


_Waiting = dict[str, deque[asyncio.Future[Permit]]]


def _first(waiting: _Waiting) -> str | None:
    """The company whose turn it is in a queue; None if nobody waits."""
    for company, line in list(waiting.items()):
        while line and line[0].done():
            line.popleft()  # its caller was cancelled
        if line:
            return company
        del waiting[company]
    return None
