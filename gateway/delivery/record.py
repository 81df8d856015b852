"""The ledger's record of a document: one per document, JSON, private to the gateway (decision 15)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from gateway.documents import Revision, Sequence, Target
from gateway.ledger import Codec, Values


class State(StrEnum):
    """The state of a document's newest handled revision."""

    OPEN = "open"
    SETTLED = "settled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person was asked about an invoice in Procountor."""

    #: The error's code.
    code: str
    #: The invoice's id in Procountor.
    invoice_id: int
    #: The hash of the content that was to be transferred then.
    content_hash: str = ""
    #: The invoice's number in Procountor.
    invoice_number: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What a document has in the other system."""

    target: Target
    #: The hash of the content that it was created from; empty if unknown.
    content_hash: str = ""
    #: A person or a look-up decided that it is this document's: it has no marker of ours.
    adopted: bool = False
    #: Its files, its receipt or its status are not done yet, so it has had no result.
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the revision was last refused, also while it is retried."""

    #: Distinguishes causes; empty if there is none, or if the next refusal is to be reported whatever its cause.
    cause: str = ""
    #: What it was judged by: another content or other settings make the document due again (decision 14).
    inputs: str = ""
    #: When it was last refused, in seconds since 1970 by the broker.
    at: float = 0.0
    #: When this revision was first refused; 0 if it was not.
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class WriteBack:
    """The document's status at its source (decision 6)."""

    #: The hash of the head that was transferred.
    head_hash: str = ""
    #: The status was updated, or needs no update any more.
    done: bool = False
    #: The head that an unfinished status update of an older revision may be moving.
    moving: str = ""
    #: When the status update was recorded, in the order of revisions.
    moved_at: Sequence | None = None


@dataclass(frozen=True, slots=True)
class TransferRecord:
    """A document's newest handled revision, and what it became in the other system."""

    revision: Revision
    state: State
    attempt: int
    number: int | None = None
    made: Made | None = None
    refusal: Refusal = Refusal()
    write_back: WriteBack = WriteBack()
    #: What a person was asked, about any revision, and has not answered.
    question: Question | None = None
    #: Invoices that an operator let stand when another was asked for.
    beside: tuple[int, ...] = ()
    #: A POST of some revision began, so Procountor may have an invoice that this record doesn't know.
    posted: bool = True
    #: The object is kept in step with its source, so its record never rests.
    kept: bool = False
    #: What its flow noted of the object.
    memo: str = ""

    @property
    def target(self) -> Target | None:
        """What it is in the other system."""
        return self.made.target if self.made is not None else None

    @property
    def adopted(self) -> bool:
        """Whether that was adopted."""
        return self.made is not None and self.made.adopted

    @property
    def was_posted(self) -> bool:
        """Whether Procountor may have an invoice of this document: it is looked up before another is created."""
        return self.posted or self.made is not None

    @property
    def may_be_moving(self) -> str:
        """The head's hash that an unfinished status update may have moved, "" if there is none."""
        back = self.write_back
        return back.head_hash if self.state is State.SETTLED and not back.done else back.moving

    def taken_away(self, revision: Revision) -> bool:
        """Whether the status update may have moved the document after this newer revision was published, which nobody
        wanted. A change of rows alone doesn't show in the head that a status update compares.

        The record may be the revision's own as long as it has not ended: it then shows when it was first published.
        Numbers don't help: two revisions that were published before either was handled have the same number.
        """
        own = revision.content_hash == self.revision.content_hash
        published = self.revision.sequence if own else revision.sequence
        made_of = self.made.content_hash if self.made is not None else ""
        if (own and self.state is not State.OPEN) or revision.content_hash == made_of:
            return False
        if published < self.revision.sequence:
            return False
        moved_at = self.write_back.moved_at
        return bool(self.may_be_moving) or (moved_at is not None and published < moved_at)

    def keeping(self, before: TransferRecord | None) -> TransferRecord:
        """With an older record's lasting facts: invoices in Procountor, questions to a person, and how long this
        revision has been refused. Without an older record, nothing was posted.
        """
        if before is None:
            return self.replace(posted=False)
        again = self.revision.is_same(before.revision)
        return self.replace(
            made=before.made,
            posted=before.was_posted,
            question=before.question,
            beside=before.beside,
            kept=before.kept,
            memo=before.memo,
            refusal=dataclasses.replace(
                self.refusal, since=(before.refusal.since or before.refusal.at) if again else 0.0
            ),
        )

    def replace(self, **changes: Any) -> TransferRecord:
        """A copy with changes."""
        return dataclasses.replace(self, **changes)

    def with_refusal(self, **changes: Any) -> TransferRecord:
        """A copy with changes of its refusal."""
        return self.replace(refusal=dataclasses.replace(self.refusal, **changes))

    def with_write_back(self, **changes: Any) -> TransferRecord:
        """A copy with changes of its write-back."""
        return self.replace(write_back=dataclasses.replace(self.write_back, **changes))

    def encode(self) -> bytes:
        """The ledger's form."""
        return orjson.dumps(self)

    @classmethod
    def decode(cls, value: bytes | None, key: str = "") -> TransferRecord | None:
        """Read what `encode` wrote under `key`; None stays None. Raises Unreadable."""
        return _RECORDS.decode(value, key) if value is not None else None


_RECORDS = Codec(TransferRecord)


def record_of(home: Values, key: str) -> TransferRecord | None:
    """The ledger's record of a document. Raises Unreadable."""
    return _RECORDS.read(home, key)


def is_done(value: bytes) -> bool:
    """Whether an encoded record is settled with its status updated, and nobody keeps the object in step, without
    decoding it: most are.
    """
    return b'"state":"settled"' in value and b'"done":true' in value and b'"kept":true' not in value
