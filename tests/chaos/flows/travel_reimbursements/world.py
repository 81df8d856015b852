"""Travel reimbursements of every kind that a company may have; each has the number of one of its invoices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.sandbox.world import demo_travel
from gateway.sandbox.world.demo_travel import expense, receipt, user
from gateway.sandbox.world.demo_world import Firm, guid

Json = dict[str, Any]

#: The ids of persons begin here.
FIRST_PERSON = 700


def reimbursement(
    world: Json,
    firm: Firm,
    number: int,
    card: Json,
    codes: tuple[str, ...] = ("TRAIN", "KM"),
    receipts: tuple[str, ...] = ("ticket.pdf",),
    person: int | None = None,
) -> tuple[Json, list[Json]]:
    """Put one reimbursement into the world: a line per code, the first with receipts. Returns its head and its lines.
    `person`: the user's id in Procountor, if there is one.
    """
    own = guid(firm.id, "reimbursement", number)
    lines = [expense(firm, own, n, code, 120.0 if code == "KM" else 1.0) for n, code in enumerate(codes, start=1)]
    files = [receipt(lines[0], n, name) for n, name in enumerate(receipts, start=1)]
    head = demo_travel.reimbursement(firm, number, card, lines)
    demo_travel.add_reimbursement(world, firm, card, head, lines, files, person)
    return head, lines


def _usual(firm: Firm, number: int) -> tuple[Json, int]:
    """One of a company's five users, who are persons in Procountor, and that person's id."""
    return user(firm, number % 5), FIRST_PERSON + number % 5


def _ticket(world: Json, firm: Firm, number: int) -> None:
    card, person = _usual(firm, number)
    reimbursement(world, firm, number, card, person=person)


def _receipts(world: Json, firm: Firm, number: int) -> None:
    card, person = _usual(firm, number)
    names = ("bill.pdf", "taxi.gif", "parking.jpg")
    reimbursement(world, firm, number, card, ("HOTEL", "TRAIN", "DAY"), names, person)


def _no_account(world: Json, firm: Firm, number: int) -> None:
    own = number % 1000
    card = user(firm, 20 + own, bankAccountNumber="")
    reimbursement(world, firm, number, card, person=FIRST_PERSON + 20 + own)


def _new_person(world: Json, firm: Firm, number: int) -> None:
    """All of a company are of one user."""
    reimbursement(world, firm, number, user(firm, 10))


def _unknown_code(world: Json, firm: Firm, number: int) -> None:
    card, person = _usual(firm, number)
    _, lines = reimbursement(world, firm, number, card, person=person)
    lines[0]["travelExpense"]["code"] = "GONE"


def _company_paid(world: Json, firm: Firm, number: int) -> None:
    """The user did not pay for the hotel."""
    card, person = _usual(firm, number)
    head, lines = reimbursement(world, firm, number, card, ("TRAIN", "HOTEL"), person=person)
    lines[1]["travelReimbursementRequired"] = False
    head["total"] = head["totalExpenses"] = {**head["total"], "amount": lines[0]["unitCost"]["amount"]}


def _there(world: Json, firm: Firm, number: int, net: float) -> None:
    """A travel invoice that another integration made in Procountor."""
    card, person = _usual(firm, number)
    reimbursement(world, firm, number, card, person=person)
    sums = [{"currency": firm.currency, "inAccountingCurrency": False, "excludingVatTotal": net}]
    facts: Json = {"type": "TRAVEL_INVOICE", "status": "APPROVED", "notes": "", "date": "$today-1d"}
    facts |= {"created": "$now-1d", "originalInvoiceNumber": str(number), "partnerId": person, "invoiceSumInfo": sums}
    world["procountor"][firm.id]["/invoices"].append({**facts, "id": number - 19_000})


def _adoptable(world: Json, firm: Firm, number: int) -> None:
    """A ticket of 12.55 with its VAT, and 120 km."""
    _there(world, firm, number, 78.55 if firm.country == "SE" else 77.06)


def _stranger(world: Json, firm: Firm, number: int) -> None:
    _there(world, firm, number, 1.0)


def _wrong_total(world: Json, firm: Firm, number: int) -> None:
    card, person = _usual(firm, number)
    head, _ = reimbursement(world, firm, number, card, person=person)
    head["total"] = head["totalExpenses"] = {**head["total"], "amount": 1.0}


#: More than half of them go over; the others are each refused for a reason of its own, or found.
KINDS: dict[str, Callable[[Json, Firm, int], None]] = {
    "ticket": _ticket,
    "receipts": _receipts,
    "no account": _no_account,
    "new person": _new_person,
    "new person again": _new_person,
    "ticket again": _ticket,
    "unknown code": _unknown_code,
    "company paid": _company_paid,
    "adoptable": _adoptable,
    "stranger": _stranger,
    "wrong total": _wrong_total,
}
