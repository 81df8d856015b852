"""Faults on demand: each names calls and what goes wrong with them, once, n times or at a rate."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gateway.sandbox import facts


class Kind(StrEnum):
    """What goes wrong."""

    FAIL_BEFORE = "fail_before"  # 500, nothing committed
    FAIL_AFTER = "fail_after"  # committed, then 500
    LATE = "late"  # committed, answered after `seconds`
    COMMIT_LATE = "commit_late"  # committed after `seconds`, even if the client has gone
    TOO_MANY = "too_many"  # 429 with Retry-After, nothing committed
    SERVER_ERROR = "server_error"  # another name of fail_before
    FORBIDDEN = "forbidden"  # 403, nothing committed: the key or client lacks a right
    REFUSE_AFTER = "refuse_after"  # committed, then 409: something in between lost track of it
    PAGE = "page"  # a proxy answers with its own page and `status`, nothing committed
    PAGE_AFTER = "page_after"  # committed, then such a page
    DROP_BEFORE = "drop_before"  # connection cut, nothing committed
    DROP_AFTER = "drop_after"  # committed, then the connection cut
    CUT_SHORT = "cut_short"  # committed, then half of the answer, and the connection cut
    SEARCH_LAG = "search_lag"  # searches show what was created only after `seconds`
    REORDERED = "reordered"  # the receipt's entries are in another order
    MERGED = "merged"  # the receipt has one entry of all rows
    RECREATED = "recreated"  # the receipt is answered, then created again with another id


#: Deviations in calls that succeed, and the operation that each hits.
TWISTS = {Kind.REORDERED: "saveInvoice", Kind.MERGED: "saveInvoice", Kind.RECREATED: "getLedgerReceipt"}
#: Calls with names of their own besides the vendor's operation ids.
LOGINS = {"severa": ("token", "refreshtoken"), "procountor": ("token",)}


@dataclass(slots=True)
class Fault:
    """One fault."""

    api: str
    operation: str
    kind: Kind
    company: str = ""
    #: How often; 0: always.
    times: int = 1
    #: At random, with `seed`.
    rate: float = 1.0
    seed: int = 0
    seconds: float = 1.0
    retry_after: int = 1
    status: int = 200
    #: How many calls succeed first.
    skip: int = 0
    hit: int = 0
    _random: random.Random = field(default_factory=random.Random)

    def strikes(self, api: str, operation: str, company: str) -> bool:
        """Whether it hits this call; counts it."""
        if (api, operation) != (self.api, self.operation) or self.company not in ("", company):
            return False
        if self.times and self.hit >= self.times:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.rate < 1.0 and self._random.random() >= self.rate:
            return False
        self.hit += 1
        return True


_TEXTS, _COUNTS, _NUMBERS = (
    ("api", "operation", "kind", "company"),
    ("times", "seed", "skip", "status"),
    ("rate", "seconds"),
)
_NAMES = (*_TEXTS, *_COUNTS, *_NUMBERS, "retry_after")


def parse(trees: Any, owners: Mapping[str, Collection[str]]) -> list[Fault]:
    """Faults from JSON. `owners`: organisations in Severa and companies in Procountor, to which a fault may be limited.

    Raises ValueError that says what is accepted.
    """
    if not isinstance(trees, list):
        raise ValueError("a list of faults is expected")
    faults = []
    for n, tree in enumerate(trees):
        try:
            _check(tree, owners)
        except ValueError as error:
            raise ValueError(f"fault {n}: {error}") from None
        fault = Fault(**{**({"times": 0} if "rate" in tree else {}), **tree, "kind": Kind(tree["kind"])})
        fault._random.seed(fault.seed)
        faults.append(fault)
    return faults


def _check(tree: Any, owners: Mapping[str, Collection[str]]) -> None:
    unknown = sorted(set(tree) - set(_NAMES)) if isinstance(tree, dict) else tree
    if unknown or not {"api", "operation", "kind"} <= set(tree):
        raise ValueError(f"{unknown or tree}: api, operation and kind are needed; accepted are {', '.join(_NAMES)}")
    for name, value in tree.items():
        kind: Any = str if name in _TEXTS else int | float if name in _NUMBERS else int
        if not isinstance(value, kind) or isinstance(value, bool) or (name not in _TEXTS and value < 0):
            raise ValueError(f"{name}: {'a text' if name in _TEXTS else 'a number'} is expected, not {value!r}")
    if not 0 < tree.get("rate", 1) <= 1:
        raise ValueError(f"rate {tree['rate']}: accepted are numbers above 0, up to 1")
    api = tree["api"]
    if api not in owners:
        raise ValueError(f"api {api}: accepted are {', '.join(owners)}")
    operations = (*LOGINS[api], *(one.name for one in facts.operations(api)))
    for name, accepted in (("operation", operations), ("kind", tuple(Kind)), ("company", ("", *owners[api]))):
        if tree.get(name, "") not in accepted and name in tree:
            raise ValueError(f"{name} {tree[name]}: accepted are {', '.join(filter(None, accepted))}")
    if tree["operation"] != (only := TWISTS.get(Kind(tree["kind"]), tree["operation"])):
        raise ValueError(f"operation {tree['operation']}: {tree['kind']} strikes {only} alone")
