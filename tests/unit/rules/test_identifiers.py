from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Permanent
from gateway.rules.identifiers import iban, identifier, same
from gateway.sandbox.demo_world import business_id


@pytest.mark.parametrize("text", ["0112038-9", "FI01120389", "01120389", "FI 0112038-9", " fi0112038 - 9 ", "112038-9"])
def test_M1_forms_of_a_finnish_business_id_are_one(text: str) -> None:
    found = identifier(text, "FI")
    assert (found.canonical, found.written) == ("01120389", "0112038-9")


@pytest.mark.parametrize("text", ["556016-0680", "5560160680", "SE556016068001", "se 556016-0680", "SE556016-068001"])
def test_M1_forms_of_a_swedish_organisation_number_are_one(text: str) -> None:
    found = identifier(text, "SE")
    assert (found.country, found.canonical, found.written) == ("SE", "5560160680", "556016-0680")


def test_M4_a_personal_company_number_loses_its_century() -> None:
    assert identifier("19640823-3234", "SE").canonical == identifier("640823-3234", "SE").canonical == "6408233234"


@pytest.mark.parametrize(("text", "country"), [("0112038-8", "FI"), ("556016-0681", "SE"), ("FI123", None)])
def test_M4_a_wrong_check_digit_is_an_error(text: str, country: str | None) -> None:
    with pytest.raises(Permanent, match="BUSINESS_ID_INVALID"):
        identifier(text, country)


def test_M1_foreign_ids_go_as_they_are() -> None:
    assert identifier(" de 123456789", "DE").written == "DE123456789"


@given(st.integers(0, 5000), st.sampled_from(["FI", "SE"]), st.sampled_from(["", " ", "-"]))
def test_M1_every_valid_id_is_the_same_with_its_prefix_and_spaces(n: int, country: str, between: str) -> None:
    written = business_id(country, n)
    other = country + between + written.replace("-", "") + ("01" if country == "SE" else "")
    assert same(other, identifier(written, country), country)


def test_M3_what_is_no_id_at_all_is_another_id() -> None:
    assert not same("???", identifier("0112038-9", "FI"), "FI")
    assert not same(None, identifier("0112038-9", "FI"), "FI")


def test_L2_iban_is_checked_by_its_check_digits() -> None:
    assert iban("FI21 1234 5600 0007 85") == "FI2112345600000785"
    with pytest.raises(Permanent, match="IBAN_INVALID"):
        iban("FI2212345600000785")
