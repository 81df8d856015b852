"""What belongs to a transferred invoice: content, partner, products, files, receipt, status; and what is strangers'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway.sandbox.world.demo_world import AFTER
from tests.chaos.evidence import Evidence, Json
from tests.chaos.judge import receipts, wanted
from tests.chaos.judge.case import Case, guid_in
from tests.chaos.judge.finding import Finding
from tests.chaos.judge.registers import Registers

#: What nobody asks of Procountor for a document that is not begun.
BEGINS = ("insertBusinessPartner", "addProduct", "addDimensionItem", "saveInvoice")
#: What a user does after which content in Procountor and in Severa may differ.
USERS = ("edit", "rows", "withdraw", "put back", "take out")


def missing_effects(evidence: Evidence, found: Iterable[Case]) -> Iterator[Finding]:
    """Whatever an invoice that was told as created lacks."""
    cases = list(found)
    booked_again = receipts.written_before_booked_again(evidence.journal)
    registers = {company: Registers(there) for company, there in evidence.procountor.items()}
    for case in cases:
        if case.state == "created" and len(case.valid) == 1 and case.document.status == AFTER:
            yield from _of_invoice(case, registers[case.document.book.id], booked_again)
    yield from _registers(evidence, cases)
    yield from _forbidden(evidence)
    yield from _off(evidence)
    yield from _strangers(evidence)


def _of_invoice(case: Case, there: Registers, booked_again: dict[receipts.Place, list[Json]]) -> Iterator[Finding]:
    invoice = case.valid[0]
    post, adopted = case.posts.get(invoice["id"]), case.touched("adopt", "copy")
    if post is None or adopted or case.touched(*USERS, since=case.moved):
        return  # made by a person, or changed by a user after its end
    differs = list(_differs(wanted.body(case.document), post["body"]))
    yield from (Finding("wrong_contents", case.key, f"invoice {invoice['id']}: {one}") for one in differs)
    yield from _partner_of(case, invoice, there)
    yield from _files(case, invoice)
    if not case.touched("accountant"):
        written = booked_again.get((case.document.book.id, invoice["id"]))
        yield from receipts.differing(case, written or receipts.entries(invoice, there))
    status = wanted.target(case.document)
    if invoice["status"] != status and not case.touched("unapprove"):
        action = "send" if status == "SENT" else "approve"
        yield Finding("missing_effects", case.key, f"{action}: invoice {invoice['id']} is {invoice['status']}")


def _differs(want: Json, body: Json) -> Iterator[str]:
    for path, value in want.items():
        if path != "rows" and (sent := _at(body, path)) != value:
            yield f"{path} is {sent!r}, {value!r} is wanted"
    rows = [{name: row.get(name) for name in one} for row, one in zip(body["invoiceRows"], want["rows"], strict=False)]
    if rows != want["rows"] or len(body["invoiceRows"]) != len(want["rows"]):
        yield f"rows are {rows}, {want['rows']} are wanted"


def _at(tree: Any, path: str) -> Any:
    for name in path.split("."):
        tree = (tree or {}).get(name)
    return tree


def _partner_of(case: Case, invoice: Json, there: Registers) -> Iterator[Finding]:
    number = str(case.document.card["number"])
    card = there.partners.get(invoice.get("partnerId"))
    if card is None or card["invoicingInfo"].get("customerNumber") != number:
        yield Finding("wrong_contents", case.key, f"invoice {invoice['id']}: its partner isn't customer {number}")
    for row in invoice["invoiceRows"]:
        if there.products.get(row.get("productId")) != row.get("productCode"):
            yield Finding("wrong_contents", case.key, f"invoice {invoice['id']}: another product than its code")


def _files(case: Case, invoice: Json) -> Iterator[Finding]:
    there = Counter(one["name"] for one in invoice.get("attachments") or () if one.get("sendWithInvoice"))
    want = Counter(wanted.files(case.document))
    yield from (Finding("missing_effects", case.key, f"attachment: {name} is missing") for name in want - there)
    yield from (Finding("wrong_contents", case.key, f"attachment {name} is too many") for name in there - want)


def _registers(evidence: Evidence, cases: list[Case]) -> Iterator[Finding]:
    """Partners and products that were made have all that Severa knows of them."""
    cards = {(one.document.book.id, str(one.document.card.get("number"))): one.document for one in cases}
    rows = {(one.document.book.id, row["code"][0]): (one, row) for one in cases for row in one.document.rows}
    renamed = {
        (one.document.book.id, row["code"][0]) for one in cases if one.touched("rows") for row in one.document.rows
    }
    for entry in evidence.journal:
        company, about = entry["company"], entry.get("object") or {}
        if entry["effect"] != "created":
            continue
        want: Mapping[str, Any] = {}
        if entry["operation"] == "insertBusinessPartner":
            name = f"partner {about['customerNumber']}"
            one = cards.get((company, str(about["customerNumber"])))
            want = wanted.partner(one) if one is not None and one.head["receiverAddress"].get("country") else {}
        elif entry["operation"] == "addProduct":
            name = f"product {about['code']}"
            case, row = rows.get((company, str(about["code"])), (None, {}))
            want = wanted.product(row, case.document.head["currency"]["code"]) if case else {}
            want = {
                path: value
                for path, value in want.items()
                if path != "name" or (company, row["code"][0]) not in renamed
            }
        for path, value in want.items():
            if (sent := _at(entry["body"], path)) != value:
                yield Finding("wrong_contents", company, f"{name}: {path} is {sent!r}, {value!r} is wanted")


def _forbidden(evidence: Evidence) -> Iterator[Finding]:
    """Nothing is made that the settings don't allow (S3)."""
    settings = {one.id: one.settings for one in evidence.books}
    needs = {"insertBusinessPartner": "create_customers", "addProduct": "create_products"}
    for entry in evidence.journal:
        need = needs.get(entry["operation"], "") if entry["effect"] == "created" else ""
        if need and not settings[entry["company"]][need]:
            yield Finding("missed_refusals", entry["company"], f"{entry['operation']} although {need} is off")


def _off(evidence: Evidence) -> Iterator[Finding]:
    """Nothing is begun for a company while it is off (S18); what was begun before may come to its end."""
    for touch in evidence.touches:
        for entry in evidence.journal[touch.begin : touch.end] if touch.what == "off" else ():
            if entry["company"] == touch.about and entry["operation"] in BEGINS and entry["effect"]:
                yield Finding("missed_refusals", touch.about, f"{entry['operation']} while the company is off")


def _strangers(evidence: Evidence) -> Iterator[Finding]:
    """Invoices of another integration are as they were, in every field, but for the mark of one that was adopted."""
    for company, before in evidence.before["procountor"].items():
        now = {one["id"]: one for one in evidence.procountor[company]["/invoices"]}
        touched = {one.about for one in evidence.touches}
        for one in before["/invoices"]:
            there = _unmarked(now.get(one["id"], {}), one)
            if there != one and not guid_in(one) and f"{company}/{one['id']}" not in touched:
                yield Finding("strangers_touched", company, f"invoice {one['id']} is {now.get(one['id'])}")


def _unmarked(now: Json, before: Json) -> Json:
    """An invoice as it was before it was marked as adopted."""
    text, _, marker = (now.get("notes") or "").rpartition("severa-adopted:")
    if not marker:
        return now
    same = {name: before[name] for name in ("version",) if name in before}
    return {
        **{name: value for name, value in now.items() if name != "version"},
        "notes": text.removesuffix("\n"),
        **same,
    }
