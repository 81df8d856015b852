"""Codes of rows, and products that are created."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import Money, RowKind, TruncationKind
from gateway.errors import Permanent
from gateway.flows.sales_invoices.rules.mapping import check_invoice
from gateway.flows.sales_invoices.rules.products import check_codes, match_product, new_product, row_code
from gateway.rules.register_items import ProductCard, SeveraProduct
from tests.unit.invoices import PROFILE, a_row, an_invoice

CODES = PROFILE.default_codes
MODEL = json.loads(files("gateway.sandbox").joinpath("facts", "procountor.json").read_text())["schemas"]["Product"]
BLANKS = st.sampled_from(["", " ", "\t"])


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (RowKind.HOURS, "WORK"),
        (RowKind.FEES, "GEN"),
        (RowKind.FLAT_RATE, "GEN"),
        (RowKind.TRAVEL, "TRAVEL"),
    ],
)
def test_P1_each_kind_of_row_has_its_default(kind: RowKind, code: str) -> None:
    """S4, S5, S6."""
    assert row_code(a_row(codes=(), kind=kind), CODES) == (code, None)
    assert row_code(a_row(codes=("", "  "), kind=kind), CODES) == (code, None)
    assert row_code(a_row(codes=("A", "B"), kind=kind), CODES)[0] == code


@given(st.lists(st.sampled_from(["A", " A", "A "]) | BLANKS, max_size=6))
def test_P3_blanks_do_not_count_and_all_the_same_is_that_code(codes: list[str]) -> None:
    code, note = row_code(a_row(codes=tuple(codes)), CODES)
    assert (code, note) == ("A" if any(one.strip() for one in codes) else "WORK", None)


@given(st.lists(st.sampled_from(["A", "B", "C"]) | BLANKS, max_size=6))
def test_P3_several_codes_are_the_default_and_noted(codes: list[str]) -> None:
    code, note = row_code(a_row(codes=tuple(codes)), CODES)
    different = list(dict.fromkeys(one for one in codes if one.strip()))
    assert (note is not None) == (len(different) > 1)
    if note is not None:
        assert code == "WORK"
        assert ", ".join(different) in note
        assert "WORK is used" in note


def test_P3_codes_in_another_case_are_other_codes() -> None:
    assert row_code(a_row(codes=("cons", "CONS")), CODES)[0] == "WORK"


@pytest.mark.parametrize(
    ("there", "used"),
    [([], None), ([(1, False), (7, True), (9, True)], 7), ([(2, True), (1, True)], 1)],
)
def test_P2_the_oldest_active_product_with_the_code_is_used(there: list[tuple[int, bool]], used: int | None) -> None:
    """As `gateway check` says (L3); one whose code only looks alike is another."""
    cards = [ProductCard(number, "CONS", "", active) for number, active in there]
    found = match_product([*cards, ProductCard(0, "CONS1", "")], a_row(), "CONS")
    assert (found.id if found else None) == used


def test_P2_inactive_product_is_reported_not_created() -> None:
    with pytest.raises(Permanent) as caught:
        match_product([ProductCard(1, "CONS", "", False), ProductCard(2, "CONS", "", False)], a_row(3), "CONS")
    assert caught.value.code == "PRODUCT_INACTIVE"
    assert "Row 3 (Consulting) has the code CONS" in caught.value.message


@pytest.mark.parametrize("code", ["A" * 41, "漢", "A\u0323B"])
def test_P2_a_code_that_no_register_can_hold_is_refused(code: str) -> None:
    with pytest.raises(Permanent, match="PRODUCT_CODE_WRONG"):
        check_codes(an_invoice(rows=(a_row(codes=(code,)),)), CODES)
    check_codes(an_invoice(rows=(a_row(codes=("Ä" * 40,)),)), CODES)


def test_P2_without_leave_a_missing_product_names_row_and_code() -> None:
    with pytest.raises(Permanent) as caught:
        new_product(a_row(3), "NEW", "EUR", replace(PROFILE, may_create_products=False))
    assert caught.value.code == "PRODUCT_MISSING"
    assert "Row 3 (Consulting)" in caught.value.message
    assert "NEW" in caught.value.message


@pytest.mark.parametrize(
    ("severa", "told"),
    [
        (None, ("Two days with Anna", "HOUR", Decimal(100), "SEK")),
        (SeveraProduct("NEW"), ("Two days with Anna", "HOUR", Decimal(100), "SEK")),
        (SeveraProduct("NEW", "Design", None, " "), ("Design", "HOUR", Decimal(100), "SEK")),
        (SeveraProduct("NEW", "Design", Money(Decimal(0), "EUR"), None), ("Design", "HOUR", Decimal(100), "SEK")),
        (SeveraProduct("NEW", "Design", Money(Decimal(95), ""), "day"), ("Design", "DAY", Decimal(100), "SEK")),
        (SeveraProduct("NEW", "Design", Money(Decimal(95), "EUR"), "day"), ("Design", "DAY", Decimal(95), "EUR")),
    ],
)
def test_P2_a_new_product_has_name_price_and_unit_of_severas_own(
    severa: SeveraProduct | None, told: tuple[object, ...]
) -> None:
    """A row's text is a user's sentence. What Severa's register doesn't tell is the row's."""
    row = a_row(description="Two days with Anna", unit="h", unit_price=Money(Decimal(100), "SEK"))
    body, _ = new_product(row, "NEW", "SEK", PROFILE, severa)
    assert (body["name"], body["unit"], body["price"], body["currency"]) == told


