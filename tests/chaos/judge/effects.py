"""What belongs to a transferred invoice: content, partner, products, files, receipt, status; and what is strangers'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.chaos.evidence import Evidence, Json
from tests.chaos.finding import Finding
from tests.chaos.flows import FLOWS
from tests.chaos.flows.document import at
from tests.chaos.flows.registers import Registers
from tests.chaos.judge import receipts
from tests.chaos.judge.case import Case, guid_in

#: What nobody asks of Procountor for a document that is not begun.
BEGINS = ("addDimensionItem", "saveInvoice", *(one.operation for flow in FLOWS for one in flow.created.values()))
#: The settings without which an operation must not create anything.
ALLOWED = {operation: setting for flow in FLOWS for operation, setting in flow.allowed.items()}
#: What a user does after which content in Procountor and in Severa may differ.
USERS = ("edit", "rows", "withdraw", "put back", "take out")


def missing_effects(evidence: Evidence, found: Iterable[Case]) -> Iterator[Finding]:
    """Whatever an invoice that was told as created lacks."""
    cases = list(found)
    booked_again = receipts.written_before_booked_again(evidence.journal)
    pages = _pages(evidence.journal)
    registers = {company: Registers(there) for company, there in evidence.procountor.items()}
    for case in cases:
        if case.state == "created" and len(case.valid) == 1 and case.document.is_moved:
            yield from _of_invoice(case, registers[case.document.book.id], booked_again, pages)
    for flow in FLOWS:
        yield from flow.findings(evidence, cases)
    yield from _forbidden(evidence)
    yield from _off(evidence)
    yield from _strangers(evidence)


def _of_invoice(
    case: Case, there: Registers, booked_again: dict[receipts.Place, list[Json]], pages: dict[receipts.Place, int]
) -> Iterator[Finding]:
    invoice = case.valid[0]
    post, adopted = case.posts.get(invoice["id"]), case.touched("adopt", "copy")
    if post is None or adopted or case.touched(*USERS, since=case.moved):
        return  # made by a person, or changed by a user after its end
    differs = [*_differs(case.document.body(), post["body"]), *case.document.party_differs(invoice, there)]
    yield from (Finding("wrong_contents", case.key, f"invoice {invoice['id']}: {one}") for one in differs)
    yield from _files(case, invoice, pages)
    if not case.touched("accountant"):
        written = booked_again.get((case.document.book.id, invoice["id"]))
        yield from receipts.differing(case, written or receipts.entries(invoice, there))
    status = case.document.target
    if invoice["status"] != status and not case.touched("unapprove"):
        action = case.document.STEPS.get(status, "status")
        yield Finding("missing_effects", case.key, f"{action}: invoice {invoice['id']} is {invoice['status']}")


def _differs(want: Json, body: Json) -> Iterator[str]:
    for path, value in want.items():
        if path != "rows" and (sent := at(body, path)) != value:
            yield f"{path} is {sent!r}, {value!r} is wanted"
    rows = [{name: row.get(name) for name in one} for row, one in zip(body["invoiceRows"], want["rows"], strict=False)]
    if rows != want["rows"] or len(body["invoiceRows"]) != len(want["rows"]):
        yield f"rows are {rows}, {want['rows']} are wanted"


def _files(case: Case, invoice: Json, pages: dict[receipts.Place, int]) -> Iterator[Finding]:
    document, names = case.document, case.document.files()
    sent = [one for one in invoice.get("attachments") or () if bool(one.get("sendWithInvoice")) == document.SENT_WITH]
    there, want = Counter(one["name"] for one in sent), Counter(list(names))
    yield from (Finding("missing_effects", case.key, f"attachment: {name} is missing") for name in want - there)
    yield from (Finding("wrong_contents", case.key, f"attachment {name} is too many") for name in there - want)
    for one in sent:
        has, whole = pages.get((document.book.id, one["id"]), 0), names.get(one["name"], 0)
        if whole and has != whole:
            yield Finding("wrong_contents", case.key, f"attachment {one['name']} has {has} pages of {whole}")


def _pages(journal: list[Json]) -> dict[receipts.Place, int]:
    """The pages of each attachment, by company and id."""
    saved = [one for one in journal if one["operation"] == "saveAttachment" and one["effect"] == "created"]
    return {(one["company"], one["object_id"]): one["object"]["pages"] for one in saved}


def _forbidden(evidence: Evidence) -> Iterator[Finding]:
    """Nothing is made that the settings don't allow (S3, S12)."""
    settings = {one.id: one.settings for one in evidence.books}
    for entry in evidence.journal:
        need = ALLOWED.get(entry["operation"], "") if entry["effect"] == "created" else ""
        if need and not at(settings[entry["company"]], need):
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
