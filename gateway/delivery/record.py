"""What the ledger keeps of a document: one record a document, JSON, private to the gateway (decision 15)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from gateway.documents import Revision, Sequence, Target
from gateway.ledger import Codec, Values


class State(StrEnum):
    """Where the newest handled revision of a document stands."""

    OPEN = "open"
    SETTLED = "settled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person was asked about an invoice in Procountor: an error's code, the invoice's id and number there, and
    the hash of the content that was to be transferred then.
    """

    code: str
    invoice_id: int
    content_hash: str = ""
    invoice_number: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What a document has in the other system."""

    target: Target
    #: The fingerprint of the content that it was made from; "" where none is known.
    content_hash: str = ""
    #: A person or a look-up said that it is this document's: it carries no marker of ours.
    adopted: bool = False
    #: Its files, its receipt or its status are still to be done, so that it had no result yet.
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the revision was refused last, also while it is being tried again."""

    #: Tells one cause from another; "" when there is none, or the next refusal is to be reported whatever its cause.
    cause: str = ""
    #: What it was judged by: another content or other settings make the document due again (decision 14).
    inputs: str = ""
    #: When it was refused last; seconds since 1970 by the broker.
    at: float = 0.0
    #: When this very revision was refused first; 0 when it was not.
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class WriteBack:
    """What was said of the document at its source (decision 6)."""

    #: The fingerprint of the head that was transferred.
    head_hash: str = ""
    #: Its status was moved, or is not to be moved any more.
    done: bool = False
    #: The head that a write-back of an older revision, whose end is not recorded, may be moving.
    moving: str = ""
    #: When the write-back was recorded, in the order of revisions.
    moved_at: Sequence | None = None


@dataclass(frozen=True, slots=True)
class TransferRecord:
    """The newest revision of a document that was handled, and what the document has in the other system."""

    revision: Revision
    state: State
    attempt: int
    number: int | None = None
    made: Made | None = None
    refusal: Refusal = Refusal()
    write_back: WriteBack = WriteBack()
    #: What a person was asked, of whatever revision, and has not answered.
    question: Question | None = None
    #: Ids of invoices that an operator let stand when another was asked for.
    beside: tuple[int, ...] = ()
    #: A creation of some revision was begun, so the other system may have one that this record doesn't know.
    posted: bool = True

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
        """Whether Procountor may have an invoice of this document: it is looked up before another is made."""
        return self.posted or self.made is not None

    @property
    def may_be_moving(self) -> str:
        """Fingerprint of the head that a write-back without a recorded end may have moved, "" when there is none."""
        back = self.write_back
        return back.head_hash if self.state is State.SETTLED and not back.done else back.moving

    def taken_away(self, revision: Revision) -> bool:
        """Whether the write-back may have moved the status after this newer revision was published: nobody asked for
        that. A change of rows alone doesn't show in the head that a write-back compares.

        The record may be the revision's own, as long as that had no end: then it tells when it was published first.
        Numbers don't tell: of two that were published before either was handled both have the same.
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
        """With what an older record knows that stands: invoices in Procountor, what a person was asked, and how long
        this very revision has been refused. Without an older record, nothing was posted.
        """
        if before is None:
            return self.replace(posted=False)
        same = self.revision.number, self.revision.content_hash
        again = same == (before.revision.number, before.revision.content_hash)
        return self.replace(
            made=before.made,
            posted=before.was_posted,
            question=before.question,
            beside=before.beside,
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
        """As it stands in the ledger."""
        return orjson.dumps(self)

    @classmethod
    def decode(cls, value: bytes | None, key: str = "") -> TransferRecord | None:
        """Read back what `encode` wrote, under `key`; None stays None. Raises Unreadable."""
        return _RECORDS.decode(value, key) if value is not None else None


_RECORDS = Codec(TransferRecord)


def record_of(home: Values, key: str) -> TransferRecord | None:
    """What the ledger knows of a document. Raises Unreadable."""
    return _RECORDS.read(home, key)


def is_done(value: bytes) -> bool:
    """Whether an encoded record is one of a settled and written back document, without decoding it: most are."""
    return b'"state":"settled"' in value and b'"done":true' in value
