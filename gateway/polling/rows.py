"""Which invoices had a row changed lately: Severa's head does not show it, and it may mend a refusal (SPEC Q3)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from gateway.severa.client import SeveraClient

#: Cursor overlap: what Severa stamped late is read again (decision 1).
OVERLAP = timedelta(minutes=5)


@dataclass(slots=True)
class RowChanges:
    """Times of changes by invoice (seconds since 1970). `since`: the oldest refusal that the ledger has."""

    severa: SeveraClient
    since: datetime | None = None
    _stamps: dict[str, str] = field(default_factory=dict)
    _changed: dict[str, float] = field(default_factory=dict)

    async def refresh(self, refused: bool) -> None:
        """Take over what changed; nothing is asked while nothing is refused."""
        if not refused:
            self.since = None
            return
        now = datetime.now(UTC)
        if self.since is not None:
            for row, (invoice, stamp) in (await self.severa.rows_changed_since(self.since - OVERLAP)).items():
                if self._stamps.get(row) != stamp:
                    self._stamps[row], self._changed[invoice] = stamp, time.time()
        self.since = now

    def changed_since(self, invoice: str, moment: float) -> bool:
        """Whether a change of one of its rows was seen after `moment` (seconds since 1970)."""
        return self._changed.get(invoice, 0.0) > moment
