"""What belongs to a transferred invoice: content, partner, products, files, receipt, status; and what is strangers'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway.sandbox.world.demo_world import AFTER
from tests.chaos.evidence import Evidence, Json
from tests.chaos.judge import wanted
from tests.chaos.judge.case import Case, guid_in
from tests.chaos.judge.finding import Finding

#: What nobody asks of Procountor for a document that is not begun.
BEGINS = ("insertBusinessPartner", "addProduct", "addDimensionItem", "saveInvoice")
#: What a user does after which content in Procountor and in Severa may differ.
USERS = ("edit", "rows", "withdraw", "put back", "take out")


def missing_effects(evidence: Evidence, found: Iterable[Case]) -> Iterator[Finding]:
    """Whatever an invoice that was told as created lacks."""
    cases = list(found)
    for case in cases:
        if case.state == "created" and len(case.valid) == 1 and case.document.status == AFTER:
            yield from _of_invoice(case, evidence)
    yield from _registers(evidence, cases)
    yield from _forbidden(evidence)
    yield from _off(evidence)
    yield from _strangers(evidence)


def _of_invoice(case: Case, evidence: Evidence) -> Iterator[Finding]:
    invoice, there = case.valid[0], evidence.procountor[case.document.book.id]
    post, adopted = case.posts.get(invoice["id"]), case.touched("adopt", "copy")
    if post is None or adopted or case.touched(*USERS, since=case.moved):
        return  # made by a person, or changed by a user after its end
    differs = list(_differs(wanted.body(case.document), post["body"]))
    yield from (Finding("wrong_contents", case.key, f"invoice {invoice['id']}: {one}") for one in differs)
    yield from _partner_of(case, invoice, there)
    yield from _files(case, invoice)
    if not case.touched("accountant"):
        booked_anew = _written_before_it_was_booked_anew(case, invoice, evidence.journal)
        yield from _receipt(case, booked_anew or _entries(invoice, there))
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


def _partner_of(case: Case, invoice: Json, there: Json) -> Iterator[Finding]:
    number = str(case.document.card["number"])
    card = next((one for one in there["/businesspartners"] if one["id"] == invoice.get("partnerId")), None)
    if card is None or card["invoicingInfo"].get("customerNumber") != number:
        yield Finding("wrong_contents", case.key, f"invoice {invoice['id']}: its partner isn't customer {number}")
    codes = {one["id"]: one.get("code") for one in there["/products"]}
    for row in invoice["invoiceRows"]:
        if codes.get(row.get("productId")) != row.get("productCode"):
            yield Finding("wrong_contents", case.key, f"invoice {invoice['id']}: another product than its code")


def _files(case: Case, invoice: Json) -> Iterator[Finding]:
    there = Counter(one["name"] for one in invoice.get("attachments") or () if one.get("sendWithInvoice"))
    want = Counter(wanted.files(case.document))
    yield from (Finding("missing_effects", case.key, f"attachment: {name} is missing") for name in want - there)
    yield from (Finding("wrong_contents", case.key, f"attachment {name} is too many") for name in there - want)


def _entries(invoice: Json, there: Json) -> list[Json]:
    receipt = next((one for one in there["/ledgerreceipts"] if one["id"] == invoice.get("ledgerReceiptId")), None)
    return [_entry(one, there) for one in (receipt or {}).get("transactions", ()) if one["transactionType"] == "ENTRY"]


def _written_before_it_was_booked_anew(case: Case, invoice: Json, journal: list[Json]) -> list[Json]:
    """The entries that were written, where Procountor booked the invoice anew after they were read last."""
    written: Json = {}
    for entry in journal:
        if entry["company"] != case.document.book.id:
            continue
        if (
            entry["operation"] == "updateLedgerReceipt"
            and entry["effect"]
            and entry["object"]["invoiceId"] == invoice["id"]
        ):
            written = {**entry, "booked_anew": False}
        elif entry.get("fault") == "recreated" and entry["path"].endswith(f"/{written.get('object_id')}"):
            written["booked_anew"] = True
    return [
        {"account": one["account"], "value": one["value"], "items": {name: code for name, code, _ in one["dimensions"]}}
        for one in (written["object"]["entries"] if written.get("booked_anew") else ())
    ]


def _receipt(case: Case, has: list[Json]) -> Iterator[Finding]:
    """Accounts and dimensions of its entries; without either nothing is to be written."""
    for want in sorted(wanted.entries(case.document), key=lambda one: one["account"] == ""):
        fits = [
            one
            for one in has
            if one["value"] == want["value"]
            and one["items"] == want["items"]
            and want["account"] in ("", one["account"])
        ]
        if fits:
            has.remove(fits[0])
        else:
            yield Finding("missing_effects", case.key, f"receipt: no entry {want}; left are {has}")


def _entry(one: Json, there: Json) -> Json:
    names = {dimension["id"]: dimension["name"] for dimension in there["/dimensions"]}
    codes = {
        (dimension["id"], item["id"]): item["codeName"]
        for dimension in there["/dimensions"]
        for item in dimension.get("items") or ()
    }
    items = {
        names[part["dimensionId"]]: codes[part["dimensionId"], part["itemId"]]
        for part in one.get("dimensionItemValues") or ()
    }
    return {"account": one["account"], "value": one["accountingValue"], "items": items}


def _registers(evidence: Evidence, cases: list[Case]) -> Iterator[Finding]:
    """Partners and products that were made have all that Severa knows of them."""
    cards = {(one.document.book.id, str(one.document.card.get("number"))): one.document for one in cases}
    rows = {(one.document.book.id, row["code"][0]): (one, row) for one in cases for row in one.document.rows}
    renamed = {place for place in rows if any(one.touched("rows") for one in cases if _has(one, *place))}
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


def _has(one: Case, company: str, code: str) -> bool:
    return one.document.book.id == company and any(row["code"][0] == code for row in one.document.rows)


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
