"""How often a call that must not happen twice is made while it has no answer: three times, each counted out and looked
for. From then on it is looked for only, and made on an operator's word alone (decision 9).
"""

from __future__ import annotations

from collections.abc import Callable

from gateway.errors import GatewayError, InDoubt, Permanent
from gateway.ledger.errors import LeaseExpired
from gateway.ledger.records import Write

ROUNDS = 3

#: Asked before one more round, with how many there were: what is to be written along with it. Raises the error where it
#: must not be made.
Word = Callable[[int, Permanent], list[Write]]


def nobody(rounds: int, error: Permanent) -> list[Write]:
    """Nobody asked for more than the rounds that are made by themselves."""
    if rounds >= ROUNDS:
        raise error
    return []


def surely_not_executed(error: BaseException) -> bool:
    """Whether a call that must not happen twice, and ended so, had no effect: it was refused, or never began.

    Everything else may have been executed: no answer, a cancellation, an answer that can't be read, a lost home.
    """
    return isinstance(error, GatewayError | LeaseExpired) and not isinstance(error, InDoubt)
