"""The rate budget: calls handed out company by company in turn, never above the limit (SPEC Q4, decision 18)."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable


def worker_share(limit: float, companies_here: int, companies: int) -> float:
    """This worker's calls a second: the limit by its part of the client's companies. The sum never passes it."""
    return limit * companies_here / companies if companies else 0.0


class RateBudget:
    """At most `rate` calls in any second, bursts allowed; waiting companies take turns.

    For a rate below one a second the window is longer, so that the rate still holds.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._granted: deque[float] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self.calls = 0
        self.set_rate(rate)

    def set_rate(self, rate: float) -> None:
        """A new limit; 0 lets nothing through until it rises again."""
        self.rate = rate
        self._size = max(1, int(rate))
        self._window = self._size / rate if rate > 0 else 0.0
        if self._waiting:
            self._hand_out()

    async def acquire(self, company: str) -> None:
        """Returns when the company may make one call."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(company, deque()).append(turn)
        self._hand_out()
        await turn

    def seconds_until_next(self) -> float:
        """Seconds until a call may be made; infinite at rate 0."""
        if self.rate <= 0:
            return float("inf")
        while len(self._granted) > self._size:
            self._granted.popleft()
        if len(self._granted) < self._size:
            return 0.0
        return max(0.0, self._granted[0] + self._window - self._clock())

    def _hand_out(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while turn := self._next():
            wait = self.seconds_until_next()
            if wait == float("inf"):
                return
            if wait > 0:
                self._timer = asyncio.get_running_loop().call_later(wait, self._hand_out)
                return
            company, future = turn
            line = self._waiting.pop(company)
            line.popleft()
            if line:
                self._waiting[company] = line  # behind the others
            self._granted.append(self._clock())
            self.calls += 1
            future.set_result(None)

    def _next(self) -> tuple[str, asyncio.Future[None]] | None:
        for company, line in list(self._waiting.items()):
            while line and line[0].done():
                line.popleft()  # its caller was cancelled
            if line:
                return company, line[0]
            del self._waiting[company]
        return None
