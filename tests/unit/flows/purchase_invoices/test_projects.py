"""Which project an item is (U4)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import ItemRef
from gateway.errors import Permanent
from gateway.flows.purchase_invoices.rules.projects import needed_number, number_in, the_project
from gateway.rules.items import Form, body, item
from gateway.rules.purchases import SeveraProject
from tests.unit.allocations import PROJECT, UNITS, an_allocation


def found_among(*there: SeveraProject) -> SeveraProject:
    return the_project(an_allocation(), 1001, there, "acme-fi", UNITS)


@given(st.integers(1, 10**9), st.text(max_size=300), st.sampled_from(Form), st.booleans())
def test_D5_an_item_of_the_gateway_says_its_project(number: int, name: str, form: Form, has_name: bool) -> None:
    """Whatever the company's form of names: the way back finds the number that the way there wrote."""
    made = item(number, name if has_name else None)
    assert made is not None
    written = body(made, form)
    ref = ItemRef(1, str(written["codeName"]), str(written.get("description", "")))
    assert number_in(ref, form) == number


@pytest.mark.parametrize(
    ("name", "description", "form", "number"),
    [
        ("1001", "", Form.CODE, 1001),
        ("1001 Renewal", "", Form.CODE, 1001),
        ("1001 - Renewal", "", Form.BOTH, 1001),
        ("1001: Renewal", "", Form.BOTH, 1001),
        ("Renewal", "1001", Form.CODE, 1001),
        ("2026 budget", "1001", Form.NAME, 1001),
        ("2026 budget", "", Form.NAME, None),
        ("1001", "", Form.NAME, 1001),
        ("1001A", "", Form.CODE, None),
        ("0012", "", Form.CODE, None),
        ("Renewal", "the 2nd one", Form.CODE, None),
        ("", "", Form.CODE, None),
    ],
)
def test_U4_a_number_is_read_and_never_guessed(name: str, description: str, form: Form, number: int | None) -> None:
    assert number_in(ItemRef(1, name, description), form) == number


def test_U4_an_item_without_a_number_names_itself() -> None:
    with pytest.raises(Permanent, match="the item Renewal") as one:
        needed_number(an_allocation(item=ItemRef(11, "Renewal")), Form.CODE)
    assert one.value.code == "PROJECT_NUMBER_MISSING"


def test_U4_an_unknown_project_is_named_and_none_is_guessed() -> None:
    """Severa's filter may show more than was asked for."""
    other = replace(PROJECT, id="other", number=10010)
    assert found_among(other, PROJECT) == PROJECT
    with pytest.raises(Permanent, match="no project with the number 1001") as one:
        found_among(other)
    assert one.value.code == "PROJECT_UNKNOWN"
    with pytest.raises(Permanent, match="2 projects"):
        found_among(PROJECT, PROJECT)


@pytest.mark.parametrize(
    ("unit", "name", "said"),
    [("u-other", "Bolt", "the business unit Bolt"), ("u-new", "", "unit u-new"), ("", "", "no business unit")],
)
def test_U4_a_project_of_another_company_is_refused(unit: str, name: str, said: str) -> None:
    """Also a project of nobody's, or of a company without settings. Beside the company's own, it doesn't count."""
    other = replace(PROJECT, id="other", unit_id=unit, unit_name=name)
    with pytest.raises(Permanent, match=f"belongs to .*{said}, so not to this company") as one:
        found_among(other)
    assert one.value.code == "PROJECT_ELSEWHERE"
    assert found_among(other, PROJECT) == PROJECT
