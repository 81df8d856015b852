"""Whether a waiting document needs an attempt, by the ledger alone. Pure (decisions 1, 5, 14)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gateway.delivery.record import State, TransferRecord


class Due(Enum):
    """What the poll does with a waiting document."""

    NOTHING = "it is under way, resting, or refused for a reason that still stands"
    READ = "read it whole: it may need an attempt"
    WRITE_BACK = "it is in Procountor with this content: only its status must be updated"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the poll sees of a document that waits in Severa."""

    head_hash: str
    #: The read that showed it waiting began after the ledger record was committed.
    record_older: bool
    in_flight: bool
    resting: bool
    intent_open: bool
    intent_expired: bool


def due(record: TransferRecord | None, seen: Waiting, settings_changed: bool, refused_long_ago: bool) -> Due:
    """The verdict for one document. A document that was refused with an open intent, because it was not found in
    Procountor, is looked for again as often as any refused document is retried (decision 9).
    """
    if seen.in_flight or seen.resting or (seen.intent_open and not seen.intent_expired):
        return Due.NOTHING
    if record is None or record.state in (State.OPEN, State.WITHDRAWN):
        return Due.READ
    if record.write_back.head_hash != seen.head_hash:
        return Due.READ
    if record.state is State.REFUSED:
        return Due.READ if settings_changed or refused_long_ago else Due.NOTHING
    if seen.intent_open:
        return Due.READ
    if not record.write_back.done:
        return Due.WRITE_BACK
    return Due.READ if seen.record_older else Due.NOTHING


def is_out_of_step(record: TransferRecord | None, content_hash: str, intent_open: bool, retry: bool) -> bool:
    """Whether an object that is kept in step with its source needs an attempt (ADR 31).

    `intent_open`: an attempt's intent was left open; `retry`: a refusal is to be tried again.
    """
    if record is None or record.state in (State.OPEN, State.WITHDRAWN) or intent_open:
        return True
    return record.revision.content_hash != content_hash or (record.state is State.REFUSED and retry)


def unanswered(record: TransferRecord | None, head: str) -> bool:
    """Whether a waiting document with this head has no current outcome yet (F6)."""
    if record is None or record.state in (State.OPEN, State.WITHDRAWN) or record.write_back.head_hash != head:
        return True
    return record.state is State.SETTLED and record.write_back.done


def next_revision(record: TransferRecord | None, content_hash: str, written_back_before: bool) -> int:
    """The revision number of a document that was read whole (decision 5).

    It rises when the content changed, when the document waits again after its status update, and when it returns after
    it was withdrawn. A content that already has a number keeps it.
    """
    if record is None:
        return 1
    if record.revision.content_hash != content_hash:
        return record.revision.number + 1
    again = record.state is State.WITHDRAWN or (record.state is State.SETTLED and written_back_before)
    return record.revision.number + 1 if again else record.revision.number
