"""Which invoice in Procountor, if any, is this document. The marker decides, exactly. Pure (decision 11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from gateway.documents import ProcountorInvoice, Revision

#: Procountor's times carry no zone: they may be those of Finland or Sweden, so up to three hours ahead of UTC.
CLOCKS_APART = dt.timedelta(hours=3)


def is_valid(status: str) -> bool:
    """Whether an invoice of this status still counts in Procountor."""
    return status not in ("INVALIDATED", "DELETED")


def marker_in(notes: str) -> str:
    """The marker in an invoice's internal notes, empty when there is none; people may write around it."""
    return next((word for word in notes.split() if word.startswith("severa:")), "")


def is_marked(notes: str, guid: str) -> bool:
    """Whether an invoice with these internal notes was made by us from some revision of this document."""
    return marker_in(notes).startswith(f"severa:{guid}#")


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

    @property
    def valid(self) -> bool:
        """Whether it still counts in Procountor."""
        return is_valid(self.status)

    @property
    def invoice(self) -> ProcountorInvoice:
        """As outcomes and the ledger name it."""
        return ProcountorInvoice(self.id, self.status, self.partner_id, self.invoice_number)

    def is_one_of(self, guid: str, beside: Collection[int]) -> bool:
        """Whether it is a valid one of this document, and none that an operator let stand."""
        return self.valid and self.carries_marker_of(guid) and self.id not in beside

    def made_of(self, content_hash: str) -> bool:
        """Whether its marker names this content."""
        return marker_in(self.notes).endswith(f":{content_hash[:8]}")

    def carries_marker_of(self, guid: str) -> bool:
        """Whether it was made by us from some revision of this document."""
        return is_marked(self.notes, guid)


class Verdict(Enum):
    """What a look-up found."""

    ABSENT = "no invoice of this document"
    OURS = "made by us from this content"
    CHANGED = "made by us from another content, and valid"
    INVALIDATED = "made by us from this revision, and invalidated since"
    ADOPTABLE = "made by another integration: same partner, date and total"
    ELSEWHERE = "the number is taken by an invoice that is not this document's"
    OTHER_INTEGRATION = "made by another integration after this one had taken the company over"


#: What a person must decide, by verdict.
ASK = {
    Verdict.CHANGED: "INVOICE_CHANGED_AFTER_TRANSFER",
    Verdict.INVALIDATED: "INVOICE_INVALIDATED_MEANWHILE",
    Verdict.ELSEWHERE: "INVOICE_FROM_ELSEWHERE",
    Verdict.OTHER_INTEGRATION: "INVOICE_FROM_OTHER_INTEGRATION",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """The verdict, with the invoice that it speaks of."""

    verdict: Verdict
    invoice: Candidate | None = None


def identify(
    candidates: Iterable[Candidate],
    guid: str,
    revision: Revision,
    partner_id: int | None,
    on: dt.date,
    total: Decimal,
    horizon: dt.datetime | None = None,
) -> Identity:
    """Judge the candidates of one `originalInvoiceNumber`.

    A difference in amount never means absent: an accountant may have edited an invoice that carries our marker.
    An invoice without a marker that is younger than the horizon says that another integration goes on (SPEC B14).
    """
    marker = revision.marker(guid)
    invalidated = other = elsewhere = parallel = adoptable = None
    for candidate in sorted(candidates, key=lambda one: one.id):
        valid, found, ours = candidate.valid, marker_in(candidate.notes), candidate.carries_marker_of(guid)
        same_content = ours and candidate.made_of(revision.content_hash)
        if found == marker or (same_content and valid):
            if valid:
                return Identity(Verdict.OURS, candidate)
            invalidated = candidate
        elif not valid:
            continue
        elif ours:
            other = candidate
        elif not found and horizon and candidate.created and candidate.created > horizon + CLOCKS_APART:
            parallel = candidate
        elif not found and (candidate.partner_id, candidate.date, candidate.total) == (partner_id, on, total):
            adoptable = candidate
        else:
            elsewhere = candidate
    for verdict, candidate_found in (
        (Verdict.CHANGED, other),
        (Verdict.INVALIDATED, invalidated),
        (Verdict.OTHER_INTEGRATION, parallel),
        (Verdict.ADOPTABLE, adoptable),
        (Verdict.ELSEWHERE, elsewhere),
    ):
        if candidate_found is not None:
            return Identity(verdict, candidate_found)
    return Identity(Verdict.ABSENT)
