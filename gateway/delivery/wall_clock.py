"""The ledger stores wall-clock times, and a clock may jump: what such times may decide."""

from __future__ import annotations


def is_due(at: float, wait: float, now: float) -> bool:
    """Whether a stored time has come. `at` was set `wait` seconds ahead; all are seconds since 1970.

    A time that is further away than its wait was set, or is read, by a wrong clock: it is due too. So a clock that
    jumps, however far, delays nothing by more than one wait.
    """
    return not now < at <= now + wait
