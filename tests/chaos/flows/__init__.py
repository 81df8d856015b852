"""All flows, as simulation, chaos and their judge see them: a further flow is a folder here, and a line.

Nothing here comes from the gateway: what is wanted is read from the worlds, by plain rules of docs/requirements.md.
"""

from __future__ import annotations

from tests.chaos.flows.document import Document
from tests.chaos.flows.flow import Flow
from tests.chaos.flows.sales_invoices.flow import SALES_INVOICES
from tests.chaos.flows.travel_reimbursements.flow import TRAVEL_REIMBURSEMENTS

FLOWS: tuple[Flow, ...] = (SALES_INVOICES, TRAVEL_REIMBURSEMENTS)
#: Classes of documents by their kinds.
KINDS: dict[str, type[Document]] = {flow.document.KIND: flow.document for flow in FLOWS if flow.document}

__all__ = ["FLOWS", "KINDS", "Document", "Flow"]
