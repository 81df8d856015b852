"""What Severa and the settings want of each sales invoice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from gateway.sandbox.world.demo_world import AFTER, BEFORE
from tests.chaos.evidence import Book
from tests.chaos.flows.document import Document, Json
from tests.chaos.flows.registers import Registers

COUNTRIES = {"Suomi": "FINLAND", "Sverige": "SWEDEN"}


@dataclass(frozen=True, slots=True)
class SalesInvoice(Document):
    """A sales invoice; `card` is its customer."""

    KIND, SECTION, TYPE = "sales-invoice", "sales", "SALES_INVOICE"
    BEFORE, AFTER, STATUS = BEFORE, AFTER, "status"
    HEADS, STATUSES = "/v1/invoices", "/v1/invoicestatuses"
    READS = "invoiceRowsGetInvoiceRowsForInvoice"
    STEPS: ClassVar = {"NOT_SENT": "approve", "SENT": "send"}
    TAKEN_BACK = ("NOT_SENT", "UNFINISHED")
    SENT_WITH = True
    FIXED, SUMS = "COUNTRY_MISSING", ("TOTAL_DIFFERS", "TOTAL_WITH_VAT_DIFFERS")

    @classmethod
    def all_of(cls, severa: Json, books: Mapping[str, Book]) -> Iterator[Document]:
        cards = {one["guid"]: one for one in severa["/v1/customers"]}
        units = {one["guid"]: one["businessUnit"]["code"] for one in severa["/v1/projects"]}
        rows: dict[str, list[Json]] = defaultdict(list)
        for row in severa["/v1/invoicerows"]:
            rows[row["invoiceGuid"]].append(row)
        for head in severa[cls.HEADS]:
            book = books[head["invoiceNumberBusinessUnitGuid"]]
            own = sorted(rows[head["guid"]], key=lambda row: int(row["sortOrder"]))
            card, unit = cards[head["customer"]["guid"]], units[_project(head)["guid"]]
            yield cls(f"{book.id}/{cls.KIND}/{head['guid']}", book, head, card, own, unit)

    def judged(self, there: Registers) -> tuple[str, int]:
        settings, number = self.book.settings, self.card.get("number")
        if number is None:
            return "CUSTOMER_NUMBER_MISSING", 0
        if not self.head["receiverAddress"].get("country"):
            return "COUNTRY_MISSING", 0
        if self.head["totalExcludingTax"]["amount"] != self.net:
            return "TOTAL_DIFFERS", 0
        same_number = there.customers.get(str(number), [])
        unknown = [row for row in self.rows if row["code"][0] not in there.codes]
        lacks = "PRODUCT_MISSING" if unknown and not settings["create_products"] else ""
        if same_number and all(p["invoicingInfo"]["identifier"] != self.card["vatNumber"] for p in same_number):
            return lacks or "PARTNER_NUMBER_TAKEN", 0
        if not same_number and not settings["create_customers"]:
            return lacks or "PARTNER_MISSING", 0
        strangers = there.invoices.get((self.TYPE, self.number), [])
        if lacks or not strangers:
            return lacks, 0
        adopted = strangers[0]["invoiceSumInfo"][0]["excludingVatTotal"] == self.net
        return ("", strangers[0]["id"]) if adopted else ("INVOICE_FROM_ELSEWHERE", 0)

    @property
    def net(self) -> float:
        """What the rows sum to; cents are exact in this world."""
        total: float = sum(row["quantity"] * row["unitPrice"]["amount"] for row in self.rows)
        return round(total, 2)

    def body(self) -> Json:
        head, address = self.head, self.head["receiverAddress"]
        party, place = "counterParty.", "counterParty.counterPartyAddress."
        return {
            "type": self.TYPE,
            "originalInvoiceNumber": self.number,
            "date": head["date"],
            "paymentInfo.dueDate": head["dueDate"],
            "paymentInfo.currency": head["currency"]["code"],
            "orderReference": head.get("orderNumber"),
            "penaltyPercent": head["overdueInterest"],
            "language": {"fi": "FINNISH", "sv": "SWEDISH"}[head["language"]["code"]],
            "invoiceChannel": "MAIL",
            "additionalInformation": head["ourReference"],
            party + "identifier": head["receiverVatNumber"],
            party + "customerNumber": str(self.card["number"]),
            party + "contactPersonName": f"{head['receiverContactName']}/{head['senderContactName']}",
            place + "name": head["receiverCustomerName"],
            place + "street": address["addressline"],
            place + "zip": address["postalCode"],
            place + "city": address["city"],
            place + "country": COUNTRIES[address["country"]],
            "rows": [_row(row) for row in self.rows],
        }

    def files(self) -> Mapping[str, int]:
        names = {"full": f"invoice-{self.number}.pdf", "breakdown": f"invoice-{self.number}-breakdown.pdf"}
        chosen = self.own.get("attachments", "none")
        return {names[chosen]: 0} if chosen in names else {}

    def entries(self) -> list[Json]:
        return [
            {"account": (row.get("salesAccount") or {}).get("number", ""), "value": -_net(row), "items": self._of(row)}
            for row in self.rows
        ]

    def _of(self, row: Json) -> Json:
        """The item of each dimension that the company chose."""
        chosen = self.own.get("dimensions", {})
        of = {"cost_center": row["costCenter"]["number"], "project": str(_project(self.head)["number"])}
        of["business_unit"] = self.unit
        return {chosen[axis]: of[axis] for axis in of if axis in chosen}

    def party_differs(self, invoice: Json, there: Registers) -> Iterator[str]:
        number, card = str(self.card["number"]), there.partners.get(invoice.get("partnerId"))
        if card is None or card["invoicingInfo"].get("customerNumber") != number:
            yield f"its partner isn't customer {number}"
        for row in invoice["invoiceRows"]:
            if there.products.get(row.get("productId")) != row.get("productCode"):
                yield "another product than its code"

    def edit(self, text: str) -> None:
        self.head["orderNumber"] = text

    def change_rows(self) -> None:
        self.rows[0]["quantity"] = quantity = self.rows[0]["quantity"] + 2
        self.rows[0]["description"] = f"Consulting, {quantity} hours"
        nets = [(row["quantity"] * row["unitPrice"]["amount"], row["vatRate"]) for row in self.rows]
        self.head["totalExcludingTax"]["amount"] = round(sum(net for net, _ in nets), 2)
        self.head["totalIncludingTax"]["amount"] = round(sum(net * (1 + vat / 100) for net, vat in nets), 2)

    def fix(self) -> None:
        place = {"addressline": "Torikatu 1", "postalCode": "00100", "city": "Helsinki"}
        country = "Sverige" if self.book.country == "SE" else "Suomi"  # the customer's business id is of its country
        self.head["receiverAddress"] = {**place, "country": country}

    def partner(self) -> Json:
        """What POST /businesspartners must hold, by path."""
        address = self.head["receiverAddress"]
        return {
            "name": self.card["name"],
            "type": "CUSTOMER",
            "address.name": self.card["name"],
            "address.street": address["addressline"],
            "address.zip": address["postalCode"],
            "address.city": address["city"],
            "address.country": COUNTRIES[address["country"]],
            "invoicingInfo.customerNumber": str(self.card["number"]),
            "invoicingInfo.identifier": self.card["vatNumber"],
            "invoicingInfo.identifierType": self.book.country,
            "invoicingInfo.invoiceChannel": "MAIL",
            "paymentInfo.currency": self.head["currency"]["code"],
            "registryInfo.active": True,
        }

    def product(self, row: Json) -> Json:
        """What POST /products must hold for a row."""
        return {
            "type": "SALES",
            "code": row["code"][0],
            "name": row["description"],
            "price": row["unitPrice"]["amount"],
            "vat": row["vatRate"],
            "currency": self.head["currency"]["code"],
            "active": True,
        }


def _row(row: Json) -> Json:
    return {
        "productCode": row["code"][0],
        "product": row["description"],
        "quantity": row["quantity"],
        "unitPrice": row["unitPrice"]["amount"],
        "vatPercent": row["vatRate"],
    }


def _net(row: Json) -> float:
    return round(float(row["quantity"] * row["unitPrice"]["amount"]), 2)


def _project(head: Json) -> Json:
    found: Json = head["projects"][0]
    return found
