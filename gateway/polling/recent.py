"""From when on a change is recent, so that it is found without reading the whole list (B7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: The overlap of each read: for changes during the last poll, and for clock differences.
OVERLAP = timedelta(seconds=5)
#: The overlap once in `WIDE_EACH` seconds, for changes that Severa stamped late. Not each time: a burst would be read
#: over and over.
WIDE, WIDE_EACH = timedelta(seconds=60), 60.0


@dataclass(slots=True)
class RecentWindow:
    """`since` is called when a poll begins to list, `listed` when it has. `clock`: seconds since 1970."""

    clock: Callable[[], float]
    _from: datetime | None = None
    _began: datetime | None = None
    _wide_at: float = -WIDE_EACH

    def since(self) -> datetime | None:
        """The start of the list of recent changes; None for the first poll, which reads the whole list."""
        self._began = datetime.fromtimestamp(self.clock(), UTC)
        if self._from is None:
            return None
        if self.clock() - self._wide_at >= WIDE_EACH:
            self._wide_at = self.clock()
            return self._from - WIDE
        return self._from - OVERLAP

    def listed(self) -> None:
        """Everything that had changed when this poll began is known."""
        self._from = self._began
