"""Accounts and dimensions on the invoice's ledger receipt: one read and one write, after everything else (L1, D2)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import structlog

from gateway.delivery.attempt import AnyAttempt
from gateway.delivery.effects import step_lease
from gateway.delivery.outcomes import called
from gateway.documents import Target
from gateway.errors import Permanent, Transient, refuse
from gateway.procountor.receipts import ReceiptRead, rewritten
from gateway.rules.dimensions import new_entries
from gateway.steps.row_dimensions import Plan, ensure_items, plan_rows

log = structlog.get_logger()

#: How often the receipt is read and written within one attempt.
TRIES = 3


async def write_receipt(attempt: AnyAttempt, invoice: Target) -> None:
    """Write what the rows need on the receipt's entries; nothing if the receipt has it, or the rows need nothing.

    A change of the invoice recreates its receipt with another id: then it is looked up and read again. Raises Permanent
    if rows and entries can't be matched, or Procountor refuses.
    """
    plan = await plan_rows(attempt)
    if not plan.rows:
        return
    wants = await ensure_items(attempt, plan)
    refused: Permanent | None = None
    met: ReceiptRead | None = None
    for left in range(TRIES - 1, -1, -1):
        try:
            receipt = await _read(attempt, invoice, renewed=refused is not None)
            if refused is not None and met is not None and (receipt.id, receipt.version) == (met.id, met.version):
                raise refused
            body = rewritten(receipt, new_entries(wants, receipt.entries, attempt.rate))
            if body is None:
                return
            met = receipt
            try:
                await attempt.context.procountor.update_receipt(
                    receipt.id, body, await step_lease(attempt, invoice, "write receipt")
                )
            except Permanent as error:
                refused = _with_items(attempt, plan, body, error)
                if not left:
                    raise refused from error
                log.info(
                    "ledger receipt changed in Procountor, reading it again", document=attempt.key, receipt=receipt.id
                )
                continue
            log.info("ledger receipt written", document=attempt.key, receipt=receipt.id)
            return
        except Transient as error:
            wait = error.retry_after or 1.0
            if not left or wait > attempt.home.config.lease:
                raise
            await asyncio.sleep(wait)


def _with_items(attempt: AnyAttempt, plan: Plan, body: Mapping[str, Any], error: Permanent) -> Permanent:
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


async def _read(attempt: AnyAttempt, invoice: Target, renewed: bool) -> ReceiptRead:
    """The receipt, by the id that the invoice was last seen with; looked up again if that id is gone."""
    procountor, known = attempt.context.procountor, attempt.receipt_id
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
