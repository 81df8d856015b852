"""Dimensions as one flow: registers of Severa, kept in step with the items of Procountor's dimensions (F4)."""

from __future__ import annotations

from gateway.delivery.flow import SyncFlow
from gateway.documents import Kind, SyncedItem
from gateway.flows.dimensions.source import InSevera
from gateway.flows.dimensions.target import InProcountor

FLOW = SyncFlow(
    kind=Kind.DIMENSION_ITEM,
    title="dimension item",
    document=SyncedItem,
    schema="dimension-item-changed",
    event="DimensionItemChanged",
    settings=lambda company: company.dimensions,
    source=InSevera,
    target=InProcountor(),
)
