"""Outcomes: how each revision of a document ended (F6, decision 15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.documents.keys import DocumentKey, Revision


class OutcomeState(StrEnum):
    """How a revision ended. All states but REFUSED are on the results topic."""

    CREATED = "created"
    UPDATED = "updated"
    REMOVED = "removed"
    ADOPTED = "adopted"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class TruncationKind(StrEnum):
    """How a text was changed: shortened (T1), or characters replaced (T2)."""

    CUT = "cut"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Truncation:
    """A text that was not transferred as it was (T1, T2, B6). Lengths count characters as Procountor does."""

    field: str
    kind: TruncationKind
    full_length: int
    kept_length: int
    replaced: str = ""
    #: The text that was transferred, `kept_length` characters; at most its first 200.
    kept: str = ""


@dataclass(frozen=True, slots=True)
class FurtherError:
    """Another error of the same attempt, for people."""

    code: str
    message: str
    remedy: str
    who: str


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """Why a document was refused, for people."""

    code: str
    error_class: str
    message: str
    remedy: str
    who: str
    detail: str
    #: Distinguishes causes (Q3), `others` included.
    cause: str
    others: tuple[FurtherError, ...] = ()

    @property
    def each(self) -> tuple[ErrorInfo | FurtherError, ...]:
        """This error and the others."""
        return (self, *self.others)


@dataclass(frozen=True, slots=True)
class Subject:
    """The document as people know it."""

    #: Its number at the source; empty before it has one.
    number: str = ""
    #: The other party's name.
    party: str = ""

    @property
    def as_number(self) -> int | str | None:
        """The number as logs have it: an integer where it is one, so that all lines of a document agree."""
        return int(self.number) if self.number.isdecimal() else self.number or None


@dataclass(frozen=True, slots=True)
class Target:
    """What a document became in the system that it was transferred to."""

    #: The system: procountor or severa.
    system: str
    #: Its kind there, such as sales-invoice.
    kind: str
    #: Its id there; ids in Procountor are unique only within a company.
    id: str
    #: Its status there when it was last read.
    status: str
    #: Its number there; "" before it has one.
    number: str = ""
    #: The id of its business partner there; empty if unknown.
    party_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one attempt on one revision. `newest` says which of a document's is current."""

    key: DocumentKey
    organisation: str
    revision: Revision
    attempt: int
    state: OutcomeState
    subject: Subject
    at: datetime
    truncations: tuple[Truncation, ...] = ()
    notes: tuple[str, ...] = ()
    target: Target | None = None
    error: ErrorInfo | None = None
    #: Severa's status names of the write-back.
    status_before: str = ""
    status_after: str = ""
    #: Fingerprint of the head that was transferred (decision 6).
    head_hash: str = ""
    #: How many events it answers (ADR 5).
    events: int = 1

    @property
    def order(self) -> Order:
        """Greater for what a document came to later."""
        return order_of(self.revision, self.attempt)


#: Epoch and counter of a revision's sequence, then the attempt.
Order = tuple[int, int, int]
#: Outcomes of events that change nothing: never the current outcome of a document.
NEVER_CURRENT = (OutcomeState.UNCHANGED, OutcomeState.SUPERSEDED)


def order_of(revision: Revision, attempt: int) -> Order:
    """Greater for what a document came to later. A revision's number is no part of it: numbers begin at 1 again when
    the ledger is lost, while the epoch only grows (decision 5).
    """
    return (revision.sequence.epoch, revision.sequence.counter, attempt)


def newest(known: Outcome | None, outcome: Outcome) -> Outcome | None:
    """The current outcome of a document (decision 15), given the one known so far and one more."""
    if outcome.state in NEVER_CURRENT:
        return known
    return outcome if known is None or outcome.order >= known.order else known
