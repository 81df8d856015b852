"""How often a call that must not happen twice is repeated while it has no answer: three rounds, each with its
quarantine and look-up. From then on it is only looked for; it is repeated only on an operator's command (decision 9).
"""

from __future__ import annotations

from collections.abc import Callable

from gateway.errors import GatewayError, InDoubt, Permanent
from gateway.ledger.errors import LeaseExpired
from gateway.ledger.records import Write

ROUNDS = 3

#: Called before another round, with the number of rounds so far and the error to raise if the round must not be made.
#: Returns records to write along with the round.
Word = Callable[[int, Permanent], list[Write]]


def nobody(rounds: int, error: Permanent) -> list[Write]:
    """Nobody asked for more than the automatic rounds."""
    if rounds >= ROUNDS:
        raise error
    return []


def surely_not_executed(error: BaseException) -> bool:
    """Whether a call that must not happen twice surely had no effect: it was refused, or never began.

    After anything else it may have been executed: no answer, a cancellation, an unreadable answer, a lost home.
    """
    return isinstance(error, GatewayError | LeaseExpired) and not isinstance(error, InDoubt)
