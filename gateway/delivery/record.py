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
class TransferRecord:
    """The newest revision of a document that was handled, and what it became in the other system.

    `adopted`: a person or the look-up said that `target`, which carries no marker of ours, is this document's;
    `posted`: a POST of some revision was begun, so Procountor may have an invoice that this record doesn't know; a
    record that doesn't say is of a version that kept no account of it;
    `settled_hash` the content that `target` was made from; `unfinished`: its files,
    receipt or status action are still to be done, so it had no result yet; `beside`: invoices that an operator let
    stand when another was asked for.
    `inputs` is what a refusal was judged by; `cause` the refusal's cause, also while it is being tried again;
    `refused_at` seconds since 1970, `refused_since` those at which this revision was refused first; `question`: what a
    person was asked, of whatever revision, and has not answered.
    `moving` the head that a write-back of an older revision, whose end is not recorded, may be moving; `moved_at` when
    the write-back was recorded, in the order of revisions.
    """

    revision: Revision
    state: State
    attempt: int
    number: int | None = None
    target: Target | None = None
    settled_hash: str = ""
    head_hash: str = ""
    written_back: bool = False
    adopted: bool = False
    unfinished: bool = False
    moving: str = ""
    moved_at: Sequence | None = None
    cause: str = ""
    inputs: str = ""
    refused_at: float = 0.0
    refused_since: float = 0.0
    question: Question | None = None
    beside: tuple[int, ...] = ()
    posted: bool = True

    @property
    def was_posted(self) -> bool:
        """Whether Procountor may have an invoice of this document: it is looked up before another is made."""
        return self.posted or self.target is not None

    @property
    def may_be_moving(self) -> str:
        """Fingerprint of the head that a write-back without a recorded end may have moved, "" when there is none."""
        return self.head_hash if self.state is State.SETTLED and not self.written_back else self.moving

    def taken_away(self, revision: Revision) -> bool:
        """Whether the write-back may have moved the status after this newer revision was published: nobody asked for
        that. A change of rows alone doesn't show in the head that a write-back compares.

        The record may be the revision's own, as long as that had no end: then it tells when it was published first.
        Numbers don't tell: of two that were published before either was handled both have the same.
        """
        own = revision.content_hash == self.revision.content_hash
        published = self.revision.sequence if own else revision.sequence
        if (own and self.state is not State.OPEN) or revision.content_hash == self.settled_hash:
            return False
        if published < self.revision.sequence:
            return False
        return bool(self.may_be_moving) or (self.moved_at is not None and published < self.moved_at)

    def keeping(self, before: TransferRecord | None) -> TransferRecord:
        """With what an older record knows that stands: invoices in Procountor, what a person was asked, and how long
        this very revision has been refused. Without an older record, nothing was posted.
        """
        if before is None:
            return self.replace(posted=False)
        same = self.revision.number, self.revision.content_hash
        again = same == (before.revision.number, before.revision.content_hash)
        return self.replace(
            target=before.target,
            adopted=before.adopted,
            posted=before.was_posted,
            settled_hash=before.settled_hash,
            unfinished=before.unfinished,
            question=before.question,
            beside=before.beside,
            refused_since=(before.refused_since or before.refused_at) if again else 0.0,
        )

    def replace(self, **changes: Any) -> TransferRecord:
        """A copy with changes."""
        return dataclasses.replace(self, **changes)

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
    return b'"state":"settled"' in value and b'"written_back":true' in value
