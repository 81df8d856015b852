"""What Severa and the settings want of each document, read from the worlds by plain rules of docs/requirements.md."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from tests.chaos.evidence import Book, Evidence
from tests.chaos.judge.registers import Registers

Json = dict[str, Any]

COUNTRIES = {"Suomi": "FINLAND", "Sverige": "SWEDEN"}


@dataclass(frozen=True, slots=True)
class Document:
    """A document with all that Severa has of it now. `unit`: code of its project's business unit. `code`: why it is
    refused; "" when it goes over. `adopts`: the invoice of another integration that it is.
    """

    key: str
    book: Book
    head: Json
    card: Json
    rows: list[Json]
    unit: str
    code: str = ""
    adopts: int = 0

    @property
    def number(self) -> str:
        """Severa's invoice number."""
        return str(self.head["number"])

    @property
    def marker(self) -> str:
        """How the internal notes of its invoice begin."""
        return f"severa:{self.head['guid']}#"

    @property
    def sales(self) -> Json:
        """Settings of its company's sales invoices."""
        found: Json = self.book.settings["sales"]
        return found

    @property
    def status(self) -> str:
        """Its status in Severa."""
        return str(self.head["status"]["name"])


def documents(evidence: Evidence, severa: Json | None = None) -> dict[str, Document]:
    """Every document by its key. `severa`: as it is at the end, unless another state is given."""
    books = {one.unit: one for one in evidence.books}
    before = {company: Registers(there) for company, there in evidence.before["procountor"].items()}
    found: dict[str, Document] = {}
    for there in (severa or evidence.severa).values():
        cards = {one["guid"]: one for one in there["/v1/customers"]}
        rows: dict[str, list[Json]] = defaultdict(list)
        for row in there["/v1/invoicerows"]:
            rows[row["invoiceGuid"]].append(row)
        units = {one["guid"]: one["businessUnit"]["code"] for one in there["/v1/projects"]}
        for head in there["/v1/invoices"]:
            book = books[head["invoiceNumberBusinessUnitGuid"]]
            own = sorted(rows[head["guid"]], key=lambda row: int(row["sortOrder"]))
            card, unit = cards[head["customer"]["guid"]], units[_project(head)["guid"]]
            one = Document(f"{book.id}/sales-invoice/{head['guid']}", book, head, card, own, unit)
            code, adopts = _judged(one, before[book.id])
            found[one.key] = replace(one, code=code, adopts=adopts)
    return found


def _judged(one: Document, there: Registers) -> tuple[str, int]:
    """The code that it is refused with, and the invoice of another integration that it adopts."""
    settings, number = one.book.settings, one.card.get("number")
    if number is None:
        return "CUSTOMER_NUMBER_MISSING", 0
    if not one.head["receiverAddress"].get("country"):
        return "COUNTRY_MISSING", 0
    if one.head["totalExcludingTax"]["amount"] != net(one):
        return "TOTAL_DIFFERS", 0
    same_number = there.customers.get(str(number), [])
    unknown = [row for row in one.rows if row["code"][0] not in there.codes]
    lacks = "PRODUCT_MISSING" if unknown and not settings["create_products"] else ""
    if same_number and all(p["invoicingInfo"]["identifier"] != one.card["vatNumber"] for p in same_number):
        return lacks or "PARTNER_NUMBER_TAKEN", 0
    if not same_number and not settings["create_customers"]:
        return lacks or "PARTNER_MISSING", 0
    strangers = there.invoices.get(one.number, [])
    if lacks or not strangers:
        return lacks, 0
    adopted = strangers[0]["invoiceSumInfo"][0]["excludingVatTotal"] == net(one)
    return ("", strangers[0]["id"]) if adopted else ("INVOICE_FROM_ELSEWHERE", 0)


def net(one: Document) -> float:
    """What the rows sum to; cents are exact in this world."""
    total: float = sum(row["quantity"] * row["unitPrice"]["amount"] for row in one.rows)
    return round(total, 2)


