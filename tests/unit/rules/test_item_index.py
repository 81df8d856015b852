"""Items are found by the index as they are by reading all of them (D5)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.item_index import ItemIndex
from gateway.rules.items import DimensionItem, Form, body, item, matching

WORDS = st.sampled_from(["1001", "1001:", "1001 -", "A", "a", "Site", "site north", "1001 Site", " ", "x" * 300, "ä"])
TEXTS = st.lists(WORDS, max_size=3).map(" ".join)
ITEMS = st.lists(st.tuples(TEXTS, TEXTS, st.booleans()), max_size=8)


@given(ITEMS, TEXTS, TEXTS, st.sampled_from(Form))
def test_D5_the_index_finds_what_reading_all_finds(
    texts: list[tuple[str, str, bool]], code: str, name: str, form: Form
) -> None:
    there = [DimensionItem(n, name, closed, said) for n, (name, said, closed) in enumerate(texts, start=1)]
    index, one = ItemIndex(there), item(code, name)
    if one is None:
        return
    assert matching(index.near(one), one, form) == matching(there, one, form)
    assert body(one, form, index.near(one)) == body(one, form, there)


def test_D5_a_changed_item_is_found_by_its_new_name() -> None:
    index = ItemIndex([DimensionItem(1, "1001 Site")])
    index.put(DimensionItem(1, "2002 Site"))
    old, new = item("1001", "Other"), item("2002", "Other")
    assert old is not None
    assert new is not None
    assert (index.near(old), index.near(new)) == ([], [DimensionItem(1, "2002 Site")])
    assert len(index) == 1
