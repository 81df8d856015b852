"""Accounts and dimensions on the invoice's ledger receipt: one read and one write, after everything else (L1, D2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import structlog

from gateway.delivery.attempt import AnyAttempt
from gateway.delivery.outcomes import called
from gateway.errors import Permanent, refuse
from gateway.ledger import Lease
from gateway.ledger.effects import Effect
from gateway.procountor.receipts import ReceiptRead, rewritten
from gateway.rules.dimensions import new_entries
from gateway.steps.row_dimensions import RowPlan, wants

log = structlog.get_logger()

#: How often the receipt is written within one attempt.
TRIES = 3


def receipt(attempt: AnyAttempt, plan: RowPlan) -> tuple[Effect, ...]:
    """The effect that writes what the rows need on the receipt's entries; none if they need nothing."""
    if not plan.rows:
        return ()
    written = _Receipt(attempt, plan)
    return (Effect("write receipt", written.write, written.is_there),)


class _Receipt:
    """The receipt of one invoice, and its new content."""

    def __init__(self, attempt: AnyAttempt, plan: RowPlan) -> None:
        self.attempt, self.plan = attempt, plan
        self._seen: ReceiptRead | None = None
        self._body: dict[str, Any] | None = None
        self._sent = False

    async def is_there(self) -> bool:
        """Whether its entries have what the rows need. Raises Permanent if rows and entries can't be matched."""
        await self._look()
        return self._body is None

    async def write(self, lease: Lease) -> None:
        """Write it. A change of the invoice recreates its receipt with another id: then it is looked up and read again.
        Raises Permanent if Procountor refuses the same receipt again.
        """
        if self._sent:  # no answer: the write is repeated only if it is still needed
            await self._look(renewed=True)
        self._sent = True
        for left in range(TRIES - 1, -1, -1):
            seen, body = self._seen, self._body
            assert seen is not None
            if body is None:
                return
            try:
                await self.attempt.context.procountor.update_receipt(seen.id, body, lease)
            except Permanent as error:
                refused = _with_items(self.attempt, self.plan, body, error)
                if not left:
                    raise refused from error
                log.info(
                    "ledger receipt changed in Procountor, reading it again",
                    document=self.attempt.key,
                    receipt=seen.id,
                )
                now = await self._look(renewed=True)
                if (now.id, now.version) == (seen.id, seen.version):
                    raise refused from error
            else:
                log.info("ledger receipt written", document=self.attempt.key, receipt=seen.id)
                return

    async def _look(self, renewed: bool = False) -> ReceiptRead:
        self._seen = seen = await _read(self.attempt, renewed)
        self._body = rewritten(seen, new_entries(wants(self.attempt, self.plan), seen.entries, self.attempt.rate))
        return seen


def _with_items(attempt: AnyAttempt, plan: RowPlan, body: Mapping[str, Any], error: Permanent) -> Permanent:
    """A refusal may come from the number of a dimension's items, which a usage setting of Procountor limits. No call
    shows the limit, so the error names the largest number on the receipt.
    """
    items: dict[int, set[int]] = defaultdict(set)
    for one in body["transactions"]:
        for value in one.get("dimensionItemValues") or ():
            items[value["dimensionId"]].add(value["itemId"])
    most = max(plan.dimensions.values(), key=lambda one: len(items[one.id]), default=None)
    if error.code != "PROCOUNTOR_REFUSED" or most is None or len(items[most.id]) < 2:
        return error
    facts = {"number": attempt.document.number, "said": error.facts["said"], "dimension": most.name}
    return refuse("RECEIPT_REFUSED", error.detail, **facts, count=len(items[most.id]))


async def _read(attempt: AnyAttempt, renewed: bool) -> ReceiptRead:
    """The receipt, by the id that the invoice was last seen with; looked up again if that id is gone."""
    procountor, known, invoice = attempt.context.procountor, attempt.receipt_id, attempt.target
    if known is not None and not renewed:
        try:
            return await procountor.receipt(known)
        except Permanent as error:
            log.info(
                "ledger receipt is gone, looking it up again", document=attempt.key, receipt=known, detail=error.detail
            )
    attempt.saw(await procountor.invoice(int(invoice.id)))
    if attempt.receipt_id is None:
        raise refuse("RECEIPT_MISSING", number=attempt.document.number, invoice_id=invoice.id, there=called(invoice))
    return await procountor.receipt(attempt.receipt_id)
