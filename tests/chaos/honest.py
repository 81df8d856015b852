"""The simplest gateway that keeps every promise on a day without faults, and leaves out what a test tells it to.

It speaks to the sandbox's own operations, without HTTP and Kafka: what it leaves behind in a few milliseconds is what
the judge is tried with.
"""

from __future__ import annotations

import copy
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from gateway.sandbox.procountor import operations as procountor
from gateway.sandbox.server.apis import Apis
from gateway.sandbox.server.call import Call
from gateway.sandbox.severa import operations as severa
from gateway.sandbox.world.demo_world import Firm
from gateway.sandbox.world.file import prepare
from gateway.sandbox.world.pdf import pdf
from tests.chaos.evidence import Evidence, Json
from tests.chaos.flows import Document
from tests.chaos.flows.sales_invoices.document import SalesInvoice
from tests.chaos.flows.travel_reimbursements.document import TravelReimbursement
from tests.chaos.judge import wanted
from tests.chaos.world import FIRMS, a_world, book

OPERATIONS = {"severa": severa.OPERATIONS, "procountor": procountor.OPERATIONS}
#: The operation that moves the status of each kind; the operation of each action in Procountor.
PATCHES = {
    "sales-invoice": "invoicesPatchInvoice",
    "travel-reimbursement": "travelReimbursementsPatchTravelReimbursement",
}
ACTIONS = {
    "approve": "approveInvoice1",
    "send": "send",
    "send to circulation": "sendToCirculation",
    "verify": "verifyInvoice",
}
#: One with files and cost centers, one that sends, one that approves with other files and projects.
THREE = (FIRMS[0], FIRMS[1], FIRMS[3])


