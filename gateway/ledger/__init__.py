"""The delivery contract: a home that one worker owns at a time, its ledger, and intents that grant leases.

The library knows neither Faust nor invoices. Values are opaque bytes; keys are the caller's.
"""

from gateway.ledger.codec import UNREADABLE, Codec, Unreadable, Values
from gateway.ledger.connections import Connections
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
    begin_horizon,
    end_quarantine,
    horizon_from_now,
    looked_up_first,
    seconds_until_known,
    set_horizons,
    wait_out_quarantine,
)
from gateway.ledger.intents import Intent, Lease
from gateway.ledger.reading import Taken
from gateway.ledger.records import HomeConfig, Publish, Write, boottime, partition_of

__all__ = [
    "UNREADABLE",
    "Codec",
    "CommitUnknown",
    "Connections",
    "Covered",
    "Fenced",
    "Home",
    "HomeConfig",
    "HomeLost",
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
    "begin_horizon",
    "boottime",
    "end_quarantine",
    "horizon_from_now",
    "looked_up_first",
    "partition_of",
    "seconds_until_known",
    "set_horizons",
    "wait_out_quarantine",
]
