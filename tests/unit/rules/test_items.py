"""D5, B14: how items of dimensions are named, and which of Procountor's is which of Severa's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.check.findings import State
from gateway.check.items import compare_items
from gateway.rules.items import LONGEST, DimensionItem, Form, Item, body, item, looks, matching
from gateway.sandbox import facts

ADD = next(one for one in facts.operations("procountor") if one.name == "addDimensionItem")
RENEWAL = Item("1001", "Website renewal")
FORMS = st.sampled_from(Form)
CODES = st.text("12aş漢ß-", min_size=1, max_size=4) | st.text("ab", min_size=253, max_size=257)
#: Names with digits, blanks, and letters that Procountor doesn't have.
NAMES = st.text("1a -ş漢ß", min_size=1, max_size=6) | st.text(min_size=1, max_size=300)


def there(*names: str | tuple[str, str]) -> list[DimensionItem]:
    """Items with these names, and with descriptions where there are two."""
    pairs = [(one, "") if isinstance(one, str) else one for one in names]
    return [DimensionItem(n, name, description=said) for n, (name, said) in enumerate(pairs, start=1)]


def ids(found: list[DimensionItem]) -> list[int]:
    return [one.id for one in found]


@pytest.mark.parametrize(
    ("form", "made"),
    [
        (Form.CODE, {"codeName": "1001", "description": "Website renewal"}),
        (Form.NAME, {"codeName": "Website renewal", "description": "1001"}),
        (Form.BOTH, {"codeName": "1001 Website renewal", "description": "1001"}),
    ],
)
def test_D5_a_new_item_is_named_as_the_settings_say(form: Form, made: dict[str, str]) -> None:
    """Code and name stand somewhere, whatever the form."""
    assert body(RENEWAL, form) == made
    assert body(Item("1001"), form) == {"codeName": "1001"}


@pytest.mark.parametrize(("one", "other"), [("a" * 300, "a" * 299 + "b"), ("漢1", "字1")])
def test_D5_codes_that_procountor_would_merge_stay_apart(one: str, other: str) -> None:
    """It cuts them, or spells them alike."""
    made = [item(code, None) for code in (one, other)]
    assert len({found.code for found in made if found is not None}) == 2


def test_D5_name_of_another_item_is_extended_by_the_code() -> None:
    made = body(Item("2", "Website renewal"), Form.NAME, there("Website renewal"))
    assert made == {"codeName": "Website renewal (2)", "description": "2"}


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", ["1001 Website renewal", "1001 - Old name", "1001: Website", "1001"])
def test_B14_item_is_known_by_the_code_before_its_name(name: str, form: Form) -> None:
    """Where names alone name the items only before the very name: a name may begin with a number."""
    others = there("10011 Other", "1001-2 Other", "100 Other", "Website 1001", name)
    by_name_alone = form is Form.NAME and name in ("1001 - Old name", "1001: Website")
    assert ids(matching(others, RENEWAL, form)) == ([] if by_name_alone else [5])


@pytest.mark.parametrize("form", Form)
def test_B14_an_existing_item_is_known_by_its_description(form: Form) -> None:
    assert ids(matching(there(("website renewal", "1001"), ("Website renewal", "1002")), RENEWAL, form)) == [1]
    renamed = there(("Old name", "1001"))
    assert ids(matching(renamed, RENEWAL, form)) == ([1] if form is Form.NAME else [])


def test_B14_a_description_that_is_a_number_by_chance_is_no_code() -> None:
    """A project whose name is another's code: our own items have names as descriptions."""
    assert matching(there(("1001", "2024"), ("1002", "2024 campaign")), Item("2024", "Fair"), Form.CODE) == []


def test_B14_name_alone_tells_an_item_without_another_code() -> None:
    assert ids(matching(there("Website renewal"), RENEWAL, Form.NAME)) == [1]
    assert matching(there(("Website renewal", "1002")), RENEWAL, Form.NAME) == []
    assert matching(there("Website renewal"), RENEWAL, Form.CODE) == []


