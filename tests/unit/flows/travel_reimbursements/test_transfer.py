"""A travel reimbursement on the real path, over both sandbox APIs in memory (F2, R1-R5, S9-S12, X1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.attachments import FileProcessor
from gateway.delivery.record import State, TransferRecord
from gateway.documents import DocumentKey, Kind, Revision, Sequence
from gateway.errors import Configuration
from gateway.flows.people.rules.memo import Memo
from gateway.flows.travel_reimbursements.flow import FLOW
from gateway.sandbox.world.demo_travel import TRAVEL_AFTER, expense, iban, personal_id, receipt
from gateway.sandbox.world.demo_world import guid
from gateway.settings.company import SalesDimensions
from tests.unit.flows.travel_reimbursements.one_trip import FIRM, NUMBER, PERSON, TRIP, OneTrip, Unmerged

DIMENSIONS = SalesDimensions(project="Projects")


def codes(outcome: Any) -> list[str]:
    """Every code of a refusal."""
    return [outcome.error.code, *(one.code for one in outcome.error.others)]


async def test_F2_a_reimbursement_is_transferred_whole(tmp_path: Path) -> None:
    """Created once, with person, codes and file; then its status moves in Severa (R5)."""
    trip = OneTrip(tmp_path)
    outcome = await trip.transfer()
    assert (outcome.state, outcome.subject.number, outcome.subject.party) == ("created", "501", "Maija Matkaaja 0")
    invoice = trip.invoice
    assert (invoice["type"], invoice["partnerId"], invoice["status"]) == ("TRAVEL_INVOICE", PERSON, "UNFINISHED")
    assert invoice["originalInvoiceNumber"] == str(NUMBER)
    assert invoice["counterParty"]["bankAccount"] == {"accountNumber": iban(FIRM)}
    assert invoice["notes"].startswith(f"severa:{TRIP}#1:")
    ((name, with_invoice),) = [(one["name"], one["sendWithInvoice"]) for one in invoice["attachments"]]
    assert (name, with_invoice) == ("travel-501.pdf", False)
    assert await trip.write_back() == TRAVEL_AFTER
    assert await trip.poll() is None


async def test_F2_a_transfer_costs_its_floor_of_calls(tmp_path: Path) -> None:
    """Two changes in Procountor; of the registers, the second reimbursement reads only the person."""
    trip = OneTrip(tmp_path)
    await trip.transfer()
    changes = [one for one in trip.apis.journal.entries() if one["method"] != "GET" and one["operation"] != "token"]
    assert [one["operation"] for one in changes] == ["saveInvoice", "saveAttachment"]
    assert (trip.calls("searchBusinessPartners"), trip.calls("getPersons"), trip.calls("getProducts")) == (1, 0, 1)


async def test_X1_printout_and_receipts_are_one_file_in_order(tmp_path: Path) -> None:
    def more(_: Any, lines: list[Any], files: list[Any], __: Any) -> None:
        files += [receipt(lines[1], 1, "parking.gif"), receipt(lines[0], 2, "ticket.jpg")]

    files = Unmerged()
    await OneTrip(tmp_path, more, processor=files).transfer()
    assert files.merged == [["travel-501.pdf", "receipt.pdf", "ticket.jpg", "parking.gif"]]


async def test_X8_a_broken_receipt_refuses_before_anything(tmp_path: Path) -> None:
    """With the real processor of files: nothing is half made."""

    def broken(_: Any, __: Any, files: list[Any], ___: Any) -> None:
        files[0] |= {"description": "damaged"}

    trip = OneTrip(tmp_path, broken, person=None, processor=FileProcessor(), people=True)
    outcome = await trip.transfer()
    assert codes(outcome) == ["ATTACHMENT_BROKEN"] and "receipt.pdf" in outcome.error.message  # type: ignore[union-attr]
    assert (trip.there("/invoices"), trip.there("/persons")) == ([], [])


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"socialSecurityNumber": None}, "PERSONAL_ID_MISSING"),
        ({"socialSecurityNumber": "010190-900Q"}, "PERSONAL_ID_INVALID"),
        ({"bankAccountNumber": ""}, "PERSON_ACCOUNT_MISSING"),
    ],
)
async def test_R1_without_number_or_account_nothing_is_sent(tmp_path: Path, card: dict[str, Any], code: str) -> None:
    trip = OneTrip(tmp_path, lambda user, *_: user.update(card), person=None)
    assert codes(await trip.transfer()) == [code]
    assert trip.there("/invoices") == [] and trip.calls("searchBusinessPartners") == 0


async def test_R1_a_person_that_the_header_misses_is_in_the_list(tmp_path: Path) -> None:
    """The register has the number with other signs: the list is paged in memory."""
    trip = OneTrip(tmp_path)
    (person,) = trip.there("/persons")
    person["invoicingInfo"]["identifier"] = " " + person["invoicingInfo"]["identifier"].lower().replace("-", "\u2013")
    await trip.transfer()
    assert (trip.invoice["partnerId"], trip.calls("getPersons")) == (PERSON, 1)


async def test_S12_a_missing_person_is_created_once(tmp_path: Path) -> None:
    """Where the setting allows it; otherwise the error says so."""
    assert codes(await OneTrip(tmp_path, person=None).transfer()) == ["PERSON_MISSING"]
    trip = OneTrip(tmp_path, person=None, people=True)
    await trip.transfer()
    (person,) = trip.there("/persons")
    assert trip.invoice["partnerId"] == person["id"]


async def test_S12_a_corrected_number_creates_no_second_person(tmp_path: Path) -> None:
    """The ledger knows the user's person: somebody compares both numbers. A person deleted by hand is no obstacle."""
    trip = OneTrip(tmp_path, people=True)
    (person,) = trip.there("/persons")
    person["invoicingInfo"]["identifier"] = personal_id(FIRM, 7)
    user = str(DocumentKey(FIRM.id, Kind.USER, guid(FIRM.id, "user", 0)))
    known = TransferRecord(Revision(1, Sequence(1, 1), "c" * 64), State.SETTLED, 1, memo=Memo(PERSON).encode())
    trip.home.put(user, known.encode())
    outcome = await trip.transfer()
    assert (codes(outcome), trip.calls("insertPerson")) == (["PERSON_NUMBER_DIFFERS"], 0)
    trip.there("/persons").clear()
    trip.wall += 3700
    await trip.transfer()
    assert trip.calls("insertPerson") == 1


