"""Asking a rate budget without making calls."""

from __future__ import annotations

from gateway.http.budget import RateBudget


def at_once(budget: RateBudget) -> int:
    """Calls that may be made now, each of which is made at once."""
    made = 0
    while budget.seconds_until_next() <= 0:
        budget.grant().sent()
        made += 1
    return made
