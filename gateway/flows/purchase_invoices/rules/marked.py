"""Allocations as their fees in Severa show them, where the ledger knows nothing of them (ADR 28)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from gateway.documents import CostAllocation, ItemRef, Money
from gateway.flows.purchase_invoices.rules.marker import mark_of
from gateway.flows.purchase_invoices.rules.projects import number_in
from gateway.rules.items import DimensionItem, Form
from gateway.rules.purchases import ProjectFee, PurchaseInvoice


def by_number(items: Iterable[DimensionItem], form: Form) -> dict[int, ItemRef]:
    """Items of the project dimension by the numbers of their projects."""
    refs = [ItemRef(one.id, one.name, one.description) for one in items]
    return {number: ref for ref in refs if (number := number_in(ref, form)) is not None}


def of_fees(
    fees: Iterable[ProjectFee],
    invoice: PurchaseInvoice,
    items: Mapping[int, ItemRef],
    numbers: Mapping[str, int | None],
) -> list[CostAllocation]:
    """The allocations of an invoice's marked fees. `items`: those of the project dimension by the numbers of their
    projects; `numbers`: the projects' numbers by guid.
    """
    found = {}
    for fee in fees:
        mark, number = mark_of(fee.description), numbers.get(fee.project_id)
        if mark is not None:
            item = items.get(number) if number is not None else None
            found[mark.allocation] = _allocation(fee, mark.allocation, invoice, item or ItemRef(0, fee.project_name))
    return list(found.values())


def _allocation(fee: ProjectFee, id_: str, invoice: PurchaseInvoice, item: ItemRef) -> CostAllocation:
    return CostAllocation(
        id=id_,
        number=invoice.number,
        updated_at=invoice.version,
        status_name=invoice.status,
        invoice_id=invoice.id,
        supplier=invoice.supplier,
        supplier_number=invoice.supplier_number,
        date=fee.date or dt.date.min,
        text="" if fee.name == invoice.supplier else fee.name,
        amount=Money(fee.cost, fee.unit_cost.currency if fee.unit_cost is not None else ""),
        vat_percent=fee.vat_percent if fee.vat_percent is not None else Decimal(0),
        item=item,
        currency=invoice.currency,
        currency_rate=invoice.currency_rate,
    )
