"""Travel reimbursements of the demo's world: users, expenses, receipts, persons and travel codes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from gateway.sandbox.world.demo_world import FIRMS, Firm, guid
from gateway.sandbox.world.money import cents

Json = dict[str, Any]

TRAVEL_BEFORE, TRAVEL_AFTER = "Approved", "Transferred"
_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
#: Travel codes: name, unit, price, class in Severa.
CODES = {
    "KM": ("Kilometer allowance", "KILOMETER", 0.55, "Mileage", "km"),
    "DAY": ("Daily allowance", "DAY", 54.0, "DailyAllowance", "d"),
    "TRAIN": ("Train ticket", "PIECE", 0.0, "OtherTravelExpense", "pcs"),
    "HOTEL": ("Hotel", "PIECE", 0.0, "OtherTravelExpense", "pcs"),
}
#: Procountor's ids of the codes begin here.
FIRST_CODE = 500
YEAR = {"startDate": "2020-01-01", "endDate": "2099-12-31"}


def personal_id(firm: Firm, n: int) -> str:
    """The n-th valid personal number of nobody: Finland gives none from 900 on, and these Swedes are born in 1899."""
    if firm.country == "FI":
        digits = f"{1 + n % 28:02d}0190{900 + n % 99:03d}"
        return f"{digits[:6]}-{digits[6:]}{_CHECK[int(digits) % 31]}"
    digits = f"99{1 + n % 12:02d}{1 + n % 28:02d}{n % 1000:03d}"
    doubled = [int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(digits)]
    return f"18{digits[:6]}-{digits[6:]}{-sum(one // 10 + one % 10 for one in doubled) % 10}"


def iban(firm: Firm) -> str:
    """An account of nobody."""
    return "SE3550000000054910000003" if firm.country == "SE" else "FI4950009420028730"


def user(firm: Firm, n: int, **changes: Any) -> Json:
    """The n-th user of a company."""
    return {
        "guid": guid(firm.id, "user", n),
        "firstName": "Maija",
        "lastName": f"Matkaaja {n}" if firm.country == "FI" else f"Resenär {n}",
        "isActive": True,
        "createdDateTime": "$now-300d",
        "lastUpdatedDateTime": "$now-30d",
        "socialSecurityNumber": personal_id(firm, n),
        "bankAccountNumber": iban(firm),
        "businessUnit": {"guid": guid(firm.id, "unit"), "name": firm.name},
        "language": {"code": "sv" if firm.country == "SE" else "fi"},
        "email": f"user-{n}@{firm.id}.example",
        **changes,
    }


def person(firm: Firm, card: Json, number: int, **changes: Any) -> Json:
    """The user in Procountor's register."""
    return {
        "id": number,
        "firstName": card["firstName"],
        "lastName": card["lastName"],
        "paymentInfo": {
            "paymentMethod": "BANK_TRANSFER",
            "accountNumber": card.get("bankAccountNumber") or "",
            "paymentTermDays": "0",
            "penalInterestRate": 0,
        },
        "invoicingInfo": {
            "identifier": card["socialSecurityNumber"],
            "identifierType": "HETU" if firm.country == "FI" else "SE",
            "language": "FINNISH" if firm.country == "FI" else "SWEDISH",
            "gender": "NOT_APPLICABLE",
        },
        "registryInfo": {"active": True},
        "version": "$now-30d",
        **changes,
    }


def expense(firm: Firm, owner: str, n: int, code: str = "TRAIN", quantity: float = 1, **changes: Any) -> Json:
    """The n-th line of a reimbursement: a train ticket of 12.55 with VAT, unless changed."""
    name, _, price, kind, unit = CODES[code]
    return {
        "guid": guid(owner, "expense", n),
        "createdDateTime": f"$now-{7200 - n}s",
        "travelReimbursement": {"guid": owner},
        "travelExpense": {"guid": guid(firm.id, code), "name": name, "expenseClass": kind, "code": code},
        "project": {"guid": guid(firm.id, "project", 1), "name": "Renewal", "number": 1},
        "description": f"{name}, part {n}",
        "quantity": quantity,
        "unitCost": {"amount": price or 12.55, "currencyCode": firm.currency},
        "measurementUnit": unit,
        "purchaseVatRate": 0.0 if price else 0.0 if firm.country == "SE" else 13.5,
        "eventDate": "$today-3d",
        "travelReimbursementRequired": True,
        "attachmentCount": 0,
        **changes,
    }


def receipt(line: Json, n: int, name: str = "receipt.pdf", **changes: Any) -> Json:
    """The n-th receipt of a line. The end of its name says what it is: pdf, gif or jpg."""
    own = guid(line["guid"], "receipt", n)
    line["attachmentCount"] = line.get("attachmentCount", 0) + 1
    return {"guid": own, "fileGuid": own, "travelExpenseGuid": line["guid"], "name": name, **changes}


