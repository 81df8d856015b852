"""How texts for people name an allocation."""

from __future__ import annotations

from typing import Any

from gateway.documents import CostAllocation
from gateway.rules.codes.currencies import money


def about(allocation: CostAllocation) -> dict[str, Any]:
    """The facts of every error about it: the invoice as Procountor numbers it, the supplier, the amount."""
    number = str(allocation.number) if allocation.number is not None else "without a number"
    amount = money(allocation.amount.amount, allocation.amount.currency)
    return {"number": number, "supplier": allocation.supplier, "amount": amount}
