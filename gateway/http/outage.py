"""How long an API has given no answer of its own (decision 14: an API that is down, for reads too)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Outage:
    """A period without answers of an API. It begins with a call that gets no answer, a failure, or an answer that is
    not the API's own; any other answer ends it. Time without calls proves nothing.
    """

    clock: Callable[[], float] = time.monotonic
    #: Whether the last call was answered; False before the first call.
    has_answered: bool = False
    _since: float | None = None
    _last: float = 0.0

    def answered(self, status: int) -> None:
        """The API answered. 408 and 5xx don't count as an answer."""
        if status == 408 or status >= 500:
            self.no_answer()
        else:
            self.has_answered, self._since = True, None

    def no_answer(self) -> None:
        """A call got no answer."""
        self.has_answered, self._last = False, self.clock()
        if self._since is None:
            self._since = self._last

    @property
    def seconds(self) -> float:
        """Seconds from the first to the last call of the outage; 0 if the last call was answered."""
        return 0.0 if self._since is None else self._last - self._since
