"""The business id of a person's company is that person's own number: fetched when it is needed, kept nowhere (R3)."""

from __future__ import annotations

from dataclasses import replace

from gateway.documents import SalesInvoice
from gateway.errors import MASK
from gateway.flows.sales_invoices.rules.partners import is_id
from gateway.severa.client import SeveraClient


async def with_personal_id(severa: SeveraClient, invoice: SalesInvoice) -> SalesInvoice:
    """The invoice with the number that its event doesn't carry, for the calls to Procountor alone (decision 16).

    The rules judge it as any other: a sole trader of Sweden is invoiced, a private person of Finland is refused.
    """
    customer = invoice.customer
    if invoice.business_id == MASK:
        return replace(invoice, business_id=await severa.receiver_id(invoice.id))
    if customer.business_id == MASK and not is_id(invoice.business_id or ""):
        return replace(invoice, customer=replace(customer, business_id=await severa.customer_id(customer.id)))
    return invoice
