"""Which ends of a call say that it had no effect (decision 7)."""

from __future__ import annotations

from gateway.errors import GatewayError, Unknown
from gateway.ledger import LeaseExpired


def surely_not_executed(error: BaseException) -> bool:
    """Whether a call that must not happen twice, and ended so, had no effect: it was refused, or never began.

    Everything else may have been executed: no answer, a cancellation, an answer that can't be read, a lost home.
    """
    return isinstance(error, GatewayError | LeaseExpired) and not isinstance(error, Unknown)