async def test_P4_all_refusals_are_one_outcome(tmp_path: Path) -> None:
    """Of lines, codes and the person alike; nothing is created."""

    def wrong(user: Any, lines: list[Any], *_: Any) -> None:
        user["bankAccountNumber"] = None
        lines[1] |= {"travelExpense": {**lines[1]["travelExpense"], "code": "GONE"}}
        lines.append(expense(FIRM, TRIP, 3, "KM", unitCost={"amount": 0.6, "currencyCode": "EUR"}))

    trip = OneTrip(tmp_path, wrong, person=None)
    outcome = await trip.transfer()
    assert codes(outcome) == ["TRAVEL_CODE_UNKNOWN", "TRAVEL_PRICE_DIFFERS", "PERSON_ACCOUNT_MISSING"]
    assert trip.there("/invoices") == []


async def test_D2_projects_stand_on_the_entries_of_the_receipt(tmp_path: Path) -> None:
    """Of costs, which are positive there; the item is created once."""
    trip = OneTrip(tmp_path, dimensions=DIMENSIONS)
    await trip.transfer()
    (booked,) = trip.there("/ledgerreceipts")
    entries = [one for one in booked["transactions"] if one["transactionType"] == "ENTRY"]
    assert [one["accountingValue"] for one in entries] == [11.06, 66.0]
    assert [one["dimensionItemValues"][0]["value"] for one in entries] == [11.06, 66.0]
    assert trip.calls("addDimensionItem") == 1


@pytest.mark.parametrize(
    ("target", "actions"),
    [("RECEIVED", ["sendToCirculation"]), ("APPROVED", ["sendToCirculation", "verifyInvoice", "approveInvoice1"])],
)
async def test_S10_the_target_status_is_reached_by_actions(tmp_path: Path, target: str, actions: list[str]) -> None:
    trip = OneTrip(tmp_path, target_status=target)
    outcome = await trip.transfer()
    assert outcome.target is not None and (outcome.target.status, trip.invoice["status"]) == (target, target)
    assert [one["operation"] for one in trip.apis.journal.entries() if one["effect"] == "status"] == actions


async def test_R5_a_changed_reimbursement_keeps_its_status(tmp_path: Path) -> None:
    """A user's last word stands (decision 6)."""
    trip = OneTrip(tmp_path)
    await trip.transfer()
    trip.edit(title="Another trip")
    assert await trip.write_back() != TRAVEL_AFTER


async def test_S19_without_the_add_on_the_error_says_so(tmp_path: Path) -> None:
    trip = OneTrip(tmp_path)
    trip.apis.limits["no_travel"] = ["nordic"]
    with pytest.raises(Configuration) as caught:
        await trip.poll()
    assert caught.value.code == "TRAVEL_ADDON_MISSING"


async def test_S19_a_flow_that_is_off_calls_nothing(tmp_path: Path) -> None:
    """No status, no feed, no login."""
    trip = OneTrip(tmp_path, enabled=False)
    assert await FLOW.source.statuses(trip.context) == ("", "")
    await trip.listing.refresh(refused=True)
    assert trip.apis.journal.entries() == []
