"""Faults on demand: each names calls and what goes wrong with them, once, n times or at a rate."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What goes wrong."""

    FAIL_BEFORE = "fail_before"  # 500, nothing committed
    FAIL_AFTER = "fail_after"  # committed, then 500
    LATE = "late"  # committed, answered after `seconds`
    COMMIT_LATE = "commit_late"  # committed after `seconds`, also when the client has gone
    TOO_MANY = "too_many"  # 429, nothing committed
    DROP_BEFORE = "drop_before"  # connection cut, nothing committed
    DROP_AFTER = "drop_after"  # committed, then the connection cut
    SEARCH_LAG = "search_lag"  # what is made is seen by searches only after `seconds`


@dataclass(slots=True)
class Fault:
    """One fault. `times`: how often (0: always); `rate` with `seed`: at random; `skip`: calls that go well first."""

    api: str
    operation: str
    kind: Kind
    company: str = ""
    times: int = 1
    rate: float = 1.0
    seed: int = 0
    seconds: float = 1.0
    skip: int = 0
    hit: int = 0
    _random: random.Random = field(default_factory=random.Random)

    def strikes(self, api: str, operation: str, company: str) -> bool:
        """Whether it strikes this call; counts it."""
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


def parse(trees: Any) -> list[Fault]:
    """Faults from JSON. Raises ValueError that says what is accepted."""
    if not isinstance(trees, list):
        raise ValueError("a list of faults is expected")
    names = ("api", "operation", "kind", "company", "times", "rate", "seed", "seconds", "skip")
    faults = []
    for tree in trees:
        unknown = sorted(set(tree) - set(names))
        if unknown or not {"api", "operation", "kind"} <= set(tree):
            raise ValueError(f"{unknown or tree}: api, operation and kind are needed; accepted are {', '.join(names)}")
        if tree["kind"] not in list(Kind):
            raise ValueError(f"kind {tree['kind']}: accepted are {', '.join(Kind)}")
        if "rate" in tree:
            tree = {"times": 0, **tree}
        fault = Fault(**{**tree, "kind": Kind(tree["kind"])})
        fault._random.seed(fault.seed)
        faults.append(fault)
    return faults
