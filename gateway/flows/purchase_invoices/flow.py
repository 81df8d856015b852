"""Purchase invoices as one flow: from approved invoices in Procountor to project fees in Severa (F3, U1-U4)."""

from __future__ import annotations

from gateway.delivery.flow import SyncFlow
from gateway.documents import CostAllocation, Kind
from gateway.flows.purchase_invoices.source import Purchases
from gateway.flows.purchase_invoices.target import InSevera

FLOW = SyncFlow(
    kind=Kind.COST_ALLOCATION,
    title="cost allocation",
    document=CostAllocation,
    schema="cost-allocation-changed",
    event="CostAllocationChanged",
    settings=lambda company: company.purchases,
    source=Purchases,
    target=InSevera(),
)
