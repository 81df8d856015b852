"""Which invoice in Procountor, if any, is this document's. The marker decides, exactly. Pure (decision 11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from gateway.documents import Revision
from gateway.rules.codes.currencies import money

#: The beginning of a marker: for an invoice that we created, and for an adopted one.
MADE, ADOPTED = "severa:", "severa-adopted:"

#: Procountor's times have no zone. They may be Finland's or Sweden's, so up to three hours ahead of UTC.
CLOCKS_APART = dt.timedelta(hours=3)


def is_valid(status: str) -> bool:
    """Whether an invoice with this status still counts in Procountor."""
    return status not in ("INVALIDATED", "DELETED")


def marker_in(notes: str) -> str:
    """The marker in an invoice's internal notes, empty if there is none; people may write around it."""
    return next((word for word in notes.split() if word.startswith((MADE, ADOPTED))), "")


def is_adopted(notes: str) -> bool:
    """Whether an invoice with these internal notes was adopted for a document, and not created by us."""
    return marker_in(notes).startswith(ADOPTED)


def is_marked(notes: str, guid: str) -> bool:
    """Whether an invoice with these internal notes was created from some revision of this document, or adopted
    for it.
    """
    return marker_in(notes).startswith((f"{MADE}{guid}#", f"{ADOPTED}{guid}#"))


def notes_of_adopted(notes: str, guid: str, revision: Revision) -> str:
    """Internal notes that say that an invoice was adopted for this document; people's text stays. A copy of our own
    invoice has its marker, which is replaced.
    """
    marker, before = ADOPTED + revision.marker(guid).removeprefix(MADE), marker_in(notes)
    if before:
        return notes.replace(before, marker)
    return f"{notes}\n{marker}" if notes else marker


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a look-up reads of an invoice in Procountor."""

    id: int
    status: str
    notes: str
    partner_id: int | None
    date: dt.date | None
    total: Decimal | None
    invoice_number: int | None = None
    created: dt.datetime | None = None
    #: Somebody else than the gateway's own user created it; False if unknown.
    by_user: bool = False
    customer: str = ""
    currency: str = ""

    @property
    def valid(self) -> bool:
        """Whether it still counts in Procountor."""
        return is_valid(self.status)

    @property
    def sum_said(self) -> str:
        """Its sum without VAT, for people."""
        return money(self.total, self.currency) if self.total is not None else "sum unknown"

    def made_of(self, content_hash: str) -> bool:
        """Whether its marker names this content."""
        return marker_in(self.notes).endswith(f":{content_hash[:8]}")

    def carries_marker_of(self, guid: str) -> bool:
        """Whether it was created from some revision of this document, or adopted for it."""
        return is_marked(self.notes, guid)


def copies(candidates: Iterable[Candidate], guid: str) -> tuple[set[int], set[int]]:
    """Ids of credits and of other copies that people made of this document's invoices. Notes are copied too, so they
    have an older invoice's marker. A credit has the opposite sign; another copy is known by its creator.
    """
    first, credits, others = dict[str, Candidate](), set[int](), set[int]()
    for one in sorted(candidates, key=lambda one: one.id):
        if not one.carries_marker_of(guid):
            continue
        original = first.setdefault(marker_in(one.notes), one)
        if (one.total or 0) * (original.total or 0) < 0:
            credits.add(one.id)
        elif one is not original and one.by_user:
            others.add(one.id)
    return credits, others


def standing(candidates: Collection[Candidate], guid: str, beside: Collection[int]) -> list[Candidate]:
    """The valid invoices of this document, without copies and without those that an operator let stand beside
    another.
    """
    credits, others = copies(candidates, guid)
    left_out = {*credits, *others, *beside}
    return [one for one in candidates if one.valid and one.carries_marker_of(guid) and one.id not in left_out]


def copies_of(candidates: Collection[Candidate], guid: str, content_hash: str) -> list[Candidate]:
    """The valid copies that people made of this document's invoice with this content, where none of its own stands."""
    others = copies(candidates, guid)[1]
    return [one for one in candidates if one.valid and one.id in others and one.made_of(content_hash)]


def invalidated(candidates: Collection[Candidate], guid: str, content_hash: str) -> list[Candidate]:
    """This document's invoices with this content that were invalidated."""
    return [one for one in candidates if not one.valid and one.carries_marker_of(guid) and one.made_of(content_hash)]


