"""What can end a home, a lease or a record.

HomeLost            this process no longer owns the home: drop what is in hand, un-acked
+-- Fenced          another worker took it: wait for the rebalance
+-- CommitUnknown   a commit is not known to have committed: take the home again
LeaseExpired        the effect must not start any more: renew, or begin anew
IntentOpen          somebody's effect may be under way: count out, look up, then act
RecordTooLarge      this record alone can't be kept
WrongPartition, PartitionsChanged   the ledger isn't the one this worker was set up for: stop
"""

from __future__ import annotations


class HomeLost(Exception):
    """This process does not own the home any more; nothing of what it was about to commit is known."""


class Fenced(HomeLost):
    """Another worker took the home."""


class CommitUnknown(HomeLost):
    """A transaction is not known to have committed; the home must be taken again and read."""


class LeaseExpired(Exception):
    """The lease ran out before the effect started: it must not start."""


class IntentOpen(Exception):
    """An intent with this key is open."""


class RecordTooLarge(Exception):
    """A record is larger than the broker takes; the others of its transaction are not touched. `size`: its bytes."""

    def __init__(self, message: str, size: int = 0) -> None:
        super().__init__(message)
        self.size = size


class WrongPartition(Exception):
    """A record stands in a partition that is not its organisation's."""


class PartitionsChanged(Exception):
    """The topic has another number of partitions than the ledger was written with."""
