"""Which statuses of a purchase invoice count (F3), and why the others don't (U3)."""

from __future__ import annotations

from gateway.documents import Withdrawal

#: Statuses of an invoice that is approved: its cost is one of the project. PAYMENT_DENIED is in the books too, but
#: nobody is going to pay it (docs/api-facts.md 78).
COUNTED = ("APPROVED", "PAYMENT_QUEUED", "PAYMENT_SENT_TO_BANK", "PARTLY_PAID", "PAID", "MARKED_PAID")
_WHY = {
    "PAYMENT_DENIED": Withdrawal.PAYMENT_DENIED,
    "INVALIDATED": Withdrawal.INVALIDATED,
    "DELETED": Withdrawal.INVALIDATED,
}


def withdrawal(status: str) -> Withdrawal | None:
    """Why an invoice in this status doesn't count; None if it does. A status that is new to the gateway doesn't."""
    return None if status in COUNTED else _WHY.get(status, Withdrawal.NOT_APPROVED)
