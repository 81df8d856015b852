"""What `gateway check` says of travel reimbursements (S2, S9, S11, S19)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from gateway.check.both_systems import BothSystems, ReadOnce
from gateway.check.findings import Finding
from gateway.flows.travel_reimbursements.check import LOOKS, compare_status
from gateway.settings.company import SalesDimensions
from gateway.severa.travel_responses import TravelStatus
from tests.unit.flows.travel_reimbursements.one_trip import OneTrip

STATUSES = [TravelStatus("1", "Approved", locked=True), TravelStatus("2", "Open", locked=False)]
STATUSES += [TravelStatus("3", "Twice"), TravelStatus("4", "Twice")]


@pytest.mark.parametrize(
    ("name", "state", "told"),
    [
        ("Approved", "ok", "Approved"),
        ("Open", "different", "is not locked"),
        ("Twice", "different", "Severa has 2"),
        ("Gone", "missing", "It has: Approved, Open, Twice."),
    ],
)
def test_S9_a_status_is_there_once_and_locked(name: str, state: str, told: str) -> None:
    (found,) = compare_status("before", name, STATUSES)
    assert (found.state, told in found.message) == (state, True)


async def seen(trip: OneTrip) -> list[Finding]:
    """The lines of the report."""
    organisation: Any = None
    two = BothSystems(organisation, trip.company, trip.severa, trip.procountor, dt.date(2026, 3, 2), ReadOnce())
    return [line for look in LOOKS for line in await look.see(two)]


async def test_S2_a_company_that_is_set_up_fits(tmp_path: Path) -> None:
    trip = OneTrip(tmp_path, dimensions=SalesDimensions(project="Projects"))
    assert [one.thing for one in await seen(trip) if one.state == "ok"] == [
        "travel status before",
        "travel status after",
        "project Projects",
        "posting by row",
    ]


async def test_S2_what_is_missing_names_who_mends_it(tmp_path: Path) -> None:
    """The add-on, a dimension, the posting by row."""
    trip = OneTrip(tmp_path, dimensions=SalesDimensions(project="Trips"))
    trip.apis.limits["no_travel"] = ["nordic"]
    posting = {"accountingByRow": {"travelAndExpenseInvoicePosting": False}}
    trip.apis.world["procountor"]["acme-fi"]["/company/usagesettings"] = posting
    found = [(one.thing, one.state.value, one.step.where if one.step else "") for one in await seen(trip)]
    assert found == [
        ("add-on", "missing", "Severa"),
        ("project Trips", "missing", "settings"),
        ("posting by row", "different", "Procountor"),
    ]


async def test_S19_a_flow_that_is_off_is_not_looked_at(tmp_path: Path) -> None:
    trip = OneTrip(tmp_path, enabled=False)
    assert await seen(trip) == [] and trip.apis.journal.entries() == []
