"""What becomes of an item of a dimension (F4, D5, ADR 30)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Permanent
from gateway.flows.dimensions.rules.breaker import token, too_many
from gateway.flows.dimensions.rules.changes import Action, ItemChange, Known, change, left
from gateway.flows.dimensions.rules.objects import WantedItem, wanted_items
from gateway.rules.items import DimensionItem, Form, Item
from gateway.rules.receipts import Axis
from gateway.rules.severa_objects import SeveraObject

OPEN, PLAIN = (
    WantedItem(Axis.PROJECT, Item("1001", "Renewal"), False, ("p",)),
    DimensionItem(7, "1001", False, "Renewal"),
)
GONE = replace(OPEN, is_closed=True)
KNOWN = Known(7, "1001", "Renewal", OPEN.item, was_closed=False)


def changed(
    wanted: WantedItem, *there: DimensionItem, known: Known | None = None, form: Form = Form.CODE
) -> ItemChange:
    return change(wanted, "Projects", form, there, known)


def after(made: ItemChange, there: tuple[DimensionItem, ...]) -> tuple[DimensionItem, ...]:
    """The dimension once the change was made."""
    if made.body is None:
        return there
    own = made.item.id if made.item is not None else max((one.id for one in there), default=0) + 1
    name, description = str(made.body["codeName"]), str(made.body.get("description", ""))
    item = DimensionItem(own, name, made.body.get("status") == "P", description)
    return (*(one for one in there if one.id != own), item)


def test_F4_an_open_object_gets_an_item_and_a_closed_one_none() -> None:
    made = changed(OPEN)
    assert (made.action, made.body) == (Action.CREATE, {"codeName": "1001", "description": "Renewal"})
    assert changed(GONE).action is Action.NOTHING


def test_F4_an_item_is_closed_and_opened_as_its_object() -> None:
    closed = changed(GONE, PLAIN, known=KNOWN)
    assert closed.closes
    assert closed.body == {"codeName": "1001", "description": "Renewal", "status": "P"}
    opened = changed(OPEN, replace(PLAIN, closed=True), known=replace(KNOWN, was_closed=True))
    assert opened.reopens
    assert opened.body == {"codeName": "1001", "description": "Renewal"}


def test_F4_a_renamed_object_renames_its_item() -> None:
    """Also where its code changed: the item is known by its id."""
    renamed = replace(OPEN, item=Item("2001", "Rebuild"))
    made = changed(renamed, PLAIN, known=KNOWN, form=Form.BOTH)
    assert (made.renames, made.body) == (True, {"codeName": "2001 Rebuild", "description": "2001"})


def test_F4_a_rename_closes_and_opens_nothing() -> None:
    by_hand = replace(PLAIN, closed=True)
    made = changed(replace(OPEN, item=Item("1001", "Rebuild")), by_hand, known=KNOWN)
    assert made.body == {"codeName": "1001", "description": "Rebuild", "status": "P"}


@pytest.mark.parametrize(
    ("wanted", "item", "known", "said"),
    [
        (OPEN, replace(PLAIN, closed=True), KNOWN, "closed in Procountor by hand"),
        (OPEN, replace(PLAIN, closed=True), None, "closed in Procountor by hand"),
        (GONE, PLAIN, replace(KNOWN, was_closed=True), "opened in Procountor by hand"),
        (replace(OPEN, item=Item("1001", "New")), replace(PLAIN, name="Ours"), KNOWN, "renamed in Procountor by hand"),
    ],
)
def test_F4_people_have_the_last_word(wanted: WantedItem, item: DimensionItem, known: Known | None, said: str) -> None:
    made = changed(wanted, item, known=known)
    assert made.action is Action.NOTHING
    assert said in made.notes[0]


def test_F4_an_item_deleted_by_hand_is_not_created_again() -> None:
    made = changed(OPEN, known=KNOWN)
    assert (made.action, "deleted in Procountor by hand" in made.notes[0]) == (Action.NOTHING, True)


def test_B14_items_of_others_are_closed_but_not_renamed() -> None:
    """The first time nothing is known of them; afterwards a new name in Severa is one here too."""
    theirs = DimensionItem(7, "1001 - Website")
    first = changed(OPEN, theirs)
    assert first == ItemChange(Action.NOTHING, theirs)
    known = left(OPEN, theirs, 7, None)
    assert changed(OPEN, theirs, known=known).action is Action.NOTHING
    assert changed(replace(OPEN, item=Item("1001", "New")), theirs, known=known).renames
    assert changed(GONE, theirs).closes


def test_F4_an_item_of_another_object_is_not_taken() -> None:
    """Somebody renamed the item of another project to this one's name: it stays the other's."""
    other = DimensionItem(8, "1001", description="Other")
    made = change(OPEN, "Projects", Form.CODE, (other,), None, taken=(8,))
    assert (made.action, made.body) == (Action.CREATE, {"codeName": "1001 (1001)", "description": "1001"})
    assert change(OPEN, "Projects", Form.CODE, (other,), None).item == other


def test_F4_an_item_created_again_is_followed() -> None:
    """By a row that needed it after somebody had deleted it: nothing is known of the new one but its name."""
    again = replace(PLAIN, id=9)
    gone = left(OPEN, None, 7, KNOWN)
    assert gone == KNOWN
    assert changed(GONE, again, known=gone).closes
    assert left(OPEN, None, 7, None) is None


def test_D5_several_items_that_may_be_it_are_an_error() -> None:
    with pytest.raises(Permanent, match="1001 A, 1001 B"):
        changed(OPEN, DimensionItem(1, "1001 A"), DimensionItem(2, "1001 B"))


CODES = st.sampled_from(["1", "1001", "10011", "A", "Project " * 40, "Project " * 40 + "x", "ä", "漢", "字"])
NAMES = st.sampled_from(["", "Renewal", "1001", "Project " * 40, "Project " * 40 + "y", "漢字"])
OBJECTS = st.lists(
    st.builds(SeveraObject, st.just(Axis.PROJECT), st.uuids().map(str), CODES, NAMES, st.booleans()), max_size=8
)


@given(OBJECTS, st.sampled_from(Form), st.data())
def test_F4_a_second_look_changes_nothing(objects: list[SeveraObject], form: Form, data: st.DataObject) -> None:
    """Two looks, then one after changes in Severa, then one more: each code has one item, and no two have one name."""
    there, known = tuple[DimensionItem, ...](), dict[str, Known | None]()
    later = [replace(one, name=data.draw(NAMES), is_closed=data.draw(st.booleans())) for one in objects]
    for said in (objects, later):
        for again in (False, True):
            for wanted in wanted_items(said):
                code = wanted.item.code
                taken = [one.item_id for other, one in known.items() if one is not None and other != code]
                made = change(wanted, "Projects", form, there, known.get(code), taken)
                assert not (again and made.action is not Action.NOTHING), made
                there = after(made, there)
                own = made.item.id if made.item is not None else max((one.id for one in there), default=0)
                now = next((one for one in there if one.id == own and made != ItemChange(Action.NOTHING)), None)
                known[code] = left(wanted, now, 7, known.get(code))
    names = [one.name for one in there]
    assert len(set(names)) == len(names)
    closed = {known[one.item.code].item_id: one.is_closed for one in wanted_items(later) if known[one.item.code]}  # type: ignore[union-attr]
    assert {one.id: one.closed for one in there} == closed


def test_F4_objects_with_one_code_share_an_item() -> None:
    several = [
        SeveraObject(Axis.COST_CENTER, "b", "C1", "Sales"),
        SeveraObject(Axis.COST_CENTER, "a", "C1", "Old sales", is_closed=True),
        SeveraObject(Axis.PROJECT, "c", "C1", "Other axis"),
        SeveraObject(Axis.PROJECT, "d", None, " "),
    ]
    first, second = wanted_items(several)
    assert (first.item, first.is_closed, first.objects) == (Item("C1", "Sales"), False, ("a", "b"))
    assert (second.axis, second.objects) == (Axis.PROJECT, ("c",))
    assert wanted_items([replace(one, is_closed=True) for one in several])[0].is_closed


def a_wave(count: int) -> dict[str, ItemChange]:
    """So many changes that take something away, by their tokens: a new name, the rest closed."""
    closing, renaming = (
        changed(GONE, PLAIN, known=KNOWN),
        changed(replace(OPEN, item=Item("1", "New")), PLAIN, known=KNOWN),
    )
    return {"t0": renaming, **{f"t{n}": closing for n in range(1, count)}}


@pytest.mark.parametrize(
    ("drastic", "items", "stops"), [(9, 9, False), (10, 33, True), (10, 34, False), (31, 100, True)]
)
def test_F4_a_poll_that_takes_too_much_away_stops(drastic: int, items: int, stops: bool) -> None:
    """More than 30 %, and at least 10; creations take nothing away."""
    error = too_many("Projects", {**a_wave(drastic), **{f"c{n}": changed(OPEN) for n in range(100)}}, items)
    assert (error is not None) is stops
    if error is not None:
        assert f"close {drastic - 1} and rename 1 items" in str(error)
        assert f"{drastic} of {items}" in str(error)


def test_F4_a_word_allows_the_reported_changes_and_no_others() -> None:
    """The cause names them; how many items there are doesn't matter. A wave beside them is counted by itself."""
    first = too_many("Projects", a_wave(20), 40)
    again = too_many("Projects", dict(reversed(a_wave(20).items())), 41)
    other = too_many("Projects", {f"x{name}": one for name, one in a_wave(20).items()}, 40)
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.cause == again.cause != other.cause
    both = {**a_wave(20), **{f"x{n}": a_wave(2)["t1"] for n in range(13)}}
    later = too_many("Projects", both, 40, allowed=a_wave(20))
    assert too_many("Projects", a_wave(20), 40, allowed=a_wave(20)) is None
    assert later is not None
    assert "13 of 40" in str(later)


def test_F4_a_second_closing_is_another_change() -> None:
    """An object that was opened between has another revision."""
    assert token("project-p", 1, "closed") == token("project-p", 1, "closed")
    assert len({token("project-p", 1, "closed"), token("project-p", 3, "closed"), token("project-q", 1, "closed")}) == 3
