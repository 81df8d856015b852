"""What is known of an invoice's allocations: by the ledger, or by the marked fees in Severa (ADR 28)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from gateway.delivery.attempt import payload_of
from gateway.delivery.company import CompanyContext
from gateway.delivery.record import record_of
from gateway.documents import Kind
from gateway.flows.purchase_invoices.memo import decoded
from gateway.flows.purchase_invoices.rules.memo import Memo
from gateway.http import in_turns
from gateway.ledger import Home, looked_up_first

#: By how much a receipt is dated ahead of its last change, at most.
AHEAD = timedelta(days=90)


@dataclass(slots=True)
class Allocations:
    """Which allocations of a company's invoices the ledger may have. The ledger is read once; a record that it gets
    later is of an allocation that a look has found.
    """

    company: str
    home: Home
    #: Ids of allocations by the ids of their invoices, in order.
    _ids: dict[int, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    _is_read: bool = False
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def recall(self) -> None:
        """Read the ledger once."""
        async with self._reading:
            if self._is_read:
                return
            async for key, _ in in_turns(self.home.items(self._prefix)):
                self.found(key.removeprefix(self._prefix))
            self._is_read = True

    def found(self, id_: str) -> None:
        """A look has found an allocation."""
        self._ids[invoice_of(id_)][id_] = None

    def keys(self, invoice_id: int) -> list[str]:
        """Keys of the invoice's allocations; some may not be in the ledger."""
        return [self._prefix + id_ for id_ in self._ids.get(invoice_id, ())]

    def memos(self, invoice_id: int) -> list[Memo]:
        """What the ledger keeps of the invoice's allocations; nothing of those without a fee. Raises Unreadable."""
        read = (decoded(memo_of(self.home, key), key) for key in self.keys(invoice_id))
        return [memo for memo in read if memo is not None]

    @property
    def _prefix(self) -> str:
        return f"{self.company}/{Kind.COST_ALLOCATION}/"


def invoice_of(id_: str) -> int:
    """The id of an allocation's invoice."""
    return int(id_.partition("-")[0])


def memo_of(home: Home, key: str) -> str:
    """The memo of an attempt that has not ended, otherwise that of the record. Raises Unreadable."""
    intent, record = home.intent(key), record_of(home, key)
    if intent is not None:
        return payload_of(intent).memo
    return record.memo if record is not None else ""


def may_have_fees(context: CompanyContext, created: datetime | None) -> bool:
    """Whether an earlier ledger may have known fees of an invoice that was created then: `created` is by Procountor's
    clock, whose zone the margin covers (decision 12).
    """
    return created is None or looked_up_first(created, context.horizon, margin=context.margin)


def looks_from(context: CompanyContext) -> datetime:
    """From when on an invoice that counts may have been changed, and a fee of it created."""
    return datetime.combine(context.company.purchases.receipts_from - AHEAD, time(), UTC)
