"""Fees that the gateway created, of all projects of an organisation: where a ledger may not know them (decision 12)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.flows.purchase_invoices.rules.marker import mark_of
from gateway.rules.purchases import ProjectFee
from gateway.severa.fees import SeveraFees


@dataclass(slots=True)
class MarkedFees:
    """Read once: what the gateway creates later is in the ledger. Shared by the companies of an organisation."""

    severa: SeveraFees
    #: By company and invoice.
    _found: dict[tuple[str, int], list[ProjectFee]] = field(default_factory=dict)
    #: From when on they are read.
    _since: datetime | None = None
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of_invoice(self, company: str, invoice_id: int, since: datetime) -> Sequence[ProjectFee]:
        """The fees whose marker names an allocation of this invoice, of those that changed since then."""
        async with self._reading:
            if self._since is None or since < self._since:
                found = defaultdict(list)
                for fee in await self.severa.fees_changed(since):
                    mark = mark_of(fee.description)
                    if mark is not None:
                        found[mark.company, mark.invoice_id].append(fee)
                self._found, self._since = found, since
        return self._found.get((company, invoice_id), ())
