"""Texts for people: numbers as they write them, and no ids of machines (B8)."""

from __future__ import annotations

import re
from decimal import Decimal
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import CATALOGUE, plain_number
from gateway.rules.codes.currencies import money

#: 1E+3, -4.00000000: as machines write numbers. Amounts have two decimals.
ODD = re.compile(r"[0-9]E[+-]?[0-9]|[0-9]\.[0-9]{2,}0(?![0-9])")
#: Business ids, which people know; and of companies with one name the ids that tell them apart, for the operator.
KNOWN_TO_PEOPLE = {"business_id", "partner_id", "before_id", "now_id"}


@pytest.mark.parametrize("code", CATALOGUE)
def test_B8_no_text_has_an_id_or_a_number_as_machines_write_them(code: str) -> None:
    entry = CATALOGUE[code]
    names = {name for text in (entry.what, entry.remedy) for _, name, _, _ in Formatter().parse(text) if name}
    assert not {name for name in names if name.endswith(("_id", "_ids"))} - KNOWN_TO_PEOPLE
    for number in ("-4.00000000", "1E+6", "123456.7800"):
        facts: dict[str, Any] = {name: Decimal(number) for name in names}
        assert not ODD.search(" ".join(entry.texts(facts)))


@pytest.mark.parametrize("code", CATALOGUE)
def test_B8_mail_to_the_operator_names_no_operator(code: str) -> None:
    """It is not asked to inform itself."""
    entry = CATALOGUE[code]
    assert entry.who != "operator" or "the operator" not in f"{entry.what} {entry.remedy}".lower()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_B8_number_is_exact_without_exponent_or_zeros(number: Decimal) -> None:
    said = plain_number(number)
    assert Decimal(said.replace(" ", "")) == number or "digits" in said
    assert not ODD.search(said) and not re.search(r"[.]0*$", said) and not said.startswith("-0 ")
    whole = said.lstrip("-").partition(".")[0]
    assert "digits" in said or re.fullmatch(r"[0-9]{1,3}( [0-9]{3})*", whole)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("-4.00000000", "-4"),
        ("-0.00", "0"),
        ("1E+3", "1 000"),
        ("0.50", "0.5"),
        ("1E+999999", "a number of very many digits"),
    ],
)
def test_B8_numbers(number: str, said: str) -> None:
    """The last one would be a megabyte."""
    assert plain_number(Decimal(number)) == said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("1234.5", "EUR", "1 234.50 EUR"),
        ("-1234567.00000000", "SEK", "-1 234 567.00 SEK"),
        ("1235", "JPY", "1 235 JPY"),
        ("12.345", "KWD", "12.345 KWD"),
        ("0.125", "EUR", "0.125 EUR"),
    ],
)
def test_B8_amounts_have_the_decimals_of_their_currency_at_least(amount: str, currency: str, said: str) -> None:
    assert money(Decimal(amount), currency) == said