@dataclass(frozen=True, slots=True)
class Compared:
    """What distinguishes documents without a marker; a person compares it too."""

    party: str
    date: dt.date
    total: Decimal
    currency: str


class Verdict(Enum):
    """The result of a look-up; if several apply, the first one counts."""

    OURS = "made by us from this content"
    ADOPTED = "adopted before, for this content"
    CHANGED = "made by us from another content, and valid"
    COPIED = "copied by a person from one of ours that is invalid, and valid"
    INVALIDATED = "made by us from this revision, and invalidated since"
    OTHER_INTEGRATION = "made by another integration after this one had taken the company over"
    ADOPTABLE = "made by another integration: same partner, date and total"
    ANOTHER = "made by us from another document"
    ELSEWHERE = "the number is taken by an invoice that is not this document's"
    ABSENT = "no invoice of this document"


#: What a person must decide, by verdict.
ASK = {
    Verdict.CHANGED: "INVOICE_CHANGED_AFTER_TRANSFER",
    Verdict.COPIED: "INVOICE_COPIED",
    Verdict.INVALIDATED: "INVOICE_INVALIDATED_MEANWHILE",
    Verdict.ANOTHER: "INVOICE_NUMBER_USED",
    Verdict.ELSEWHERE: "INVOICE_FROM_ELSEWHERE",
    Verdict.OTHER_INTEGRATION: "INVOICE_FROM_OTHER_INTEGRATION",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """The verdict, with its invoice."""

    verdict: Verdict
    invoice: Candidate | None = None


def differences(there: Candidate, own: Compared, partner_id: int | None) -> str:
    """What a person must compare: customer, date and sum without VAT, where they differ, on both sides."""
    differing = []
    if there.partner_id != partner_id:
        differing.append(_both("the customer", there.customer, own.party))
    if there.date != own.date:
        differing.append(_both("the date", there.date, own.date))
    if there.total != own.total:
        differing.append(_both("the sum without VAT", there.sum_said, money(own.total, own.currency)))
    return "; ".join(differing) or "in nothing but its internal notes"


def _both(what: str, theirs: object, own: object) -> str:
    return f"{what} is {theirs or 'unknown'} in Procountor, {own or 'unknown'} in Severa"


def identify(
    candidates: Iterable[Candidate],
    guid: str,
    revision: Revision,
    partner_id: int | None,
    own: Compared,
    horizon: dt.datetime | None = None,
) -> Identity:
    """Judge the candidates with one `originalInvoiceNumber`.

    A different amount never means that the invoice is absent: an accountant may have edited an invoice with our marker.
    An invoice without a marker that is younger than the horizon means that another integration is still running (B14).
    """
    marker = revision.marker(guid)
    candidates = sorted(candidates, key=lambda one: one.id)
    credits, others = copies(candidates, guid)
    found: dict[Verdict, Candidate] = {}
    for candidate in candidates:
        said, ours = marker_in(candidate.notes), candidate.carries_marker_of(guid)
        same_content = ours and candidate.made_of(revision.content_hash)
        if candidate.id in credits:
            continue
        if candidate.id in others:
            verdict = Verdict.COPIED
        elif ours and is_adopted(said):
            verdict = Verdict.ADOPTED if same_content else Verdict.CHANGED
        elif said == marker or same_content:
            verdict = Verdict.OURS
        elif ours:
            verdict = Verdict.CHANGED
        elif not said and horizon and candidate.created and candidate.created > horizon + CLOCKS_APART:
            verdict = Verdict.OTHER_INTEGRATION
        elif not said and (candidate.partner_id, candidate.date, candidate.total) == (partner_id, own.date, own.total):
            verdict = Verdict.ADOPTABLE
        else:
            verdict = Verdict.ANOTHER if said else Verdict.ELSEWHERE
        if not candidate.valid and said == marker:
            found[Verdict.INVALIDATED] = candidate
        elif candidate.valid and not (verdict is Verdict.OURS and verdict in found):
            found[verdict] = candidate
    first = next((verdict for verdict in Verdict if verdict in found), Verdict.ABSENT)
    return Identity(first, found.get(first))