def reimbursement(firm: Firm, number: int, card: Json, lines: list[Json], **changes: Any) -> Json:
    """A travel reimbursement that waits for its transfer."""
    total = float(sum((_cost(one) for one in lines if one["travelReimbursementRequired"]), Decimal(0)))
    money = {"amount": total, "currencyCode": firm.currency}
    return {
        "guid": guid(firm.id, "reimbursement", number),
        "number": number,
        "createdDateTime": "$now-2h",
        "lastUpdatedDateTime": "$now-1h",
        "user": {"guid": card["guid"], "name": f"{card['firstName']} {card['lastName']}"},
        "title": f"Customer visit {number}",
        "date": "$now-1d",
        "travelReimbursementStatus": status(firm, TRAVEL_BEFORE),
        "advancePayment": {"amount": 0.0, "currencyCode": firm.currency},
        "total": money,
        "totalExpenses": money,
        **changes,
    }


def status(firm: Firm, name: str) -> Json:
    """A status as a reimbursement shows it."""
    return {"guid": guid(firm.organisation, "travel status", name), "name": name}


def add_travel(world: Json, *firms: Firm) -> Json:
    """Add statuses, travel codes and their types to a world, and return it."""
    for firm in firms:
        severa, there = world["severa"][firm.organisation], world["procountor"][firm.id]
        names = ("Draft", TRAVEL_BEFORE, TRAVEL_AFTER)
        severa.setdefault(
            "/v1/travelreimbursementstatuses",
            [{**status(firm, name), "isActive": True, "isLocked": name != "Draft"} for name in names],
        )
        for path in ("/v1/travelreimbursements", "/v1/projecttravelexpenses", "/v1/travelexpensefiles", "/v1/users"):
            severa.setdefault(path, [])
        there.setdefault("/persons", [])
        there["/products"] += [
            {
                "id": FIRST_CODE + n,
                "type": "TRAVEL",
                "name": name,
                "code": code,
                "unit": unit,
                "discount": 0,
                "price": price,
                "active": True,
                "currency": firm.currency,
                **YEAR,
            }
            for n, (code, (name, unit, price, *_)) in enumerate(CODES.items())
        ]
    return world


def add_reimbursement(
    world: Json, firm: Firm, card: Json, made: Json, lines: list[Json], files: list[Json] | None = None,
    person_id: int | None = None,
) -> None:  # fmt: skip
    """Add a reimbursement with its lines, its receipts and its user; with a person if it has an id."""
    severa = world["severa"][firm.organisation]
    if all(one["guid"] != card["guid"] for one in severa["/v1/users"]):
        severa["/v1/users"].append(card)
        if person_id is not None:
            world["procountor"][firm.id]["/persons"].append(person(firm, card, person_id))
    severa["/v1/travelreimbursements"].append(made)
    severa["/v1/projecttravelexpenses"] += lines
    severa["/v1/travelexpensefiles"] += files or []


def many_reimbursements(world: Json, firm: Firm, count: int, first: int = 501, users: int = 5) -> None:
    """Common reimbursements of known users: a train ticket with its receipt, and 120 km."""
    for n in range(count):
        card, own = user(firm, n % users), guid(firm.id, "reimbursement", first + n)
        lines = [expense(firm, own, 1), expense(firm, own, 2, "KM", 120.0)]
        files = [receipt(lines[0], 1)]
        made = reimbursement(firm, first + n, card, lines)
        add_reimbursement(world, firm, card, made, lines, files, person_id=700 + n % users)


#: Settings of the demo's companies that have travel reimbursements.
_TRAVEL: dict[str, Json] = {
    "acme-fi": {
        "travel": {"target_status": "APPROVED", "dimensions": {"project": "Projects"}},
    },
    "bolt-fi": {"travel": {}},
    "cirrus-se": {"travel": {}},
}
DEMO_FIRMS = tuple(
    replace(
        firm,
        settings={
            **firm.settings,
            **_TRAVEL[firm.id],
            "travel": {"status_before": TRAVEL_BEFORE, "status_after": TRAVEL_AFTER, **_TRAVEL[firm.id]["travel"]},
        },
    )
    for firm in FIRMS
)


def demo_travel(world: Json) -> Json:
    """Add six waiting reimbursements of the three companies, two each, and return the world. The second ones each show
    something.
    """
    add_travel(world, *DEMO_FIRMS)
    for firm, number in zip(DEMO_FIRMS, (501, 601, 701), strict=True):
        many_reimbursements(world, firm, 1, first=number)
        card, own = user(firm, 10), guid(firm.id, "reimbursement", number + 1)
        lines = [expense(firm, own, 1, "HOTEL"), expense(firm, own, 2, "DAY")]
        changes: Json = {}
        files = [receipt(lines[0], 1, "hotel.pdf"), receipt(lines[0], 2, "taxi.jpg")]
        if firm.id == "bolt-fi":  # refused: no bank account
            card["bankAccountNumber"] = ""
        if firm.id == "cirrus-se":  # an advance, which the outcome says
            changes["advancePayment"] = {"amount": 20.0, "currencyCode": firm.currency}
        made = reimbursement(firm, number + 1, card, lines, **changes)
        add_reimbursement(world, firm, card, made, lines, files, 710)
    return world


def _cost(line: Json) -> Decimal:
    return cents(Decimal(str(line["quantity"])) * Decimal(str(line["unitCost"]["amount"])))
