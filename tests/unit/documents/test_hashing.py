"""Fingerprints of a document's content."""

from __future__ import annotations

from dataclasses import replace

from gateway.documents.hashing import content_hash, head_hash
from tests.unit.invoices import an_invoice


def test_decision_6_a_card_that_is_newer_than_the_head_leaves_the_head_as_it_is() -> None:
    """Else the poll would read and publish the document anew each time, and its write-back never come."""
    head = an_invoice()
    renamed = replace(head, customer=replace(head.customer, name="Another Oy", number=2))
    assert head_hash(renamed) == head_hash(head)
    assert content_hash(renamed) != content_hash(head)


def test_decision_6_another_customer_is_another_head() -> None:
    head = an_invoice()
    assert head_hash(replace(head, customer=replace(head.customer, id="another"))) != head_hash(head)
