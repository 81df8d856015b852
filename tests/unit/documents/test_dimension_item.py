"""An item of a dimension: its event and its hash."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.change import Changed, Origin
from gateway.documents import DocumentKey, Kind, Revision, Sequence, Subject, SyncedItem
from gateway.documents.hashing import content_hash, head_hash
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from tests.unit.items import an_item

CODEC, NAME = Codec(FileRegistry()), "dimension-item-changed"
KEY = DocumentKey("acme-fi", Kind.DIMENSION_ITEM, "project-p1")


@given(st.text(), st.booleans(), st.lists(st.text(), max_size=3))
def test_O1_an_item_comes_back_whole(name: str, is_closed: bool, also: list[str]) -> None:
    document = an_item(name=name, is_closed=is_closed, also=tuple(also))
    change = Changed("nordic", KEY, Revision(1, Sequence(1, 1), "abc"), Origin.POLL, document)
    back = CODEC.decode(NAME, Changed[SyncedItem], CODEC.encode(NAME, change), "t")
    assert back == change
    assert content_hash(back.document) == content_hash(document)


def test_F4_each_field_is_content() -> None:
    """Another dimension in the settings (S7) needs another item."""
    one = an_item()
    other: dict[str, object] = {"id": "project-p2", "axis": "cost center", "dimension": "Other", "code": "1"}
    other |= {"name": "Other", "is_closed": True, "also": ("project-p3",)}
    assert {field.name for field in fields(one)} == set(other)
    assert all(content_hash(replace(one, **{name: value})) != content_hash(one) for name, value in other.items())  # type: ignore[arg-type]
    assert head_hash(one) == content_hash(one)


@pytest.mark.parametrize(
    ("axis", "code", "number"), [("project", "1001", 1001), ("project", "X", None), ("unit", "7", None)]
)
def test_F4_only_projects_have_numbers(axis: str, code: str, number: int | None) -> None:
    one = an_item(axis=axis, code=code)
    assert (one.number, one.subject, one.status_id) == (number, Subject(code, "Renewal"), "")
