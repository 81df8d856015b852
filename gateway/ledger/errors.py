"""What can end a home, a lease or a record.

HomeLost            this process no longer owns the home: drop work in hand without an ack
+-- Fenced          another worker owns the home: wait for the rebalance
+-- CommitUnknown   it is unknown whether a commit has committed: reopen the home
LeaseExpired        the effect must not start any more: renew the lease, or start over
IntentOpen          an effect may be under way: wait until the intent expires, look it up, then act
RecordTooLarge      this record alone can't be stored
WrongPartition, PartitionsChanged   this is not the ledger that the worker was set up for: stop
"""

from __future__ import annotations


class HomeLost(Exception):
    """This process no longer owns the home; nothing is known of what it was about to commit."""


class Fenced(HomeLost):
    """Another worker owns the home."""


class CommitUnknown(HomeLost):
    """It is unknown whether a transaction has committed; the home must be reopened and read."""


class LeaseExpired(Exception):
    """The lease expired before the effect started: the effect must not start."""


class IntentOpen(Exception):
    """An intent with this key is open."""


class RecordTooLarge(Exception):
    """A record exceeds the broker's limit; the other records of its transaction are not affected. `size`: its bytes."""

    def __init__(self, message: str, size: int = 0) -> None:
        super().__init__(message)
        self.size = size


class WrongPartition(Exception):
    """A record is in a partition that is not its organisation's."""


class PartitionsChanged(Exception):
    """The topic's number of partitions differs from the number when the ledger was written."""
