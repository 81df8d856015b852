"""Every flow that there is."""

from __future__ import annotations

from gateway.delivery.flow import AnyFlow
from gateway.documents import Kind
from gateway.flows.sales_invoices.flow import FLOW as SALES_INVOICES

FLOWS: tuple[AnyFlow, ...] = (SALES_INVOICES,)
BY_KIND: dict[Kind, AnyFlow] = {flow.kind: flow for flow in FLOWS}
