"""What Severa and the settings want of each travel reimbursement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo

from gateway.sandbox.world.demo_travel import TRAVEL_AFTER, TRAVEL_BEFORE, iban
from gateway.sandbox.world.demo_world import Firm
from gateway.sandbox.world.file import stamp
from tests.chaos.evidence import Book
from tests.chaos.flows.document import Document, Json
from tests.chaos.flows.registers import Registers

CENT = Decimal("0.01")
#: Whose clock says the day.
ZONE = ZoneInfo("Europe/Helsinki")
#: Days until a reimbursement is due, where the settings don't say.
DUE = 14
#: Pages of what Severa prints of a reimbursement. Each receipt of this world has one.
PRINTED = 2


@dataclass(frozen=True, slots=True)
class TravelReimbursement(Document):
    """A travel reimbursement; `card` is its user, `rows` are the lines that the user paid for."""

    KIND, SECTION, TYPE = "travel-reimbursement", "travel", "TRAVEL_INVOICE"
    BEFORE, AFTER, STATUS = TRAVEL_BEFORE, TRAVEL_AFTER, "travelReimbursementStatus"
    HEADS, STATUSES = "/v1/travelreimbursements", "/v1/travelreimbursementstatuses"
    READS = "projectTravelExpensesGetProjectTravelExpensesForTravelReimbursement"
    STEPS: ClassVar = {"RECEIVED": "send to circulation", "VERIFIED": "verify", "APPROVED": "approve"}
    TAKEN_BACK = ("APPROVED", "VERIFIED")
    SENT_WITH = False
    FIXED, SUMS = "PERSON_ACCOUNT_MISSING", ("REIMBURSEMENT_TOTAL_DIFFERS",)

    @classmethod
    def all_of(cls, severa: Json, books: Mapping[str, Book]) -> Iterator[Document]:
        """S19: a company without the section has the flow off."""
        cards = {one["guid"]: one for one in severa["/v1/users"]}
        units = {one["guid"]: one["businessUnit"]["code"] for one in severa["/v1/projects"]}
        lines: dict[str, list[Json]] = defaultdict(list)
        for line in severa["/v1/projecttravelexpenses"]:
            if line["travelReimbursementRequired"]:
                lines[line["travelReimbursement"]["guid"]].append(line)
        for head in severa[cls.HEADS]:
            card = cards[head["user"]["guid"]]
            book = books[card["businessUnit"]["guid"]]
            if cls.SECTION in book.settings:
                own = sorted(lines[head["guid"]], key=lambda line: str(line["createdDateTime"]))
                unit = units[own[0]["project"]["guid"]]
                yield cls(f"{book.id}/{cls.KIND}/{head['guid']}", book, head, card, own, unit)

    def judged(self, there: Registers) -> tuple[str, int]:
        if self.head["total"]["amount"] != self.gross:
            return "REIMBURSEMENT_TOTAL_DIFFERS", 0
        if any(line["travelExpense"]["code"] not in there.travel_codes for line in self.rows):
            return "TRAVEL_CODE_UNKNOWN", 0
        if not self.card["bankAccountNumber"]:
            return "PERSON_ACCOUNT_MISSING", 0
        if self.card["socialSecurityNumber"] not in there.identifiers and not self.book.settings.get("people", {}).get(
            "enabled"
        ):
            return "PERSON_MISSING", 0
        strangers = there.invoices.get((self.TYPE, self.number), [])
        if not strangers:
            return "", 0
        there_is = strangers[0]["date"], strangers[0]["invoiceSumInfo"][0]["excludingVatTotal"]
        adopted = there_is == (self.day.isoformat(), float(sum(map(_net, self.rows))))
        return ("", strangers[0]["id"]) if adopted else ("INVOICE_FROM_ELSEWHERE", 0)

    @property
    def day(self) -> date:
        """Its day where the company is."""
        return datetime.fromisoformat(self.head["date"]).astimezone(ZONE).date()

    @property
    def gross(self) -> float:
        """What the user paid."""
        return float(sum(map(_gross, self.rows)))

    def body(self) -> Json:
        day = self.day
        return {
            "type": self.TYPE,
            "originalInvoiceNumber": self.number,
            "date": day.isoformat(),
            "paymentInfo.dueDate": (day + timedelta(days=self.own.get("payment_term", DUE))).isoformat(),
            "paymentInfo.currency": self.head["total"]["currencyCode"],
            "invoiceChannel": "NO_SENDING",
            "additionalInformation": self.head["title"],
            "extraInfo.accountingByRow": True,
            "extraInfo.unitPricesIncludeVat": True,
            "counterParty.counterPartyAddress.name": f"{self.card['firstName']} {self.card['lastName']}",
            "counterParty.bankAccount.accountNumber": self.card["bankAccountNumber"],
            "rows": [_row(line) for line in self.rows],
        }

    def files(self) -> Mapping[str, int]:
        """Severa's printout and all receipts, as one file (X1)."""
        return {f"travel-{self.number}.pdf": PRINTED + sum(line["attachmentCount"] for line in self.rows)}

    def entries(self) -> list[Json]:
        return [{"account": "", "value": float(_net(line)), "items": self._of(line)} for line in self.rows]

    def _of(self, line: Json) -> Json:
        """The item of each dimension that the company chose."""
        chosen = self.own.get("dimensions", {})
        of = {"project": str(line["project"]["number"]), "business_unit": self.unit}
        return {chosen[axis]: of[axis] for axis in of if axis in chosen}

    def party_differs(self, invoice: Json, there: Registers) -> Iterator[str]:
        card = there.persons.get(invoice.get("partnerId"))
        if card is None or card["invoicingInfo"].get("identifier") != self.card["socialSecurityNumber"]:
            yield f"its person isn't {self.card['lastName']}"
        for row in invoice["invoiceRows"]:
            if there.travel.get(row.get("productId")) != row.get("productCode"):
                yield "another travel code than its line"

    def edit(self, text: str) -> None:
        self.head["title"] = text

    def change_rows(self) -> None:
        line = self.rows[0]
        line["quantity"] = quantity = line["quantity"] + 2
        line["description"] = f"{quantity:.0f} tickets"
        self.head["total"] = self.head["totalExpenses"] = {**self.head["total"], "amount": self.gross}

    def fix(self) -> None:
        firm = Firm(self.book.id, self.book.organisation, "", self.book.country)
        self.card.update(bankAccountNumber=iban(firm), lastUpdatedDateTime=stamp("severa"))

    def person(self) -> Json:
        """What POST /persons must hold, by path."""
        return {
            "firstName": self.card["firstName"],
            "lastName": self.card["lastName"],
            "paymentInfo.paymentMethod": "BANK_TRANSFER",
            "paymentInfo.accountNumber": self.card["bankAccountNumber"],
            "invoicingInfo.identifier": self.card["socialSecurityNumber"],
            "invoicingInfo.identifierType": "SE" if self.book.country == "SE" else "HETU",
            "invoicingInfo.language": {"fi": "FINNISH", "sv": "SWEDISH"}[self.card["language"]["code"]],
            "registryInfo.active": True,
            "registryInfo.email": self.card["email"],
        }


def _row(line: Json) -> Json:
    return {
        "productCode": line["travelExpense"]["code"],
        "product": line["description"],
        "quantity": line["quantity"],
        "unitPrice": line["unitCost"]["amount"],
        "vatPercent": line["purchaseVatRate"],
    }


def _gross(line: Json) -> Decimal:
    return (Decimal(str(line["quantity"])) * Decimal(str(line["unitCost"]["amount"]))).quantize(CENT, ROUND_HALF_UP)


def _net(line: Json) -> Decimal:
    return (_gross(line) * 100 / (100 + Decimal(str(line["purchaseVatRate"])))).quantize(CENT, ROUND_HALF_UP)
