"""Times that the ledger keeps are wall-clock times, and a clock may jump: what they may decide, and what not."""

from __future__ import annotations


def is_due(at: float, wait: float, now: float) -> bool:
    """Whether a stored time has come. `at` was set `wait` seconds ahead; all are seconds since 1970.

    A time that is further away than its wait was set by a clock that was wrong, or is read by one: it is due too. So a
    clock that jumps, however far, delays nothing for longer than one wait.
    """
    return not now < at <= now + wait
