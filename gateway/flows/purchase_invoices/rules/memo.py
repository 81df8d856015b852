"""What is remembered of an allocation between attempts, since Severa doesn't show it (ADR 28, 29)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.documents import CostAllocation, Money
from gateway.rules.purchases import ProjectFee


@dataclass(frozen=True, slots=True)
class Deleted:
    """A fee that the gateway itself deletes or has deleted: nobody else did, and its successor takes over what users
    filled in.
    """

    fee_id: str
    project_id: str
    unit_cost: Money | None = None
    unit_price: Money | None = None
    users: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Memo:
    """An allocation as it was last transferred, or may have been."""

    allocation: CostAllocation
    #: The guid of its fee in Severa; "" if it had none, or the gateway deleted it.
    fee_id: str = ""
    #: The project that has the fee, or gets it.
    project_id: str = ""
    deleted: Deleted | None = None


def deleting(fee: ProjectFee) -> Deleted:
    """What is kept of a fee before it is deleted."""
    return Deleted(fee.id, fee.project_id, fee.unit_cost, fee.unit_price, dict(fee.users))
