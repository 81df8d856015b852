"""Customer cards of one organisation: read when first needed, kept up to date by one shared call a poll."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from gateway.documents import Customer
from gateway.severa.client import SeveraClient

#: Cursor overlap: what Severa stamped late is read again (decision 1).
OVERLAP = timedelta(minutes=5)


@dataclass(slots=True)
class CustomerCards:
    """Cards by guid, with the time at which a change was seen (seconds since 1970).

    `since`: changes from then on matter already, before any card was needed.
    """

    severa: SeveraClient
    since: datetime | None = None
    _cards: dict[str, Customer] = field(default_factory=dict)
    _changed: dict[str, float] = field(default_factory=dict)
    _read_to: datetime | None = None

    def __post_init__(self) -> None:
        self._read_to = self.since

    async def card(self, head: Customer) -> Customer:
        """The whole card of a customer that an invoice names; what the invoice says of it where it names no guid."""
        if not head.id:
            return head
        if head.id not in self._cards:
            if self._read_to is None:
                self._read_to = datetime.now(UTC)
            self._cards[head.id] = await self.severa.customer(head.id)
        return self._cards[head.id]

    async def refresh(self) -> None:
        """Take over what changed since the last call; nothing is asked while no card was needed.

        While that can't be read no card is believed: each is read again when it is needed. So it is after a clock that
        was ahead: what changed meanwhile is later than the last read only by the right clock.
        """
        if self._read_to is None:
            return
        now = datetime.now(UTC)
        since = self._read_to - OVERLAP
        if since > now:
            self._cards.clear()
            since = now - OVERLAP
        try:
            changed = await self.severa.customers_changed_since(since)
        except Exception:
            self._cards.clear()
            raise
        self._read_to = now
        for guid, card in changed.items():
            if card is None:  # whoever needs it says that it can't be read
                self._cards.pop(guid, None)
            elif card != self._cards.get(guid):
                self._cards[guid] = card
                self._changed[guid] = time.time()

    def changed_since(self, customer: str, moment: float) -> bool:
        """Whether a change of the card was seen after `moment` (seconds since 1970)."""
        return self._changed.get(customer, 0.0) > moment
