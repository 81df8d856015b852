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
from gateway.sandbox.world.demo_world import AFTER, Firm, guid
from gateway.sandbox.world.file import prepare
from tests.chaos.evidence import Evidence, Json
from tests.chaos.judge import wanted
from tests.chaos.judge.wanted import Document
from tests.chaos.world import FIRMS, a_world, book

OPERATIONS = {"severa": severa.OPERATIONS, "procountor": procountor.OPERATIONS}
#: One with files and cost centers, one that sends, one that approves with other files and projects.
THREE = (FIRMS[0], FIRMS[1], FIRMS[3])


@dataclass
class Honest:
    """`leaves_out`: names of effects, such as `attachment`."""

    documents: int = 12
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
        company, _, id_ = one.key.split("/")
        told = {"key": {"company": company, "kind": "sales-invoice", "id": id_}, "revision": revision, "attempt": 1}
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
            status = [{"op": "Replace", "path": "/status/guid", "value": guid(one.book.organisation, "status", AFTER)}]
            self.call("severa", one, "invoicesPatchInvoice", status, guid=one.head["guid"])

    def call(self, api: str, one: Document, operation: str, body: Any = None, **path: Any) -> Any:
        """One operation of the sandbox, in the journal as ever."""
        owner = one.book.organisation if api == "severa" else one.book.id
        where = {name: str(value) for name, value in path.items()}
        store = self.apis.world[api][owner]
        answer = OPERATIONS[api][operation](
            Call(owner, store, where, [], {}, body, self.apis.limits, file=b"%PDF", search_lag=0.0)
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
        for name in wanted.files(one) if "attachment" not in self.leaves_out else ():
            meta = {"referenceType": "INVOICE", "referenceId": made["id"], "name": name, "sendWithInvoice": True}
            self.call("procountor", one, "saveAttachment", {"meta": meta})
        if "receipt" not in self.leaves_out:
            self._write_receipt(one, made["ledgerReceiptId"])
        if wanted.target(one) != "UNFINISHED" and "approve" not in self.leaves_out:
            self.call("procountor", one, "approveInvoice1", invoiceId=made["id"])
            if wanted.target(one) == "SENT" and "send" not in self.leaves_out:
                self.call("procountor", one, "send", invoiceId=made["id"])

    def _body(self, one: Document, number: int) -> Json:
        want = wanted.body(one)
        rows = want.pop("rows")
        tree = _nested(want)
        there = self.apis.world["procountor"][one.book.id]
        iban = there["/bankaccounts"][0]["iban"]
        tree["paymentInfo"] |= {"paymentMethod": "BANK_TRANSFER", "currencyRate": 1, "bankReferenceCode": ""}
        tree["paymentInfo"]["bankAccount"] = {"accountNumber": iban}
        tree["extraInfo"] = {"accountingByRow": True, "unitPricesIncludeVat": False}
        tree |= {"vatStatus": 1, "discountPercent": 0, "notes": f"{one.marker}{number}:hash{number}"}
        if "content" in self.leaves_out:
            tree.pop("orderReference", None)
        tree["partnerId"] = self._partner(one, there["/businesspartners"])
        tree["invoiceRows"] = [{**row, "productId": self._product(one, row, there["/products"])} for row in rows]
        return tree

    def _partner(self, one: Document, there: list[Json]) -> int:
        number = str(one.card["number"])
        for card in there:
            if card["invoicingInfo"]["customerNumber"] == number:
                return int(card["id"])
        body = _nested(wanted.partner(one))
        if "partner fields" in self.leaves_out:
            del body["address"]["zip"]
        return int(self.call("procountor", one, "insertBusinessPartner", body)["id"])

    def _product(self, one: Document, row: Json, there: list[Json]) -> int:
        for card in there:
            if card["code"] == row["productCode"]:
                return int(card["id"])
        line = next(line for line in one.rows if line["code"][0] == row["productCode"])
        made = self.call("procountor", one, "addProduct", wanted.product(line, one.head["currency"]["code"]))
        return int(made["id"])

    def _write_receipt(self, one: Document, receipt_id: int) -> None:
        there = self.apis.world["procountor"][one.book.id]
        receipt = copy.deepcopy(next(one for one in there["/ledgerreceipts"] if one["id"] == receipt_id))
        lines = [line for line in receipt["transactions"] if line["transactionType"] == "ENTRY"]
        for line, want in zip(lines, wanted.entries(one), strict=True):
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