@dataclass
class Honest:
    """`leaves_out`: names of effects, such as `attachment`."""

    documents: int = 24
    firms: tuple[Firm, ...] = THREE
    leaves_out: Collection[str] = ()
    apis: Apis = field(init=False)
    evidence: Evidence = field(init=False)

    def __post_init__(self) -> None:
        self.apis = Apis(prepare(a_world(self.documents, self.firms)))
        world = self.apis.world
        before = copy.deepcopy({"severa": world["severa"], "procountor": world["procountor"]})
        books = [book(firm) for firm in self.firms]
        self.evidence = Evidence(books, before, world["severa"], world["procountor"], [])

    def run(self) -> Evidence:
        """Transfer all that waits."""
        for one in wanted.documents(self.evidence).values():
            self.transfer(one)
        self.evidence.journal = self.apis.journal.entries()
        return self.evidence

    def transfer(self, one: Document, number: int = 1) -> None:
        """One document to its end."""
        revision = {"number": number, "sequence": {"epoch": 1, "counter": number}, "content_hash": f"hash{number}"}
        company, kind, id_ = one.key.split("/")
        told = {"key": {"company": company, "kind": kind, "id": id_}, "revision": revision, "attempt": 1}
        self.evidence.changes.append(told)
        if one.code:
            self._refuse(one, told)
            return
        if not one.adopts:
            self._create(one, number)
        if "outcome" not in self.leaves_out:
            self.evidence.outcomes.append({**told, "state": "adopted" if one.adopts else "created", "error": None})
        self.evidence.ledger[one.key] = {"state": "settled"}
        if "write-back" not in self.leaves_out:
            statuses = self.apis.world["severa"][one.book.organisation][one.STATUSES]
            after = next(status["guid"] for status in statuses if status["name"] == one.AFTER)
            status = [{"op": "Replace", "path": f"/{one.STATUS}/guid", "value": after}]
            self.call("severa", one, PATCHES[one.KIND], status, guid=one.head["guid"])

    def call(
        self, api: str, one: Document, operation: str, body: Any = None, file: bytes = b"%PDF", **path: Any
    ) -> Any:
        """One operation of the sandbox, in the journal as ever."""
        owner = one.book.organisation if api == "severa" else one.book.id
        where = {name: str(value) for name, value in path.items()}
        store = self.apis.world[api][owner]
        answer = OPERATIONS[api][operation](
            Call(owner, store, where, [], {}, body, self.apis.limits, file=file, search_lag=0.0)
        )
        about = {"effect": answer.effect, "object_id": answer.object_id, "object": answer.about}
        self.apis.journal.write(api=api, company=owner, operation=operation, body=body, status=200, **about)
        return answer.body

    def _refuse(self, one: Document, told: Json) -> None:
        error = {"code": one.code, "message": "It is not as it should be."}
        self.evidence.outcomes.append({**told, "state": "refused", "error": error})
        self.evidence.ledger[one.key] = {"state": "refused"}
        if "mail" not in self.leaves_out:
            to = ", ".join(one.book.settings["recipients"])
            subject = f"[{one.book.id}] Invoice {one.number} was not transferred: {one.code}"
            self.evidence.mails.append({"id": f"<{one.key}>", "to": to, "subject": subject, "about": one.key})

    def _create(self, one: Document, number: int) -> None:
        made = self.call("procountor", one, "saveInvoice", self._body(one, number))
        for name, pages in one.files().items() if "attachment" not in self.leaves_out else ():
            meta = {"referenceType": "INVOICE", "referenceId": made["id"], "name": name}
            file = pdf(["page"] * (pages - ("a page" in self.leaves_out)))
            self.call("procountor", one, "saveAttachment", {"meta": {**meta, "sendWithInvoice": one.SENT_WITH}}, file)
        if "receipt" not in self.leaves_out:
            self._write_receipt(one, made["ledgerReceiptId"])
        steps = ["UNFINISHED", *one.STEPS]
        for status in steps[1 : steps.index(one.target) + 1]:
            if one.STEPS[status] in self.leaves_out:
                break
            self.call("procountor", one, ACTIONS[one.STEPS[status]], invoiceId=made["id"])

    def _body(self, one: Document, number: int) -> Json:
        """What POST /invoices gets."""
        tree = self._invoice(one) if isinstance(one, SalesInvoice) else self._travel_invoice(one)
        iban = self._there(one)["/bankaccounts"][0]["iban"]
        tree["paymentInfo"] |= {"paymentMethod": "BANK_TRANSFER", "currencyRate": 1, "bankReferenceCode": ""}
        tree["paymentInfo"]["bankAccount"] = {"accountNumber": iban}
        tree |= {"discountPercent": 0, "notes": f"{one.marker}{number}:hash{number}"}
        return tree

    def _there(self, one: Document) -> Json:
        found: Json = self.apis.world["procountor"][one.book.id]
        return found

    def _travel_invoice(self, one: Document) -> Json:
        assert isinstance(one, TravelReimbursement)
        want = one.body()
        rows, tree, there = want.pop("rows"), _nested(want), self._there(one)
        if "content" in self.leaves_out:
            tree.pop("additionalInformation", None)
        codes = {card["code"]: card["id"] for card in there["/products"] if card["type"] == "TRAVEL"}
        tree["partnerId"] = self._person(one, there["/persons"])
        tree["invoiceRows"] = [{**row, "productId": codes[row["productCode"]]} for row in rows]
        return tree

    def _person(self, one: TravelReimbursement, there: list[Json]) -> int:
        for card in there:
            if card["invoicingInfo"]["identifier"] == one.card["socialSecurityNumber"]:
                return int(card["id"])
        body = _nested(one.person())
        if "person fields" in self.leaves_out:
            del body["registryInfo"]["email"]
        return int(self.call("procountor", one, "insertPerson", body)["id"])

    def _invoice(self, one: SalesInvoice) -> Json:
        want = one.body()
        rows, tree, there = want.pop("rows"), _nested(want), self._there(one)
        tree |= {"vatStatus": 1, "extraInfo": {"accountingByRow": True, "unitPricesIncludeVat": False}}
        if "content" in self.leaves_out:
            tree.pop("orderReference", None)
        tree["partnerId"] = self._partner(one, there["/businesspartners"])
        tree["invoiceRows"] = [{**row, "productId": self._product(one, row, there["/products"])} for row in rows]
        return tree

    def _partner(self, one: SalesInvoice, there: list[Json]) -> int:
        number = str(one.card["number"])
        for card in there:
            if card["invoicingInfo"]["customerNumber"] == number:
                return int(card["id"])
        body = _nested(one.partner())
        if "partner fields" in self.leaves_out:
            del body["address"]["zip"]
        return int(self.call("procountor", one, "insertBusinessPartner", body)["id"])

    def _product(self, one: SalesInvoice, row: Json, there: list[Json]) -> int:
        for card in there:
            if card["code"] == row["productCode"]:
                return int(card["id"])
        line = next(line for line in one.rows if line["code"][0] == row["productCode"])
        return int(self.call("procountor", one, "addProduct", one.product(line))["id"])

    def _write_receipt(self, one: Document, receipt_id: int) -> None:
        there = self.apis.world["procountor"][one.book.id]
        receipt = copy.deepcopy(next(one for one in there["/ledgerreceipts"] if one["id"] == receipt_id))
        lines = [line for line in receipt["transactions"] if line["transactionType"] == "ENTRY"]
        for line, want in zip(lines, one.entries(), strict=True):
            line["account"] = want["account"] or line["account"]
            line["dimensionItemValues"] = [
                {**self._item(one, name, code, there["/dimensions"]), "value": line["accountingValue"]}
                for name, code in want["items"].items()
            ]
        self.call("procountor", one, "updateLedgerReceipt", receipt, receiptId=receipt_id)

    def _item(self, one: Document, name: str, code: str, there: list[Json]) -> Json:
        dimension = next(card for card in there if card["name"] == name)
        item = next((item for item in dimension["items"] if item["codeName"] == code), None)
        if item is None:
            item = self.call("procountor", one, "addDimensionItem", {"codeName": code}, dimensionId=dimension["id"])
        return {"dimensionId": dimension["id"], "itemId": item["id"]}


def _nested(flat: Json) -> Json:
    tree: Json = {}
    for path, value in flat.items():
        *above, last = path.split(".")
        node = tree
        for name in above:
            node = node.setdefault(name, {})
        if value is not None:
            node[last] = value
    return tree
