"""Both registers side by side: what is missing, what is different, and who fixes it where (L3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.check.findings import Finding, State
from gateway.check.registers import (
    compare_accounts,
    compare_codes,
    compare_vat,
    default_code,
    only_in_procountor,
)
from gateway.rules.register_items import Account, Item, Product

DAY = dt.date(2026, 3, 2)
CONS = Product("CONS", "Consulting")


def codes(items: list[Item], products: list[Product], may_create: bool = False) -> list[Finding]:
    return compare_codes("products", items, products, "GEN", may_create)


def test_L3_a_code_that_is_there_to_the_letter_is_ok() -> None:
    (one,) = codes([Item(" CONS ", "Consulting hours")], [CONS])
    assert (one.state, one.thing, one.message, one.step) == (State.OK, "CONS Consulting hours", "Consulting", None)


def test_L3_missing_code_is_added_by_a_person() -> None:
    (one,) = codes([Item("NEW", "Novelty")], [CONS])
    assert one.state is State.MISSING
    assert one.step is not None
    assert (one.step.who, one.step.where) == ("finance", "Procountor")
    assert "NEW" in one.step.what and "create_products" in one.step.what


def test_L3_S3_a_code_that_the_gateway_adds_itself_needs_nobody() -> None:
    (one,) = codes([Item("NEW", "Novelty")], [CONS], may_create=True)
    assert (one.state, one.step) == (State.NOTE, None)


@pytest.mark.parametrize("theirs", ["cons", "Cons", "CON-S", "C ONS"])
def test_L3_code_in_another_spelling_is_different(theirs: str) -> None:
    """Even where the gateway may add codes."""
    for may_create in (False, True):
        (one,) = codes([Item("CONS", "Consulting")], [replace(CONS, code=theirs)], may_create)
        assert (one.state, one.message) == (State.DIFFERENT, f"Procountor writes it {theirs}.")


def test_L3_codes_of_signs_alone_are_not_alike() -> None:
    (one,) = codes([Item("---", "x")], [replace(CONS, code="***"), replace(CONS, code="")])
    assert one.state is State.MISSING


def test_L3_inactive_product_is_different() -> None:
    """Unless another product has its code."""
    gone = replace(CONS, active=False)
    assert codes([Item("CONS", "x")], [gone])[0].state is State.DIFFERENT
    assert codes([Item("CONS", "x")], [gone, CONS])[0].state is State.OK
    assert "2 products" in codes([Item("CONS", "x")], [CONS, CONS])[0].message


@pytest.mark.parametrize("code", ["x" * 41, "漢"])
def test_L3_code_that_procountor_cannot_hold_is_reported(code: str) -> None:
    """It is to be changed in Severa."""
    (one,) = codes([Item(code, "x")], [], may_create=True)
    assert one.state is State.DIFFERENT
    assert one.step is not None and one.step.where == "Severa"


def test_L3_each_code_is_reported_once_in_order() -> None:
    """Rows without a code get the default."""
    items = [Item("B", "b"), Item("A", "a"), Item("B", "again"), Item("", "Second"), Item(" ", "First")]
    found = codes(items, [Product("A", "a"), Product("B", "b")])
    assert [one.thing for one in found] == ["A a", "B b", "without a code"]
    assert found[-1].message == "First, Second. Their rows get the default code GEN."
    assert found[-1].state is State.NOTE


def test_L3_another_vat_in_the_register_is_a_note() -> None:
    """The row decides."""
    theirs = replace(CONS, vat_percent=Decimal(24))
    (one,) = codes([Item("CONS", "x", Decimal("25.5"))], [theirs])
    assert (one.state, "VAT 25.5 % in Severa, 24 % in" in one.message) == (State.NOTE, True)
    assert codes([Item("CONS", "x", Decimal("24.0"))], [theirs])[0].state is State.OK
    assert codes([Item("CONS", "x", Decimal(24))], [CONS])[0].state is State.OK


def test_L3_what_only_procountor_has_is_told_in_one_note() -> None:
    products = [CONS, Product("B", "b"), Product("A", "a"), Product("C", "c", active=False), Product("", "nameless")]
    (one,) = only_in_procountor(products, {"CONS"})
    assert (one.state, one.message.split(".")[0]) == (State.NOTE, "A, B")
    assert only_in_procountor(products, {"CONS", "A", "b"}) == []  # a difference that stands in a line of its own


def test_S4_S5_S6_default_codes_are_there_before_they_are_needed() -> None:
    assert default_code("product", "CONS", [CONS]).state is State.OK
    assert default_code("product", "Cons", [CONS]).state is State.DIFFERENT
    missing = default_code("work_type", "WORK", [CONS])
    assert missing.state is State.MISSING
    assert missing.step is not None and "default_codes.work_type" in missing.step.what


def test_L3_L1_sales_accounts_stand_in_the_chart_and_are_active() -> None:
    severa = [Account("3010", "Resale"), Account(" 3000", "Sales"), Account("3999", "Odd")]
    chart = [Account("3000", "Myynti"), Account("3010", "Old", active=False), Account("4000", "Purchases")]
    found = compare_accounts(severa, chart, {"3000", "3500", ""})
    assert [(one.thing, one.state) for one in found] == [
        ("3000 Sales", State.OK),
        ("3010 Resale", State.DIFFERENT),
        ("3999 Odd", State.MISSING),
        ("only in Procountor", State.NOTE),
    ]
    assert found[-1].message.startswith("3500. ")
    assert all(one.step is not None and one.step.where == "Procountor" for one in found[1:3])


def test_L3_vat_rates_of_both_sides() -> None:
    severa = {Decimal("25.5"), Decimal("14"), Decimal("24.0"), Decimal(10)}
    found = compare_vat(severa, {Decimal("25.50"), Decimal("13.5")}, "FI", DAY)
    assert {one.thing: one.state for one in found} == {
        "10 %": State.MISSING,
        "13.5 %": State.NOTE,
        "14 %": State.DIFFERENT,
        "24 %": State.DIFFERENT,
        "25.5 %": State.OK,
    }
    where = {one.thing: one.step.where for one in found if one.step}
    assert where == {"10 %": "Procountor", "14 %": "Severa", "24 %": "Severa"}
