"""What was recently read of a register."""

from __future__ import annotations

import time
from typing import Any

#: How long a card of Procountor's register is believed, in seconds.
TTL_S = 3600.0
#: After how many seconds a card is read again for a refused document or a held company.
MIN_AGE_S = 30.0


class Cache(dict[str, tuple[float, Any]]):
    """Cards that were recently read or created."""

    def fresh(self, name: str, within: float = TTL_S) -> Any | None:
        """The card, unless it was read longer ago than this, in seconds."""
        read_at, card = self.get(name, (0.0, None))
        return card if time.monotonic() - read_at < within else None

    def forget(self, older: float) -> None:
        """Drop cards that were read longer ago than this, in seconds."""
        for name in [name for name, (read_at, _) in self.items() if time.monotonic() - read_at > older]:
            del self[name]

    def keep(self, name: str, card: Any) -> None:
        """Remember a card that was just read or created."""
        self[name] = (time.monotonic(), card)
