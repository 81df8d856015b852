"""How long the event loop was held up: nothing else of the worker runs meanwhile, no call, commit or heartbeat (Q4)."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

#: How often the loop is asked for a turn, and for how long a delay is remembered, in seconds.
EACH_S, KEPT_S = 0.05, 60.0


@dataclass(slots=True)
class LoopWatch:
    """Asks for a turn again and again, and notes how late it comes."""

    clock: Callable[[], float] = time.monotonic
    #: Delays that no later one exceeds, each with its time: the longest first.
    _delays: deque[tuple[float, float]] = field(default_factory=deque)

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            began = self.clock()
            await asyncio.sleep(EACH_S)
            self.note(self.clock() - began - EACH_S)

    def note(self, delay: float) -> None:
        """A turn came so many seconds late."""
        while self._delays and self._delays[-1][1] <= delay:
            self._delays.pop()
        self._delays.append((self.clock(), max(delay, 0.0)))

    def longest(self) -> float:
        """The longest delay of the last minute, in seconds."""
        while self._delays and self.clock() - self._delays[0][0] > KEPT_S:
            self._delays.popleft()
        return self._delays[0][1] if self._delays else 0.0
