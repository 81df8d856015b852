"""The seeded plan: what happens, and when. The same seed gives the same plan."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

PROCOUNTOR = (
    ("saveInvoice", "drop_after"),
    ("saveInvoice", "fail_after"),
    ("saveInvoice", "commit_late"),
    ("saveInvoice", "too_many"),
    ("saveInvoice", "drop_before"),
    ("insertBusinessPartner", "drop_after"),
    ("addProduct", "fail_after"),
)
SEVERA = (
    ("invoicesPatchInvoice", "fail_before"),
    ("invoicesPatchInvoice", "drop_after"),
    ("invoicesGetInvoice", "late"),
)
ACTIONS = ("kill", "kill", "term", "freeze", "scale_up", "scale_down", "broker_kill", "broker_pause", "smtp", "user")


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done to the running system, `after` seconds from the start; `dice` decides details."""

    after: float
    what: str
    dice: float


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
    for api, pairs, rate in (("procountor", PROCOUNTOR, 0.06), ("severa", SEVERA, 0.06)):
        for n, (operation, kind) in enumerate(pairs):
            own = {"api": api, "operation": operation, "kind": kind, "rate": rate, "seed": seed * 100 + n}
            faults.append({**own, "seconds": 2.2 if kind == "commit_late" else 0.5})
    return faults
