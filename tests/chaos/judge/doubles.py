"""What was made, sent or moved more than once, from the sandbox's journal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from tests.chaos.evidence import Evidence, Json, Touch
from tests.chaos.finding import Finding
from tests.chaos.flows import FLOWS
from tests.chaos.flows.document import at
from tests.chaos.flows.flow import Once
from tests.chaos.judge.case import Case, guid_in

#: Seconds for which an owner of before may go on: the lease of a run, and a call's time.
OVERLAP = 3.5
#: What is made once.
ONCE = {
    **{kind: once for flow in FLOWS for kind, once in flow.created.items()},
    "dimension item": Once("addDimensionItem", ("object.dimension", "object.codeName")),
    "attachment": Once("saveAttachment", ("object.referenceId", "object.name")),
}
#: The actions that move an invoice.
ACTIONS = ("approveInvoice1", "send", "sendToCirculation", "verifyInvoice")


def doubled(evidence: Evidence, found: Iterable[Case]) -> Iterator[Finding]:
    """Every kind of effect that came more than once without anybody's wish."""
    cases = list(found)
    yield from extras(evidence.journal)
    for case in cases:
        yield from _invoices(case)
        yield from _moves(case)
        yield from _over_a_word(case, evidence.journal)
        yield from _moved_over_a_word(case, evidence.journal)
    yield from _of_nobody(evidence, {case.key.rpartition("/")[2] for case in cases})


def extras(journal: list[Json]) -> Iterator[Finding]:
    """Register objects and files that were made more than once, invoices that were sent more than once."""
    for kind, once in ONCE.items():
        made = Counter(
            (one["company"], *(str(at(one, name)) for name in once.names))
            for one in journal
            if one["operation"] == once.operation and one["effect"] == "created"
        )
        for (company, *rest), count in made.items():
            if count > 1:
                yield Finding("doubled", company, f"{kind} {' '.join(rest)} made {count} times")
    sends = Counter(
        (one["company"], one["object_id"]) for one in journal if one["operation"] == "send" and one["effect"]
    )
    for (company, invoice), count in sends.items():
        if count > 1:
            yield Finding("doubled", company, f"invoice {invoice} sent {count} times")


def _invoices(case: Case) -> Iterator[Finding]:
    """No invoice is made while a valid one of the document is there, unless an operator wanted it."""
    company, valid = case.document.book.id, set[int]()
    events: list[tuple[int, int, Json | Touch]] = [(post["n"], 1, post) for post in case.posts.values()]
    events += [(touch.end, 0, touch) for touch in case.touches]
    for _, _, event in sorted(events, key=lambda one: one[:2]):
        if isinstance(event, Touch):
            invoice = event.about.rpartition("/")[2]
            if event.what == "invalidate" and invoice.isdigit():
                valid.discard(int(invoice))
            elif event.what == "copy" and invoice.isdigit():
                valid.add(int(invoice))
            elif event.what == "create-anyway":
                valid.clear()
            continue
        if valid:
            yield Finding("doubled", case.key, f"invoice {event['object_id']} made beside {sorted(valid)} in {company}")
        valid.add(event["object_id"])


def _moves(case: Case) -> Iterator[Finding]:
    """Two moves to the status after transfer, and nobody put it back between. One whose answer was lost is no second:
    it says the same once more. Nor is one by an owner of before, within the lease of the head that it has read: it
    can't know yet that another one has the home (decision 6). `by`: who called, where that is known.
    """
    last: int | None = None
    before: Json = {}
    for move in case.moves:
        former, before = before, move
        if move.get("fault") == "commit_late":
            continue
        if move["object"]["status"] != case.document.AFTER:
            last = None
            continue
        if former and former.get("by") != move.get("by") and _seconds(former, move) <= OVERLAP:
            continue
        if last is not None and not any(last < one.end and one.begin <= move["n"] for one in case.touches):
            yield Finding("doubled", case.key, f"moved to {case.document.AFTER} twice")
        last = move["n"]


def _seconds(former: Json, later: Json) -> float:
    return (datetime.fromisoformat(later["at"]) - datetime.fromisoformat(former["at"])).total_seconds()


def _over_a_word(case: Case, journal: list[Json]) -> Iterator[Finding]:
    """Whoever takes a finished invoice back has the last word: no worker that woke up late acts on it."""
    for touch in case.touches:
        if touch.what not in ("unapprove", "invalidate") or not -1 < case.moved < touch.begin:
            continue
        company, _, invoice = touch.about.partition("/")
        for one in journal[touch.end :]:
            about = (one["object"].get("invoiceId"), one["object"].get("referenceId")) if one["effect"] else ()
            own = one["operation"] in ACTIONS and str(one["object_id"]) == invoice
            if one["company"] == company and one["effect"] and (own or invoice in map(str, about)):
                yield Finding("doubled", case.key, f"{one['operation']} of invoice {invoice} after an {touch.what}")


def _moved_over_a_word(case: Case, journal: list[Json]) -> Iterator[Finding]:
    """Whoever takes a document out of the status before transfer has the last word (decision 6). A call that was under
    way by then, or whose reading was older, may still move it.
    """
    for touch in case.touches:
        if touch.what != "take out" or case.touched("put back"):
            continue
        for move in case.moves:
            late = move["n"] >= touch.end and _seconds(journal[touch.end], move) > OVERLAP
            if late and move["object"]["status"] == case.document.AFTER and move.get("fault") != "commit_late":
                yield Finding("doubled", case.key, f"moved to {case.document.AFTER} after a user took it out")


def _of_nobody(evidence: Evidence, known: Collection[str]) -> Iterator[Finding]:
    """An invoice that was made without a marker is nobody's; each number of a type is made by one document. A document
    of a flow that is off is unknown here.
    """
    by_number: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for one in evidence.journal:
        if one["operation"] == "saveInvoice" and one["effect"] == "created":
            guid, number = guid_in(one["object"]), str(one["object"].get("originalInvoiceNumber"))
            by_number[one["company"], one["body"]["type"], number].add(guid)
            if not guid:
                yield Finding("doubled", one["company"], f"invoice {one['object_id']} has no marker")
            elif guid not in known:
                what = f"invoice {one['object_id']} made although its flow is off"
                yield Finding("missed_refusals", one["company"], what)
    for (company, type_, number), guids in by_number.items():
        if len(guids) > 1:
            yield Finding("doubled", company, f"number {number} of {type_} was made for {len(guids)} documents")
