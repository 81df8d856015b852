"""What was changed in Severa lately beside the heads that the poll lists: it may mend a refusal (SPEC Q3, ADR 7)."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

#: How far each read goes back behind the one before: what Severa stamped late.
OVERLAP = timedelta(minutes=5)

Read = Callable[[datetime], Awaitable[Mapping[str, tuple[str, str]]]]
"""Objects of one kind that were added or changed since a time: by guid, what each belongs to, and Severa's stamp."""


@dataclass(slots=True)
class Feed:
    """Changes of one kind of object. `since`: the oldest refusal that the ledger has."""

    read: Read
    since: datetime | None = None
    _stamps: dict[str, str] = field(default_factory=dict)
    _changed: dict[str, float] = field(default_factory=dict)
    _last: float = 0.0

    async def refresh(self, refused: bool) -> None:
        """Take over what changed; nothing is asked while nothing is refused."""
        if not refused:
            self.since = None
            return
        now = datetime.now(UTC)
        if self.since is not None:
            for guid, (owner, stamp) in (await self.read(self.since - OVERLAP)).items():
                if self._stamps.get(guid) != stamp:
                    self._stamps[guid] = stamp
                    self._changed[owner] = self._last = time.time()
        self.since = now

    def changed_since(self, moment: float, owner: str | None = None) -> bool:
        """Whether a change was seen after `moment` (seconds since 1970): of what belongs to `owner`, or of any."""
        return (self._last if owner is None else self._changed.get(owner, 0.0)) > moment
