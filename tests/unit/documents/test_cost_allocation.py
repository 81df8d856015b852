"""A cost allocation: its event and its hashes."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.change import Changed, Origin
from gateway.documents import CostAllocation, DocumentKey, Kind, Money, Revision, Sequence, Withdrawal
from gateway.documents.hashing import content_hash, head_hash
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from tests.unit.allocations import an_allocation, eur

CODEC, NAME = Codec(FileRegistry()), "cost-allocation-changed"
KEY = DocumentKey("acme-fi", Kind.COST_ALLOCATION, "4711-1")


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9),
    st.text(),
    st.sampled_from([None, *Withdrawal]),
)
def test_O1_an_allocation_comes_back_whole(amount: Decimal, text: str, withdrawn: Withdrawal | None) -> None:
    document = an_allocation(amount=Money(amount, "EUR"), text=text, withdrawn=withdrawn, supplier_number=None)
    change = Changed("nordic", KEY, Revision(1, Sequence(1, 1), "abc"), Origin.POLL, document)
    back = CODEC.decode(NAME, Changed[CostAllocation], CODEC.encode(NAME, change), "t")
    assert back == change
    assert content_hash(back.document) == content_hash(document)


def test_U3_payment_and_a_later_version_are_no_new_content() -> None:
    """APPROVED to PAID is no change of the cost; each of the other fields is."""
    one = an_allocation()
    paid = replace(one, status_name="PAID", updated_at=None)
    assert content_hash(paid) == content_hash(one)
    assert head_hash(paid) == head_hash(one)
    other: dict[str, object] = {"amount": eur("99"), "vat_percent": Decimal(14), "date": dt.date(2026, 4, 1)}
    other |= {"text": "Other", "supplier": "Other", "supplier_number": "1", "withdrawn": Withdrawal.REMOVED}
    other |= {"number": 1, "invoice_id": 1, "currency": "USD", "currency_rate": Decimal(2), "id": "1-1"}
    other |= {"item": replace(one.item, id=12)}
    assert {field.name for field in fields(one)} == {*other, "status_name", "updated_at"}
    assert all(content_hash(replace(one, **{name: value})) != content_hash(one) for name, value in other.items())  # type: ignore[arg-type]


def test_U2_a_key_is_one_of_its_company() -> None:
    """Ids of Procountor are unique only within a company."""
    assert DocumentKey.parse("acme-fi/cost-allocation/4711-1") == KEY
