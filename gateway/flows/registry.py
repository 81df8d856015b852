"""All flows of the gateway."""

from __future__ import annotations

from gateway.check.both_systems import Look
from gateway.delivery.flow import AnyFlow
from gateway.documents import Kind
from gateway.flows.dimensions.check import LOOKS as DIMENSION_LOOKS
from gateway.flows.dimensions.flow import FLOW as DIMENSION_ITEMS
from gateway.flows.people.check import LOOKS as PEOPLE_LOOKS
from gateway.flows.people.flow import FLOW as PEOPLE
from gateway.flows.purchase_invoices.check import LOOKS as PURCHASE_LOOKS
from gateway.flows.purchase_invoices.flow import FLOW as PURCHASE_INVOICES
from gateway.flows.sales_invoices.check import LOOKS as SALES_INVOICE_LOOKS
from gateway.flows.sales_invoices.flow import FLOW as SALES_INVOICES
from gateway.flows.travel_reimbursements.check import LOOKS as TRAVEL_LOOKS
from gateway.flows.travel_reimbursements.flow import FLOW as TRAVEL_REIMBURSEMENTS

FLOWS: tuple[AnyFlow, ...] = (SALES_INVOICES, TRAVEL_REIMBURSEMENTS, PURCHASE_INVOICES, PEOPLE, DIMENSION_ITEMS)
BY_KIND: dict[Kind, AnyFlow] = {flow.kind: flow for flow in FLOWS}
#: What `gateway check` looks at for them.
LOOKS: tuple[Look, ...] = (*SALES_INVOICE_LOOKS, *TRAVEL_LOOKS, *PURCHASE_LOOKS, *PEOPLE_LOOKS, *DIMENSION_LOOKS)
