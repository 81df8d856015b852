"""The allocations of an invoice, from reading to reading (U1, U3)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from gateway.documents import CostAllocation, ItemRef, Withdrawal
from gateway.documents.hashing import content_hash
from gateway.flows.purchase_invoices.rules.allocations import allocations, number_of
from gateway.flows.purchase_invoices.rules.statuses import COUNTED, withdrawal
from gateway.rules.purchases import PurchaseEntry
from tests.unit.allocations import ITEMS, PROJECTS, a_receipt, an_allocation, an_entry, an_invoice, eur


def read(*entries: PurchaseEntry, known: Iterable[CostAllocation] = (), **changes: Any) -> tuple[CostAllocation, ...]:
    return allocations(an_invoice(**changes), a_receipt(*entries), PROJECTS, ITEMS, known, "EUR")


def test_U1_each_share_is_an_allocation() -> None:
    """One entry for two projects, one for the first of them, one for none."""
    found = read(an_entry(1, {11: "60.10", 12: "39.90"}), an_entry(2), an_entry(3, {}, value=Decimal(7)))
    assert found[0] == an_allocation(amount=eur("60.10"))
    assert [(one.id, one.item.name, one.amount.amount) for one in found] == [
        ("4711-1", "1001", Decimal("60.10")),
        ("4711-2", "1002", Decimal("39.90")),
        ("4711-3", "1001", Decimal("100")),
    ]


@pytest.mark.parametrize("status", COUNTED)
def test_F3_an_approved_invoice_counts_in_each_of_its_statuses(status: str) -> None:
    (one,) = read(an_entry(), status=status)
    assert (one.withdrawn, content_hash(one)) == (None, content_hash(an_allocation()))


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("UNFINISHED", Withdrawal.NOT_APPROVED),
        ("RECEIVED", Withdrawal.NOT_APPROVED),
        ("VERIFIED", Withdrawal.NOT_APPROVED),
        ("PAYMENT_DENIED", Withdrawal.PAYMENT_DENIED),
        ("INVALIDATED", Withdrawal.INVALIDATED),
        ("SOMETHING_NEW", Withdrawal.NOT_APPROVED),
    ],
)
def test_U3_an_invoice_that_no_longer_counts_is_withdrawn(status: str, why: Withdrawal) -> None:
    (known,) = read(an_entry())
    (now,) = read(an_entry(), known=[known], status=status)
    assert (now.withdrawn, now.status_name, now.amount, now.item) == (why, status, known.amount, known.item)
    assert withdrawal(status) is why
    assert content_hash(now) != content_hash(known)
    assert read(an_entry(), status=status) == ()


def test_U3_an_invoice_approved_again_has_its_shares_again() -> None:
    entries = an_entry(1), an_entry(2, {12: "40"}, description="Travel")
    known = read(*entries)
    gone = read(*entries, known=known, status="UNFINISHED")
    assert read(*reversed(entries), known=gone) == known


def test_U3_a_removed_share_is_withdrawn_and_stays_so() -> None:
    """The reason doesn't change when the invoice is invalidated later: the fee is gone already."""
    known = read(an_entry(1), an_entry(2, {12: "40"}))
    now = read(an_entry(1), known=known)
    assert [one.withdrawn for one in now] == [None, Withdrawal.REMOVED]
    later = read(an_entry(1), known=now, status="INVALIDATED")
    assert [one.withdrawn for one in later] == [Withdrawal.INVALIDATED, Withdrawal.REMOVED]
    assert [number_of(one) for one in later] == [1, 2]


def test_U1_a_credit_note_keeps_its_sign() -> None:
    assert [one.amount for one in read(an_entry(shares={11: "-100", 12: "-0.01"}))] == [eur("-100"), eur("-0.01")]


def test_U1_a_foreign_invoice_costs_what_the_books_have() -> None:
    """108 USD at the receipt's 1.08 are 100 EUR there; no rate of ours comes between."""
    (one,) = read(an_entry(), currency="USD", currency_rate=Decimal("1.08"))
    assert (one.amount, one.currency, one.currency_rate) == (eur("100"), "USD", Decimal("1.08"))


def test_U4_an_item_that_is_gone_has_its_id_left() -> None:
    (one,) = read(an_entry(shares={77: "100"}))
    assert one.item == ItemRef(77, "")
