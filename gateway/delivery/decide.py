"""What an event means, given the ledger's record of its document. Pure (decisions 5, 7, 9)."""

from __future__ import annotations

from enum import Enum

from gateway.delivery.record import State, TransferRecord
from gateway.documents import Revision, Sequence


class Decision(Enum):
    """What to do with a change event."""

    ATTEMPT = "transfer it"
    RESUME = "an intent is open and has expired: look up first, then act"
    WAIT = "an intent is open and has not expired: nothing now, the poll retries"
    CHANGED = "it is in Procountor with another content or from an earlier wish: see what became of that invoice"
    UNCHANGED = "the same revision is settled, refused or withdrawn, or a later event of it was handled: nothing"
    SUPERSEDED = "a newer revision was handled: nothing"


def has_passed(record: TransferRecord, sequence: Sequence) -> bool:
    """Whether the event with this sequence has ended, or a later event of its document was handled."""
    known = record.revision.sequence
    return sequence < known or (sequence == known and record.state is not State.OPEN)


def decide(record: TransferRecord | None, revision: Revision, intent_open: bool, expired: bool) -> Decision:
    """The decision for an event of `revision`; `expired`: the open intent has expired."""
    if record is not None:
        same = revision.content_hash == record.revision.content_hash
        if has_passed(record, revision.sequence):
            return Decision.UNCHANGED if revision.is_same(record.revision) else Decision.SUPERSEDED
        # a higher number is a newer revision; a lower number with a later sequence was given after the ledger was lost
        new_wish = not same or revision.number > record.revision.number
        if not new_wish and record.state in (State.SETTLED, State.WITHDRAWN):
            return Decision.UNCHANGED
    if intent_open:
        return Decision.RESUME if expired else Decision.WAIT
    if record is not None and record.target is not None:
        return Decision.CHANGED
    return Decision.ATTEMPT
