"""The seeded plan: what happens, and when. The same seed gives the same plan."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from tests.chaos.moments import MOMENTS

PROCOUNTOR = (
    ("saveInvoice", "drop_after"),
    ("saveInvoice", "fail_after"),
    ("saveInvoice", "commit_late"),
    ("saveInvoice", "too_many"),
    ("saveInvoice", "drop_before"),
    ("saveInvoice", "search_lag"),
    ("insertBusinessPartner", "drop_after"),
    ("addProduct", "fail_after"),
    ("saveAttachment", "drop_after"),
    ("saveAttachment", "commit_late"),
    ("saveAttachment", "too_many"),
    ("searchBusinessPartners", "fail_before"),
)
SEVERA = (
    ("invoicesPatchInvoice", "fail_before"),
    ("invoicesPatchInvoice", "drop_after"),
    ("invoicesGetInvoice", "late"),
    ("invoicesGetInvoices", "fail_before"),
    ("pdfGetInvoicePdf", "cut_short"),
)
#: How long each kind lasts, in seconds; within the terms that the workers are given.
SECONDS = {"commit_late": 2.2, "search_lag": 0.4}
ACTIONS = (
    "kill",
    "moment",
    "moment",
    "zombie",
    "term",
    "freeze",
    "scale_up",
    "scale_down",
    "broker_kill",
    "broker_pause",
    "smtp",
    "withdraw",
    "edit",
    "accountant",
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done to the running system, `after` seconds from the start; `dice` decides details."""

    after: float
    what: str
    dice: float

    @property
    def moment(self) -> str:
        """The named moment of a `moment`."""
        return MOMENTS[int(self.dice * len(MOMENTS))]


def acts(seed: int, seconds: float, every: float) -> list[Act]:
    """Acts over a run of about `seconds`; each kind comes at least once when there is room."""
    chance = random.Random(seed)
    count = max(len(ACTIONS), int(seconds / every))
    kinds = list(ACTIONS) + [chance.choice(ACTIONS) for _ in range(count - len(ACTIONS))]
    chance.shuffle(kinds)
    return [Act(2 + n * every + chance.random() * every / 2, kind, chance.random()) for n, kind in enumerate(kinds)]


def api_faults(seed: int) -> list[dict[str, Any]]:
    """Faults of both APIs at a rate, each with a seed of its own."""
    faults: list[dict[str, Any]] = []
    for api, pairs in (("procountor", PROCOUNTOR), ("severa", SEVERA)):
        for n, (operation, kind) in enumerate(pairs):
            own = {"api": api, "operation": operation, "kind": kind, "rate": 0.06, "seed": seed * 100 + n}
            faults.append({**own, "seconds": SECONDS.get(kind, 0.5)})
    return faults
