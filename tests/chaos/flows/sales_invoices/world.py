"""Sales invoices of every kind that a company may have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.sandbox.world import demo_world
from gateway.sandbox.world.demo_world import Firm, add, business_id, customer, guid, row

Json = dict[str, Any]


def invoice(world: Json, firm: Firm, number: int, card: Json, lines: int = 1, known: bool = True, **head: Any) -> Json:
    """Put one invoice into the world; returns its head. `known`: its customer is a partner in Procountor."""
    own = guid(firm.id, "invoice", number)
    rows = [
        row(firm, own, n, costCenter={"number": f"C{(number + n) % 9}", "name": "Center"}) for n in range(1, lines + 1)
    ]
    head = demo_world.invoice(firm, number, card, rows, **head)
    add(world, firm, card, head, rows, partner_id=card["number"] if known else None)
    return head


def usual(firm: Firm, number: int) -> Json:
    """One of a company's twenty customers."""
    return customer(firm, 100 + number % 20)


def _common(world: Json, firm: Firm, number: int) -> None:
    invoice(world, firm, number, usual(firm, number))


def _two_rows(world: Json, firm: Firm, number: int) -> None:
    invoice(world, firm, number, usual(firm, number), 2, orderNumber=f"PO {number}")
    world["severa"][firm.organisation]["/v1/invoicerows"][-1] |= {
        "description": "Travel",
        "salesAccount": {"number": "3010", "name": "Services"},
    }


def _no_country(world: Json, firm: Firm, number: int) -> None:
    invoice(world, firm, number, usual(firm, number), receiverAddress={"addressline": "x"})


def _new_customer(world: Json, firm: Firm, number: int) -> None:
    invoice(world, firm, number, customer(firm, number), known=False)


def _new_product(world: Json, firm: Firm, number: int) -> None:
    invoice(world, firm, number, usual(firm, number))
    world["severa"][firm.organisation]["/v1/invoicerows"][-1]["code"] = [f"NEW-{number % 3}"]


def _number_taken(world: Json, firm: Firm, number: int) -> None:
    card = customer(firm, number)
    invoice(world, firm, number, card, known=False)
    taken = demo_world.partner(firm, card, card["number"], identifier=business_id("FI", 900))
    world["procountor"][firm.id]["/businesspartners"].append(taken)


def _there(world: Json, firm: Firm, number: int, net: float) -> None:
    """An invoice that another integration made in Procountor."""
    card = usual(firm, number)
    invoice(world, firm, number, card)
    sums = [{"currency": firm.currency, "inAccountingCurrency": False, "excludingVatTotal": net}]
    facts: dict[str, Any] = {
        "type": "SALES_INVOICE",
        "status": "SENT",
        "notes": "",
        "date": "$today",
        "created": "$now-1d",
    }
    facts |= {"originalInvoiceNumber": str(number), "partnerId": card["number"], "invoiceSumInfo": sums}
    world["procountor"][firm.id]["/invoices"].append({**facts, "id": number - 20_000})


def _adoptable(world: Json, firm: Firm, number: int) -> None:
    _there(world, firm, number, 690.0)


def _stranger(world: Json, firm: Firm, number: int) -> None:
    _there(world, firm, number, 1.0)


def _no_number(world: Json, firm: Firm, number: int) -> None:
    invoice(world, firm, number, customer(firm, number, number=None), known=False)


def _wrong_total(world: Json, firm: Firm, number: int) -> None:
    invoice(world, firm, number, usual(firm, number))["totalExcludingTax"]["amount"] = 1.0


#: Half of them go over; the others are each refused for a reason of its own, or found.
KINDS: dict[str, Callable[[Json, Firm, int], None]] = {
    "common": _common,
    "two rows": _two_rows,
    "no country": _no_country,
    "new customer": _new_customer,
    "number taken": _number_taken,
    "common again": _common,
    "new product": _new_product,
    "adoptable": _adoptable,
    "two rows again": _two_rows,
    "stranger": _stranger,
    "common once more": _common,
    "no number": _no_number,
    "wrong total": _wrong_total,
}
