"""A reimbursement is created once, whatever fails, beside an invoice of the same number (Q1, R1)."""

from __future__ import annotations

from pathlib import Path

from tests.unit.flows.travel_reimbursements.one_trip import OneTrip


async def test_S10_a_missing_circulation_holds_and_then_goes_on(tmp_path: Path) -> None:
    """A configuration error that names it; nothing is created twice."""
    trip = OneTrip(tmp_path, target_status="RECEIVED")
    trip.apis.limits["no_circulation"] = ["acme-fi"]
    await trip.attempt()
    assert trip.context.hold is not None and trip.context.hold.code == "CIRCULATION_MISSING"
    trip.apis.limits["no_circulation"] = []
    trip.wall += 700
    assert (await trip.transfer()).state == "created"
    assert trip.invoice["status"] == "RECEIVED" and len(trip.invoice["attachments"]) == 1


async def test_Q1_a_lost_answer_is_looked_for_and_settled(tmp_path: Path) -> None:
    """The POST was executed and its answer lost: found by its marker, with its file attached once."""
    trip = OneTrip(tmp_path)
    trip.apis.set_faults([{"api": "procountor", "operation": "saveInvoice", "kind": "drop_after", "times": 1}])
    await trip.attempt()
    assert trip.told == []
    assert (await trip.transfer()).state == "created"
    assert len(trip.there("/invoices")) == 1 and len(trip.invoice["attachments"]) == 1


async def test_Q1_a_new_person_is_created_once(tmp_path: Path) -> None:
    """The next attempt comes before a search shows it; then it is found by the number again."""
    trip = OneTrip(tmp_path, person=None, people=True)
    lost = {"api": "procountor", "operation": "saveInvoice", "kind": "fail_before", "times": 1}
    late = {"api": "procountor", "operation": "insertPerson", "kind": "search_lag", "times": 1, "seconds": 60.0}
    trip.apis.set_faults([lost, late])
    await trip.attempt()
    assert (await trip.transfer()).state == "created"
    assert (len(trip.there("/persons")), len(trip.there("/invoices"))) == (1, 1)
