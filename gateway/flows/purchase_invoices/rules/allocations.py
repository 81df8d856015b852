"""The allocations of a purchase invoice as it is now, beside those that are known of it (U1, U3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from gateway.documents import CostAllocation, ItemRef, Money, Withdrawal
from gateway.flows.purchase_invoices.rules.identity import numbered
from gateway.flows.purchase_invoices.rules.shares import Share, shares
from gateway.flows.purchase_invoices.rules.statuses import withdrawal
from gateway.rules.items import DimensionItem
from gateway.rules.purchases import PurchaseInvoice, PurchaseReceipt


def allocations(
    invoice: PurchaseInvoice,
    receipt: PurchaseReceipt,
    dimension_id: int,
    items: Mapping[int, DimensionItem],
    known: Iterable[CostAllocation],
    currency: str,
) -> tuple[CostAllocation, ...]:
    """Every allocation of an invoice, in the order of their numbers.

    `dimension_id`: the project dimension, with its `items` by id; `known`: the invoice's allocations so far;
    `currency`: the company's. An invoice that doesn't count withdraws what is known, and begins nothing. A withdrawn
    allocation keeps its content: it is what its fee must be found by.
    """
    there = {number_of(one): one for one in known}
    why = withdrawal(invoice.status)
    found: dict[int, Share] = {}
    if why is None:
        live = {number: _share(one) for number, one in there.items() if one.withdrawn is None}
        gone = {number: _share(one) for number, one in there.items() if one.withdrawn is not None}
        found = numbered(shares(receipt.entries, dimension_id), live, gone)
    said = {n: _allocation(n, share, invoice, receipt, items, currency) for n, share in found.items()}
    said |= {
        n: _withdrawn(one, invoice, receipt, why or Withdrawal.REMOVED) for n, one in there.items() if n not in said
    }
    return tuple(said[n] for n in sorted(said))


def number_of(allocation: CostAllocation) -> int:
    """Its number on its invoice."""
    return int(allocation.id.rpartition("-")[2])


def _share(one: CostAllocation) -> Share:
    return Share(one.item.id, one.amount.amount, one.vat_percent, one.text)


def _allocation(
    number: int,
    share: Share,
    invoice: PurchaseInvoice,
    receipt: PurchaseReceipt,
    items: Mapping[int, DimensionItem],
    currency: str,
) -> CostAllocation:
    item = items.get(share.item_id, DimensionItem(share.item_id, ""))
    return CostAllocation(
        id=f"{invoice.id}-{number}",
        number=invoice.number,
        updated_at=_version(invoice, receipt),
        status_name=invoice.status,
        invoice_id=invoice.id,
        supplier=invoice.supplier,
        supplier_number=invoice.supplier_number,
        date=receipt.date,
        text=share.text,
        amount=Money(share.amount, currency),
        vat_percent=share.vat_percent,
        item=ItemRef(item.id, item.name, item.description),
        currency=invoice.currency,
        currency_rate=invoice.currency_rate,
    )


def _withdrawn(
    one: CostAllocation, invoice: PurchaseInvoice, receipt: PurchaseReceipt, why: Withdrawal
) -> CostAllocation:
    """One that was withdrawn before keeps its reason: the fee is gone, and another reason changes nothing."""
    version = _version(invoice, receipt)
    return replace(one, status_name=invoice.status, updated_at=version, withdrawn=one.withdrawn or why)


def _version(invoice: PurchaseInvoice, receipt: PurchaseReceipt) -> datetime | None:
    return max((one for one in (invoice.version, receipt.version) if one is not None), default=None)
