"""One document with everything that the evidence has of it."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.chaos.evidence import Evidence, Json, Touch, current, key_of
from tests.chaos.flows import KINDS, Document
from tests.chaos.judge.wanted import documents

#: Statuses of invoices in Procountor that count no more.
GONE = ("INVALIDATED", "DELETED")
#: The operations that read a document's rows: the last of a whole document's.
READ_ROWS = frozenset(one.READS for one in KINDS.values())
#: How long a listed document may wait in its company's queue until its rows are read, in seconds, on a busy machine.
LISTED = 30.0


@dataclass(slots=True)
class Case:
    """Attributes:
    first_code  why it was refused as it stood when the run began
    told        its current outcome
    own         its invoices in Procountor as they are now, valid or not
    posts       the calls that created them, by id
    refusals    all error outcomes that it ever had
    moves       entries of the journal that moved its status
    reads       entries of the journal that read its rows, each with the first one that may have listed its head before
    touches     what people did to it or to its invoices
    known       what the ledger says of it, for readers
    """

    document: Document
    first_code: str = ""
    told: Json | None = None
    own: list[Json] = field(default_factory=list)
    posts: dict[int, Json] = field(default_factory=dict)
    refusals: list[Json] = field(default_factory=list)
    moves: list[Json] = field(default_factory=list)
    reads: list[tuple[int, int]] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    known: str = ""

    @property
    def key(self) -> str:
        """The document's."""
        return self.document.key

    @property
    def valid(self) -> list[Json]:
        """Its invoices that count."""
        return [one for one in self.own if one["status"] not in GONE]

    @property
    def state(self) -> str:
        """Of the current outcome; "" when there is none."""
        return str(self.told["state"]) if self.told else ""

    @property
    def code(self) -> str:
        """Of the current outcome's error."""
        return error_code(self.told)

    @property
    def moved(self) -> int:
        """The last entry that moved it to the status after transfer; -1 when nothing did."""
        return max((one["n"] for one in self.moves if one["object"]["status"] == self.document.AFTER), default=-1)

    def read_before(self, post: int) -> int:
        """The entry that read the rows that this one posted; -1 if none did. A call that was never answered, or late,
        stands in the journal after what people did while it was under way.
        """
        return max((rows for rows, _ in self.reads if rows < post), default=-1)

    def listed_before(self, post: int) -> int:
        """The entry after which the head may have been listed that this one posted; -1 if none is known."""
        return max((listed for rows, listed in self.reads if rows < post), default=-1)

    def touched(self, *kinds: str, since: int = -1) -> bool:
        """Whether somebody did one of these to it, not surely before this entry of the journal."""
        return any(one.what in kinds and one.end > since for one in self.touches)


def error_code(outcome: Json | None) -> str:
    """Of an outcome; "" when it is no error."""
    return str(((outcome or {}).get("error") or {}).get("code", ""))


def cases(evidence: Evidence) -> dict[str, Case]:
    """Every document of the world by its key."""
    at_first = documents(evidence, evidence.before["severa"])
    told = current(evidence.outcomes)
    found = {
        key: Case(one, at_first[key].code if key in at_first else "", told.get(key))
        for key, one in documents(evidence).items()
    }
    by_guid = {key.rpartition("/")[2]: one for key, one in found.items()}
    for company, there in evidence.procountor.items():
        for invoice in there["/invoices"]:
            if (one := by_guid.get(guid_in(invoice))) is not None and one.document.book.id == company:
                one.own.append(invoice)
    times = [entry["at"] for entry in evidence.journal]
    for entry in evidence.journal:
        if entry["operation"] == "saveInvoice" and entry["effect"] == "created":
            if (one := by_guid.get(guid_in(entry["object"]))) is not None:
                one.posts[entry["object_id"]] = entry
        elif entry["operation"] in READ_ROWS and (one := by_guid.get(entry["path"].split("/")[-2])) is not None:
            one.reads.append((entry["n"], bisect_left(times, _earlier(entry["at"], LISTED)) - 1))
        elif entry["effect"] == "status" and entry["object_id"] in by_guid:
            by_guid[entry["object_id"]].moves.append(entry)
    for outcome in evidence.outcomes:
        if outcome["state"] == "refused" and (one := found.get(key_of(outcome))) is not None:
            one.refusals.append(outcome)
    _touches(evidence, found)
    losses = [touch.end for touch in evidence.touches if touch.what == "lose_ledger"]
    for one in found.values():
        _adopted(one, at_first.get(one.key), evidence.journal)
        _wished(one, losses)
        one.known = _known(evidence.ledger, one)
    return found


def _earlier(at: str, seconds: float) -> str:
    return (datetime.fromisoformat(at) - timedelta(seconds=seconds)).isoformat(timespec="microseconds")


def _known(ledger: Json, case: Case) -> str:
    record, hold = ledger.get(case.key), ledger.get(f"{case.document.book.id}/hold")
    said = [
        f"the ledger has it {record.get('state')}" if isinstance(record, dict) else "the ledger has no record of it"
    ]
    said += ["an intent is open"] if f"~intent/{case.key}" in ledger else []
    said += [f"its company is held by {hold.get('code')}"] if isinstance(hold, dict) else []
    return ", ".join(said)


def _adopted(case: Case, first: Document | None, journal: list[Json]) -> None:
    """An invoice of another integration that was the document's when it was adopted stays it, whatever a user does to
    the rows after they were read: a person is asked then.
    """
    if first is None or not first.adopts or case.document.code != "INVOICE_FROM_ELSEWHERE":
        return
    mark = f"severa-adopted:{case.document.head['guid']}#"
    notes = [one for one in journal if one["operation"] == "addNotesToInvoice" and one["effect"]]
    marked = [one["n"] for one in notes if mark in one["object"]["notes"] and one["object_id"] == first.adopts]
    if any(case.touched("rows", since=case.read_before(n)) for n in marked):
        case.document = replace(case.document, code="", adopts=first.adopts)


def _wished(case: Case, losses: list[int]) -> None:
    """What an operator said of an invoice of another integration decides what is wanted; unless it was lost with the
    ledger before any attempt had seen it.
    """
    for touch in case.touches:
        lost = case.code == case.document.code and any(end >= touch.begin for end in losses)
        if touch.what in ("adopt", "create-anyway") and not lost:
            case.document = replace(case.document, code="", adopts=touch.invoice)


def _touches(evidence: Evidence, found: dict[str, Case]) -> None:
    by_about: dict[str, list[Touch]] = defaultdict(list)
    for touch in evidence.touches:
        by_about[touch.about].append(touch)
    for key, one in found.items():
        names = [key, *(f"{one.document.book.id}/{invoice['id']}" for invoice in one.own)]
        one.touches += [touch for name in names for touch in by_about.get(name, ())]


def guid_in(invoice: Json) -> str:
    """The guid in an invoice's marker; "" when it has none."""
    words = (invoice.get("notes") or "").split()
    marker = next((word for word in words if word.startswith("severa:")), "")
    return marker.removeprefix("severa:").partition("#")[0]
