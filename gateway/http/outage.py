"""For how long an API has given no answer of its own (decision 14: it is down, for reads too)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Outage:
    """Begins with a call that ends without an answer, with a failure of the API, or with an answer that is not its own;
    any other answer ends it. Time in which nothing was asked says nothing.

    `has_answered`: the last call was; False before the first one.
    """

    clock: Callable[[], float] = time.monotonic
    has_answered: bool = False
    _since: float | None = None
    _last: float = 0.0

    def answered(self, status: int) -> None:
        """The API answered; 408 and 5xx say that it can't."""
        if status == 408 or status >= 500:
            self.no_answer()
        else:
            self.has_answered, self._since = True, None

    def no_answer(self) -> None:
        """A call ended without an answer."""
        self.has_answered, self._last = False, self.clock()
        if self._since is None:
            self._since = self._last

    @property
    def seconds(self) -> float:
        """From its first call to its last; 0 when the last call was answered."""
        return 0.0 if self._since is None else self._last - self._since
