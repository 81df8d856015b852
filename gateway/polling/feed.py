"""What was changed in Severa lately beside the heads that the poll lists: it may mend a refusal (SPEC Q3, ADR 7)."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

#: How far each read goes back behind the one before: what Severa stamped late.
OVERLAP = timedelta(minutes=5)
#: Seconds for which a change is remembered: what was refused before it was tried again long since.
REMEMBERED = 86_400.0

Read = Callable[[datetime], Awaitable[Mapping[str, tuple[str, str]]]]
"""Objects of one kind that were added or changed since a time: by guid, what each belongs to, and Severa's stamp."""


@dataclass(slots=True)
class Feed:
    """Changes of one kind of object. `since`: the oldest refusal that the ledger has; `_stamps`: what the last read
    showed, since the next one shows some of it again.
    """

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
            read = await self.read(self.since - OVERLAP)
            new = {owner for guid, (owner, stamp) in read.items() if self._stamps.get(guid) != stamp}
            self._stamps = {guid: stamp for guid, (_, stamp) in read.items()}
            self._remember(new)
        self.since = now

    def _remember(self, owners: Collection[str]) -> None:
        seen = time.time()
        self._last = seen if owners else self._last
        self._changed = {owner: at for owner, at in self._changed.items() if at > seen - REMEMBERED}
        self._changed |= dict.fromkeys(owners, seen)

    def changed_since(self, moment: float, owner: str | None = None) -> bool:
        """Whether a change was seen after `moment` (seconds since 1970): of what belongs to `owner`, or of any."""
        return (self._last if owner is None else self._changed.get(owner, 0.0)) > moment
