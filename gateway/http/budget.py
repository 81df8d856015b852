"""The rate budget: calls handed out company by company in permit, never above the limit (Q4, decision 18)."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

#: Seconds by which calls may come closer to each other on their way: the network, and a busy machine on either side.
MARGIN = 0.05
#: Part of the calls that may go at once. The others keep a distance: bursts that the way holds up would else be two.
AT_ONCE = 0.5
#: That distance, as a part of the even one: the whole of it would let each late timer cost a little of the rate.
DISTANCE = 0.8
#: Not yet: a call that was handed out counts until its bytes have gone, and a window longer.
NOT_YET = float("inf")


def worker_share(limit: float, companies_here: int, companies: int) -> float:
    """This worker's calls a second: the limit by its part of the client's companies. The sum never passes it."""
    return limit * companies_here / companies if companies else 0.0


@dataclass(slots=True, eq=False)
class Permit:
    """One call that may be made; `gone` is to be said when its bytes go, or when they never will."""

    budget: RateBudget
    at: float = NOT_YET

    async def due(self) -> None:
        """At the last point before the bytes: what was lost while the call was on its way isn't used any more."""
        while (wait := self.budget.seconds_until_gone()) > 0:  # noqa: ASYNC110 - time, or a call of `set_rate`
            await asyncio.sleep(min(wait, 0.5))

    def sent(self) -> None:
        """It counts from now on, however long connecting took. Said twice, the first counts."""
        if self.at == NOT_YET:
            self.budget.count(self)


class RateBudget:
    """At most `rate` calls in any second, here and at the API; waiting companies take permits.

    Half of them may go at once, so that a single document is quick. What goes in a second here may come within
    `MARGIN` less there, so a second is that much longer here. `per`: the seconds over which the API counts, where it
    isn't one; then, and below one call a second, calls go one by one.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic, per: float = 1.0) -> None:
        self._clock, self._per = clock, per
        self._waiting: dict[str, deque[asyncio.Future[Permit]]] = {}
        self._permits: list[Permit] = []
        self._timer: asyncio.TimerHandle | None = None
        self._last = float("-inf")
        self.calls = 0
        self._set(rate)

    def set_rate(self, rate: float) -> None:
        """A new limit; 0 lets nothing through until it rises again. What is lost is lost at once; what is gained
        counts as just used: it was another worker's until now, which may have used it this very second.
        """
        before = self._size
        self._set(rate)
        self._used(self._size - before)
        if self._waiting:
            self._hand_out()

    def pause(self, seconds: float) -> None:
        """Nothing for so long."""
        self._used(self._size, seconds - self._window)

    def taken_over(self, ago: float = 0.0) -> None:
        """It was another worker's until so many seconds ago, who may have used all of it then."""
        self._used(self._size, -ago)

    async def acquire(self, company: str) -> None:
        """Returns when the company may make one call, which is made at once."""
        async with self.call(company):
            pass

    @asynccontextmanager
    async def call(self, company: str) -> AsyncIterator[Permit]:
        """Entered when the company may make one call; it counts from `gone`, at the latest from the end."""
        permit: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(company, deque()).append(permit)
        self._hand_out()
        try:
            yield await permit
        finally:
            if permit.done() and not permit.cancelled():
                permit.result().sent()

    def seconds_until_next(self) -> float:
        """Seconds until a call may be made; infinite at rate 0, and while calls are about to go."""
        if self.rate <= 0:
            return float("inf")
        now = self._clock()
        self._permits = [one for one in self._permits if now - one.at < self._window]
        wait = self._until_room([one.at for one in self._permits])
        if len(self._permits) >= self._size * AT_ONCE:
            wait = max(wait, self._last + self._window / self._size * DISTANCE - now)
        return max(wait, 0.0)

    def seconds_until_gone(self) -> float:
        """The same for a call that was handed out: its place may be gone with a part of the limit, or by a 429."""
        if self.rate <= 0:
            return float("inf")
        return max(0.0, self._until_room([one.at for one in self._permits if one.at != NOT_YET]))

    def grant(self) -> Permit:
        """Hand one call out."""
        permit = Permit(self)
        self._last = self._clock()
        self._permits.append(permit)
        self.calls += 1
        return permit

    def count(self, permit: Permit) -> None:
        """The bytes of a call go now."""
        permit.at = self._clock()
        if self._waiting:
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
        """Seconds until one more call may be counted beside these."""
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
            company, future = permit
            line = self._waiting.pop(company)
            line.popleft()
            if line:
                self._waiting[company] = line  # behind the others
            future.set_result(self.grant())

    def _next(self) -> tuple[str, asyncio.Future[Permit]] | None:
        for company, line in list(self._waiting.items()):
            while line and line[0].done():
                line.popleft()  # its caller was cancelled
            if line:
                return company, line[0]
            del self._waiting[company]
        return None
