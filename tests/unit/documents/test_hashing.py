"""Fingerprints of a document's content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields, make_dataclass, replace
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import Money, Row, RowPart, SalesInvoice
from gateway.documents.hashing import content_hash, head_hash
from tests.unit.invoices import a_row, an_invoice


def test_decision_6_newer_card_leaves_the_head_unchanged() -> None:
    """Else the poll would read and publish the document again each time, and its write-back never come."""
    head = an_invoice()
    renamed = replace(head, customer=replace(head.customer, name="Another Oy", number=2))
    assert head_hash(renamed) == head_hash(head)
    assert content_hash(renamed) != content_hash(head)


def test_decision_6_another_customer_is_another_head() -> None:
    head = an_invoice()
    assert head_hash(replace(head, customer=replace(head.customer, id="another"))) != head_hash(head)


def with_new_fields(document: Any, value: Any) -> Any:
    """The document as a later version's model has it: with a field more, and so has each of its rows."""
    shape = make_dataclass("Later", [("added", Any)], bases=(type(document),), frozen=True, kw_only=True)
    known = {field.name: getattr(document, field.name) for field in fields(document)}
    return shape(**known, added=value)


@pytest.mark.parametrize("empty", [None, "", (), False])
def test_Q1_an_empty_new_field_changes_no_hash(empty: Any) -> None:
    """Else an upgrade would read as a change of every document in Severa."""
    invoice = an_invoice(rows=(a_row(),))
    rows = tuple(with_new_fields(row, empty) for row in invoice.rows)
    later = cast(SalesInvoice, with_new_fields(replace(invoice, rows=rows), empty))
    assert len(asdict(later)) == len(asdict(invoice)) + 1
    assert (content_hash(later), head_hash(later)) == (content_hash(invoice), head_hash(invoice))


def test_Q1_a_new_field_with_a_value_is_content() -> None:
    assert content_hash(with_new_fields(an_invoice(), "new")) != content_hash(an_invoice())


def test_Q1_zero_is_a_value() -> None:
    assert content_hash(an_invoice(number=0)) != content_hash(an_invoice(number=None))


def plainly(document: Any) -> str:
    """The hash as it is defined, by way of `asdict`."""
    content = without_empty(asdict(document))
    for name in ("status_id", "status_name", "updated_at"):
        content.pop(name, None)
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=as_text).encode()).hexdigest()


def without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        found = {name: without_empty(one) for name, one in value.items()}
        return {name: one for name, one in found.items() if one not in (None, "", [], {}) and one is not False}
    return [without_empty(one) for one in value] if isinstance(value, list | tuple) else value


def as_text(value: object) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


NUMBERS = st.decimals(-1_000_000, 1_000_000, places=4)
MONEY = st.builds(Money, NUMBERS, st.text(max_size=3))
ROWS = st.builds(
    Row,
    quantity=NUMBERS,
    unit_price=MONEY,
    vat_percent=st.none() | NUMBERS,
    codes=st.lists(st.text(max_size=3), max_size=3).map(tuple),
    parts=st.lists(st.builds(RowPart, amount=NUMBERS), max_size=2).map(tuple),
)
INVOICES = st.builds(
    SalesInvoice,
    currency_rate=NUMBERS,
    overdue_interest=st.none() | NUMBERS,
    total_excluding_tax=MONEY,
    total_including_tax=MONEY,
    rows=st.lists(ROWS, max_size=3).map(tuple),
)


@given(INVOICES)
def test_Q1_hash_stays_the_same_byte_for_byte(invoice: SalesInvoice) -> None:
    """Else an upgrade would read as a change of every document in Severa."""
    assert content_hash(invoice) == plainly(invoice)
    assert head_hash(invoice) == plainly(invoice.head())
