"""Customer cards of an organisation: read when first needed, kept current by one shared call per poll."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from gateway.documents import Customer
from gateway.ledger import Home
from gateway.polling.change_feed import Changes
from gateway.severa.client import SeveraClient

#: The overlap of two reads, for changes that Severa stamped late (decision 1).
OVERLAP = timedelta(minutes=5)


@dataclass(slots=True)
class CustomerCards:
    """Cards by guid, and which of them have changed."""

    severa: SeveraClient
    home: Home
    #: Changes from then on matter, even before a card was needed.
    since: datetime | None = None
    changes: Changes = field(init=False)
    _cards: dict[str, Customer] = field(default_factory=dict)
    _read_to: datetime | None = None

    def __post_init__(self) -> None:
        self._read_to, self.changes = self.since, Changes(self.home)

    async def card(self, head: Customer) -> Customer:
        """The whole card of an invoice's customer; without a guid, what the invoice says of the customer."""
        if not head.id:
            return head
        if head.id not in self._cards:
            if self._read_to is None:
                self._read_to = self._now()
            self._cards[head.id] = await self.severa.customer(head.id)
        return self._cards[head.id]

    async def refresh(self) -> None:
        """Read what changed since the last call; nothing is read while no card was needed.

        While changes can't be read, no card is believed: each is read again when it is needed. The same holds after a
        clock was ahead: changes in between are later than the last read only by the right clock.
        """
        if self._read_to is None:
            return
        now = self._now()
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
            if card is None:  # whoever needs it reports that it can't be read
                self._cards.pop(guid, None)
            elif card != self._cards.get(guid):
                self._cards[guid] = card
                self.changes.saw([guid])

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.home.broker_time(), UTC)
