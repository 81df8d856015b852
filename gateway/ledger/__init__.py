"""The delivery contract: a home owned by one worker at a time, its ledger, and intents that are leases.

Known to neither Faust nor invoices. Values are opaque bytes; keys are the caller's.
"""

from gateway.ledger.codec import UNREADABLE, Codec, Unreadable, Values
from gateway.ledger.errors import (
    CommitUnknown,
    Fenced,
    HomeLost,
    IntentOpen,
    LeaseExpired,
    PartitionsChanged,
    RecordTooLarge,
    WrongPartition,
)
from gateway.ledger.home import Home
from gateway.ledger.horizon import (
    Covered,
    count_out,
    horizon_from_now,
    looked_up_first,
    seconds_until_known,
    set_horizons,
)
from gateway.ledger.intents import Intent, Lease
from gateway.ledger.reading import Taken
from gateway.ledger.records import HomeTerms, Publish, Write, boottime, partition_of

__all__ = [
    "UNREADABLE",
    "Codec",
    "CommitUnknown",
    "Covered",
    "Fenced",
    "Home",
    "HomeLost",
    "HomeTerms",
    "Intent",
    "IntentOpen",
    "Lease",
    "LeaseExpired",
    "PartitionsChanged",
    "Publish",
    "RecordTooLarge",
    "Taken",
    "Unreadable",
    "Values",
    "Write",
    "WrongPartition",
    "boottime",
    "count_out",
    "horizon_from_now",
    "looked_up_first",
    "partition_of",
    "seconds_until_known",
    "set_horizons",
]
