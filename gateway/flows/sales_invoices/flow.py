"""Sales invoices as one flow: from a status in Severa to an unfinished invoice in Procountor and back (F1)."""

from __future__ import annotations

from gateway.delivery.flow import TransferFlow
from gateway.documents import Kind, SalesInvoice
from gateway.flows.sales_invoices.source import InSevera, Waiting
from gateway.flows.sales_invoices.target import InProcountor
from gateway.steps.status_handshake import StatusHandshake

FLOW = TransferFlow(
    kind=Kind.SALES_INVOICE,
    title="sales invoice",
    document=SalesInvoice,
    schema="sales-invoice-changed",
    event="SalesInvoiceChanged",
    settings=lambda company: company.sales,
    source=InSevera(),
    listing=Waiting,
    target=InProcountor(),
    completion=StatusHandshake(),
)