def body(one: Document) -> Json:
    """What POST /invoices must hold, by path (docs/fields.md)."""
    head, address = one.head, one.head["receiverAddress"]
    party, place = "counterParty.", "counterParty.counterPartyAddress."
    return {
        "type": "SALES_INVOICE",
        "originalInvoiceNumber": one.number,
        "date": head["date"],
        "paymentInfo.dueDate": head["dueDate"],
        "paymentInfo.currency": head["currency"]["code"],
        "orderReference": head.get("orderNumber"),
        "penaltyPercent": head["overdueInterest"],
        "language": {"fi": "FINNISH", "sv": "SWEDISH"}[head["language"]["code"]],
        "invoiceChannel": "MAIL",
        "additionalInformation": head["ourReference"],
        party + "identifier": head["receiverVatNumber"],
        party + "customerNumber": str(one.card["number"]),
        party + "contactPersonName": f"{head['receiverContactName']}/{head['senderContactName']}",
        place + "name": head["receiverCustomerName"],
        place + "street": address["addressline"],
        place + "zip": address["postalCode"],
        place + "city": address["city"],
        place + "country": COUNTRIES[address["country"]],
        "rows": [_row(row) for row in one.rows],
    }


def _row(row: Json) -> Json:
    return {
        "productCode": row["code"][0],
        "product": row["description"],
        "quantity": row["quantity"],
        "unitPrice": row["unitPrice"]["amount"],
        "vatPercent": row["vatRate"],
    }


def files(one: Document) -> list[str]:
    """Names of its attachments (docs/attachments.md)."""
    names = {"full": [f"invoice-{one.number}.pdf"], "breakdown": [f"invoice-{one.number}-breakdown.pdf"]}
    return names.get(one.sales.get("attachments", "none"), [])


def entries(one: Document) -> list[Json]:
    """Account, amount and dimensions of each row on the ledger receipt; an account "" is whatever is booked."""
    return [
        {"account": (row.get("salesAccount") or {}).get("number", ""), "value": -_net(row), "items": _items(one, row)}
        for row in one.rows
    ]


def _net(row: Json) -> float:
    return round(float(row["quantity"] * row["unitPrice"]["amount"]), 2)


def _items(one: Document, row: Json) -> Json:
    """The item of each dimension that the company chose."""
    chosen = one.sales.get("dimensions", {})
    of = {"cost_center": row["costCenter"]["number"], "project": str(_project(one.head)["number"])}
    of["business_unit"] = one.unit
    return {chosen[axis]: of[axis] for axis in of if axis in chosen}


def _project(head: Json) -> Json:
    found: Json = head["projects"][0]
    return found


def target(one: Document) -> str:
    """S14: the status in which it is left."""
    return str(one.sales.get("target_status", "UNFINISHED"))


def partner(one: Document) -> Json:
    """What POST /businesspartners must hold, by path."""
    address = one.head["receiverAddress"]
    return {
        "name": one.card["name"],
        "type": "CUSTOMER",
        "address.name": one.card["name"],
        "address.street": address["addressline"],
        "address.zip": address["postalCode"],
        "address.city": address["city"],
        "address.country": COUNTRIES[address["country"]],
        "invoicingInfo.customerNumber": str(one.card["number"]),
        "invoicingInfo.identifier": one.card["vatNumber"],
        "invoicingInfo.identifierType": one.book.country,
        "invoicingInfo.invoiceChannel": "MAIL",
        "paymentInfo.currency": one.head["currency"]["code"],
        "registryInfo.active": True,
    }


def product(row: Json, currency: str) -> Json:
    """What POST /products must hold."""
    return {
        "type": "SALES",
        "code": row["code"][0],
        "name": row["description"],
        "price": row["unitPrice"]["amount"],
        "vat": row["vatRate"],
        "currency": currency,
        "active": True,
    }
