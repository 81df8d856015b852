"""A travel reimbursement: its event, its hashes, and its lines as entries of the books."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.change import Changed, Origin
from gateway.documents import DocumentKey, Kind, Line, Revision, Sequence, TravelReimbursement
from gateway.documents.hashing import content_hash, head_hash
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from tests.unit.reimbursements import a_line, a_reimbursement, eur

CODEC, NAME = Codec(FileRegistry()), "travel-reimbursement-changed"
KEY = DocumentKey("acme-fi", Kind.TRAVEL_REIMBURSEMENT, "r-guid")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**9), max_value=10**9), st.text())
def test_O1_a_reimbursement_comes_back_with_its_content(quantity: Decimal, title: str) -> None:
    document = replace(a_reimbursement(title=title), lines=(a_line(quantity=quantity), a_line(2, project=None)))
    change = Changed("nordic", KEY, Revision(1, Sequence(1, 1), "abc"), Origin.POLL, document)
    back = CODEC.decode(NAME, Changed[TravelReimbursement], CODEC.encode(NAME, change), "t")
    assert back == change
    assert content_hash(back.document) == content_hash(document)


def test_R3_the_event_has_no_place_for_a_personal_number() -> None:
    """Nor for a bank account."""
    names = {one.name for model in (TravelReimbursement, Line) for one in fields(model)}
    assert not {name for name in names if "personal" in name or "account" in name or "security" in name}


def test_B9_lines_and_the_users_name_are_no_part_of_the_head() -> None:
    """Severa's head has the user's name too, but a changed name is no other reimbursement."""
    whole = a_reimbursement()
    assert head_hash(whole) == head_hash(replace(whole, lines=(), user_name="Maija Korhonen"))
    assert head_hash(whole) != head_hash(replace(whole, total=eur("1")))
    assert content_hash(whole) != content_hash(replace(whole, lines=whole.lines[:1]))


def test_D2_a_line_is_an_entry_of_its_cost_without_vat() -> None:
    """12.55 with 13.5 % is 11.06 without; what the company paid itself is no line of the receipt."""
    (row,) = a_reimbursement(a_line(), a_line(2, is_reimbursed=False)).rows
    assert round(row.unit_price.amount, 2) == Decimal("-11.06")
    assert [(one.project, one.amount) for one in row.parts] == [("project-1", Decimal(1))]
