"""Whether a product or a work type was changed lately: it may mend a refusal of a row (SPEC Q3)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from gateway.severa.client import SeveraClient

#: Cursor overlap: what Severa stamped late is read again (decision 1).
OVERLAP = timedelta(minutes=5)
#: Refusals that a product's card in Severa may mend. A row names no product, so any change of one may.
MENDED = ("PRODUCT_MISSING", "VAT_MISSING", "VAT_NOT_IN_USE")


@dataclass(slots=True)
class ProductChanges:
    """When a change was last seen (seconds since 1970). `since`: the oldest refusal that the ledger has."""

    severa: SeveraClient
    since: datetime | None = None
    _stamps: dict[str, str] = field(default_factory=dict)
    _changed: float = 0.0

    async def refresh(self, refused: bool) -> None:
        """Take over what changed; nothing is asked while nothing is refused."""
        if not refused:
            self.since = None
            return
        now = datetime.now(UTC)
        if self.since is not None:
            for guid, stamp in (await self.severa.products_changed_since(self.since - OVERLAP)).items():
                if self._stamps.get(guid) != stamp:
                    self._stamps[guid], self._changed = stamp, time.time()
        self.since = now

    def mends(self, cause: str, refused_at: float) -> bool:
        """Whether a change was seen after this refusal that may have mended it."""
        return self._changed > refused_at and cause.split("|", 1)[0] in MENDED
