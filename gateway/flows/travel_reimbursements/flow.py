"""Travel reimbursements as one flow: from a status in Severa to a travel invoice in Procountor and back (F2)."""

from __future__ import annotations

from gateway.delivery.flow import TransferFlow
from gateway.documents import Kind, TravelReimbursement
from gateway.flows.travel_reimbursements.source import InSevera, Waiting
from gateway.flows.travel_reimbursements.target import InProcountor
from gateway.steps.status_handshake import StatusHandshake

FLOW = TransferFlow(
    kind=Kind.TRAVEL_REIMBURSEMENT,
    title="travel reimbursement",
    document=TravelReimbursement,
    schema="travel-reimbursement-changed",
    event="TravelReimbursementChanged",
    settings=lambda company: company.travel,
    source=InSevera(),
    listing=Waiting,
    target=InProcountor(),
    completion=StatusHandshake(),
    absent=frozenset({"TRAVEL_ADDON_MISSING"}),
)
