"""The seeded plan: what happens, and when. The same seed gives the same plan."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.chaos.flows import FLOWS
from tests.chaos.moments import MOMENTS

#: What may go wrong with a call that reads, and further with one that writes. Both APIs are struck in every operation
#: that the gateway calls in this world.
READING = ("fail_before", "drop_before", "drop_after", "late", "too_many", "cut_short")
WRITING = (
    "fail_before", "drop_before", "too_many", "fail_after", "drop_after", "cut_short", "commit_late", "refuse_after",
)  # fmt: skip
READS = {
    "procountor": (
        "token", "searchInvoice", "getInvoice", "getBankAccounts", "getVatStatusesForCompany", "getChartOfAccount",
        "getDimensions", "getLedgerReceipt", *(one for flow in FLOWS for one in flow.reads["procountor"]),
    ),
    "severa": (
        "token", "projectsGetProject", "businessUnitsGetBusinessUnits",
        *(one for flow in FLOWS for one in flow.reads["severa"]),
    ),
}  # fmt: skip
WRITES = {
    "procountor": (
        "saveInvoice", "addDimensionItem", "saveAttachment", "updateLedgerReceipt", "addNotesToInvoice",
        *(one for flow in FLOWS for one in flow.writes["procountor"]),
    ),
    "severa": tuple(one for flow in FLOWS for one in flow.writes["severa"]),
}  # fmt: skip
#: Objects that searches see late, and how Procountor may book an invoice.
LATER_SEEN = ("saveInvoice", "addDimensionItem", *(one.operation for flow in FLOWS for one in flow.created.values()))
TWISTS = (("saveInvoice", "reordered"), ("getLedgerReceipt", "recreated"))
#: How long each kind lasts, in seconds; within the terms that the workers are given.
SECONDS = {"commit_late": 2.2, "search_lag": 0.4, "late": 0.5}
#: Calls of an operation that are struck, of all: of those that writing depends on most, and of each other.
OFTEN, SELDOM = 0.06, 0.03

#: What happens to workers and to what they need.
MACHINES = (
    "kill", "moment", "moment", "zombie", "zombie", "term", "freeze", "scale_up", "scale_down", "broker_kill",
    "broker_pause", "smtp", "cut_kafka", "cut_severa", "cut_procountor", "clock", "settings", "version", "version",
    "lose_ledger", "right_taken", "key_refused", "company_off",
)  # fmt: skip
#: What users, accountants and operators do.
PEOPLE = (
    "withdraw", "take_out", "edit", "rows", "mend", "accountant", "unapprove", "invalidate", "invalidate_early", "copy",
    "retry", "adopt", "create_anyway",
)  # fmt: skip
ACTIONS = (*MACHINES, *PEOPLE)
#: How far a worker's wall clock jumps, in seconds.
JUMPS = (-365 * 86_400.0, -7200.0, -90.0, 90.0, 7200.0, 365 * 86_400.0)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done to the running system, `after` seconds from the start; `dice` decides details."""

    after: float
    what: str
    dice: float

    def one_of(self, several: Sequence[Any]) -> Any:
        """The one that the dice point at."""
        return several[int(self.dice * len(several))]

    @property
    def moment(self) -> str:
        """The named moment of a `moment`."""
        return str(self.one_of(MOMENTS))


def acts(seed: int, seconds: float, every: float, kinds: Sequence[str] = ACTIONS) -> list[Act]:
    """Acts over a run of about `seconds`; each kind comes at least once when there is room."""
    chance = random.Random(seed)
    count = max(len(kinds), int(seconds / every))
    order = list(kinds) + [chance.choice(kinds) for _ in range(count - len(kinds))]
    chance.shuffle(order)
    return [Act(2 + n * every + chance.random() * every / 2, kind, chance.random()) for n, kind in enumerate(order)]


def jump(seed: int) -> float:
    """How far wall clocks jump in this run."""
    return random.Random(f"jump {seed}").choice(JUMPS)


def api_faults(seed: int) -> list[dict[str, Any]]:
    """Faults of both APIs at a rate, two kinds of each operation by the seed; each with a seed of its own."""
    chance = random.Random(seed)
    chosen: list[tuple[str, str, str, float]] = []
    for api in ("procountor", "severa"):
        chosen += [(api, one, kind, SELDOM) for one in READS[api] for kind in chance.sample(READING, 2)]
        chosen += [(api, one, kind, OFTEN) for one in WRITES[api] for kind in chance.sample(WRITING, 3)]
    chosen += [("procountor", one, "search_lag", OFTEN) for one in LATER_SEEN]
    chosen += [("procountor", one, kind, OFTEN) for one, kind in TWISTS]
    return [
        {"api": api, "operation": operation, "kind": kind, "rate": rate, "seed": seed * 100 + n}
        | {"seconds": SECONDS.get(kind, 0.5)}
        for n, (api, operation, kind, rate) in enumerate(chosen)
    ]
