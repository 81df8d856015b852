"""The journal of every call and effect: checkers believe it, not the gateway."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar


class Journal:
    """Entries in the order in which calls ended or took effect."""

    #: Called with each entry of every journal of this process, including entries that are cleared later.
    listeners: ClassVar[list[Callable[[dict[str, Any]], None]]] = []

    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def write(self, **facts: Any) -> dict[str, Any]:
        """Add an entry; `at` is now, in UTC."""
        with self._lock:
            entry = {
                "n": len(self._entries),
                "at": datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="microseconds"),
                **facts,
            }
            self._entries.append(entry)
        for listener in self.listeners:
            listener(entry)
        return entry

    def entries(self, after: int = -1) -> list[dict[str, Any]]:
        """Entries with a number above `after`."""
        with self._lock:
            return [dict(one) for one in self._entries[after + 1 :]]

    def clear(self) -> None:
        """Remove all entries."""
        with self._lock:
            self._entries.clear()
