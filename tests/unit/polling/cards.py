"""Severa's cards of customers, one per call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gateway.documents import Customer
from gateway.errors import GatewayError
from tests.unit.one_company import MemorySevera


class CardSevera(MemorySevera):
    """Cards or errors, in the order of the calls. `changed`: the cards that have changed, or why they can't be read."""

    def __init__(
        self, *cards: Customer | GatewayError, changed: Mapping[str, Customer | None] | GatewayError | None = None
    ) -> None:
        super().__init__()
        self.cards, self.changed = list(cards), changed or {}
        self.asked_since = list[datetime]()

    async def customer(self, guid: str) -> Customer:
        card = self.cards.pop(0)
        if isinstance(card, GatewayError):
            raise card
        return card

    async def customers_changed_since(self, since: datetime) -> dict[str, Customer | None]:
        self.asked_since.append(since)
        if isinstance(self.changed, GatewayError):
            raise self.changed
        return dict(self.changed)
