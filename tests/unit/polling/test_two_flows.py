"""A company with two flows: neither's list, sweep or hold says anything of the other's documents (S18-S20)."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from gateway.delivery.hold_actions import place_hold, stage_passed
from gateway.delivery.holds import Stage
from gateway.delivery.waits import Waits
from gateway.errors import configuration
from gateway.flows.registry import FLOWS
from gateway.flows.travel_reimbursements.flow import FLOW
from gateway.polling.poller import Poller
from gateway.polling.sweep import sweep
from gateway.polling.units import Units
from gateway.polling.worklist import WorkList
from gateway.settings import Polling
from tests.unit.flows.travel_reimbursements.one_trip import OneTrip
from tests.unit.polling.organisation import StandingQueues
from tests.unit.published import PUBLISHING, outcomes

OTHERS = "acme-fi/sales-invoice/8f0e"


def a_work_list(trip: OneTrip) -> WorkList:
    """Of travel reimbursements."""
    contexts = {"acme-fi": trip.context}
    units = Units("nordic", trip.home, trip.severa, contexts, 600.0)
    return WorkList(
        "nordic", trip.home, FLOW, trip.listing, contexts, Polling(), partial(PUBLISHING.change, FLOW), units
    )


async def test_S19_a_sweep_leaves_documents_of_other_kinds(tmp_path: Path) -> None:
    """An invoice looked for among reimbursements would seem to be deleted."""
    trip = OneTrip(tmp_path)
    trip.context.unexplained.add(OTHERS)
    trip.context.unwritten.add(OTHERS)
    trip.context.second_looks[OTHERS] = 0.0
    work_list = a_work_list(trip)
    work_list.before["acme-fi"] = "Approved"
    work_list.queues = queues = StandingQueues()
    assert work_list.side_limit(trip.context) > 0
    sweep(work_list, [trip.context], set(), 0)
    assert queues.put_in == []


def test_F6_a_list_ends_no_wait_of_another_kind() -> None:
    """Of this worker or of an earlier one."""
    waits = Waits(lambda: 0.0)
    waits.begin(OTHERS, 0)
    waits.begin("acme-fi/travel-reimbursement/1", 0)
    for _ in range(2):
        waits.listed(set(), "acme-fi/travel-reimbursement/")
    assert {key: wait.gone for key, wait in waits.open.items()} == {
        OTHERS: False,
        "acme-fi/travel-reimbursement/1": True,
    }


async def test_decision_14_a_list_ends_the_holds_of_its_kind(tmp_path: Path) -> None:
    """The other flow's list says nothing of the cause."""
    trip, error = OneTrip(tmp_path), configuration("LIST_FAILED", said="no")
    await place_hold(trip.context, trip.home, error, Stage.POLL, "sales-invoice")
    held = trip.context.hold
    await stage_passed(trip.context, trip.home, Stage.POLL, held, "travel-reimbursement")
    assert trip.context.hold is held
    await stage_passed(trip.context, trip.home, Stage.POLL, held, "sales-invoice")
    assert trip.context.hold is None


async def test_S19_a_source_without_the_add_on_rests_the_flow(tmp_path: Path) -> None:
    """It is reported once, the company is not held, and the end is reported too."""
    trip = OneTrip(tmp_path)
    trip.apis.limits["no_travel"] = ["nordic"]
    poller = Poller(a_work_list(trip), trip.severa, 8.0)
    for _ in range(3):
        await poller._poll()
    assert [outcome.error.code for outcome in outcomes(trip.home) if outcome.error] == ["TRAVEL_ADDON_MISSING"]
    assert trip.context.hold is None and trip.calls("travelReimbursementsGetTravelReimbursements") == 0
    trip.apis.limits["no_travel"] = []
    await poller._poll()
    assert outcomes(trip.home)[-1].state == "withdrawn" and trip.context.current_error == ""


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.kind)
async def test_S19_a_flow_that_is_off_is_not_asked(tmp_path: Path, flow: Any) -> None:
    """No list of statuses, which the settings of a flow that is off need not name."""
    trip = OneTrip(tmp_path, enabled=False)
    trip.context.company = trip.company.model_copy(
        update={"sales": trip.company.sales.model_copy(update={"enabled": False})}
    )
    work_list = a_work_list(trip)
    cast(Any, work_list).flow = flow
    assert not work_list.is_on(trip.context)
    await work_list._find_statuses(trip.context)
    assert trip.apis.journal.entries() == [] and work_list.before == {}