def test_B14_the_surest_sign_decides_and_several_are_all_told() -> None:
    twice = there("1001 Website", "1001 Old")
    assert ids(matching(twice, RENEWAL, Form.CODE)) == [1, 2]
    assert ids(matching([*twice, DimensionItem(7, "1001 Website renewal")], RENEWAL, Form.CODE)) == [7]
    both = there("1001 Website renewal", "1001", "1001")
    assert ids(matching(both, RENEWAL, Form.CODE)) == [2]
    assert ids(matching(both, RENEWAL, Form.BOTH)) == [1]


def test_D5_an_active_item_goes_before_a_closed_one() -> None:
    closed = DimensionItem(1, "1001", closed=True)
    assert ids(matching([closed, DimensionItem(2, "1001 Website renewal")], RENEWAL, Form.CODE)) == [2]
    assert matching([closed], RENEWAL, Form.CODE) == [closed]


@pytest.mark.parametrize(("one", "other"), [("漢", "字"), ("ş1", "s1"), ("a" * 256, "a" * 257)])
def test_D5_codes_that_lose_something_on_the_way_stay_two(one: str, other: str) -> None:
    assert item(one, None) != item(other, None)


@given(st.lists(st.tuples(CODES, NAMES), min_size=2, max_size=4, unique_by=lambda one: one[0]), FORMS)
def test_D5_created_items_never_collide_and_are_found(pairs: list[tuple[str, str]], form: Form) -> None:
    """Whatever is cut or has no letter in Procountor: two of Severa's are two of Procountor's, each found as itself."""
    wanted = [made for code, name in pairs if (made := item(code, name)) is not None]
    register: list[DimensionItem] = []
    for n, one in enumerate(wanted, start=1):
        new = body(one, form, register)
        assert facts.problems(ADD, [], new, repeated=False) == []
        register.append(DimensionItem(n, str(new["codeName"]), description=str(new.get("description", ""))))
    assert len({one.name for one in register}) == len(pairs)
    assert [ids(matching(register, one, form)) for one in wanted] == [[one.id] for one in register]


@given(st.none() | st.integers(0, 2**40) | st.text(max_size=300), st.none() | st.text(max_size=300), FORMS)
def test_D5_an_items_body_is_one_that_procountor_takes(code: object, name: str | None, form: Form) -> None:
    made = item(code, name)
    if made is not None:
        new = body(made, form)
        assert facts.problems(ADD, [], new, repeated=False) == []
        assert all(str(text).encode("cp1252") and len(str(text)) <= LONGEST for text in new.values())
        assert item(made.code, None) == replace(made, name="")
        read = DimensionItem(1, str(new["codeName"]), description=str(new.get("description", "")))
        assert matching([read], made, form) == [read]


def test_D5_what_existing_items_look_like() -> None:
    closed = DimensionItem(9, "2001 Old", closed=True)
    found = looks([*there("1001 Website", "1002", "P-7 x", "Website renewal"), closed])
    assert found == {Form.BOTH: ["1001 Website", "P-7 x"], Form.CODE: ["1002"], Form.NAME: ["Website renewal"]}


@pytest.mark.parametrize(
    ("form", "state"), [(Form.BOTH, State.OK), (Form.CODE, State.NOTE), (Form.NAME, State.DIFFERENT)]
)
def test_B14_check_says_which_form_fits_the_items_that_are_there(form: Form, state: State) -> None:
    (found,) = compare_items("project", "Projects", there("1001 Website", "1002 Audit", "1003", "Other"), form)
    assert found.state is state
    assert "2 of 4 items look like {code} {name}: 1001 Website, 1002 Audit" in found.message
    assert (found.step is None) is (form is Form.BOTH)
    assert found.step is None or 'sales.item_names.project to "{code} {name}"' in found.step.what
    assert compare_items("project", "Projects", [], form) == []