def test_L1_new_product_has_type_unit_price_vat_and_account() -> None:
    """And its currency."""
    row = a_row(unit_price=Money(Decimal("1050.5"), "SEK"), vat_percent=Decimal(25), sales_account=" 3010 ", unit="pv")
    assert new_product(row, "NEW", "SEK", PROFILE) == (
        {
            "type": "SALES",
            "name": "Consulting",
            "code": "NEW",
            "unit": "DAY",
            "discount": 0,
            "price": Decimal("1050.5"),
            "active": True,
            "currency": "SEK",
            "vat": Decimal(25),
            "defaultAccount": "3010",
        },
        [],
    )


def test_L1_an_account_that_the_chart_lacks_names_row_and_number() -> None:
    invoice = an_invoice(rows=(a_row(1, sales_account="3000"), a_row(2, sales_account=" 3999 "), a_row(3)))
    with pytest.raises(Permanent) as caught:
        check_invoice(invoice, replace(PROFILE, accounts=frozenset({"3000"})))
    assert caught.value.code == "ACCOUNT_MISSING"
    assert "Row 2 (Consulting) has the sales account 3999" in caught.value.message
    check_invoice(invoice, replace(PROFILE, accounts=frozenset({"3000", "3999"})))
    check_invoice(invoice, PROFILE)


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"description": " \u200b"}, "name", "NEW"),
        ({"unit_price": Money(Decimal(0), "")}, "currency", "SEK"),
        ({"vat_percent": Decimal(0)}, "vat", Decimal(0)),
        ({"vat_percent": None}, "vat", None),
        ({"sales_account": None}, "defaultAccount", None),
        ({"unit": None, "kind": RowKind.FEES}, "unit", "NO_UNIT"),
    ],
)
def test_P2_what_a_row_lacks(changes: dict[str, Any], field: str, value: object) -> None:
    """A price without a currency is in the invoice's, not in the company's."""
    body, _ = new_product(a_row(**changes), "NEW", "SEK", PROFILE)
    assert body.get(field) == value
    assert set(MODEL["required"]) <= set(body)


def test_T1_a_new_products_name_is_cut_and_it_is_told() -> None:
    body, truncations = new_product(a_row(description="x" * 101), "NEW", "EUR", PROFILE)
    assert (len(str(body["name"])), truncations[0].field, truncations[0].kind) == (
        100,
        "product.name",
        TruncationKind.CUT,
    )
