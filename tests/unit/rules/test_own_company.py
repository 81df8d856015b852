"""S1: a key opens the company of the business unit, told by the business ids of both sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.own_company import OwnCompany, differences, without_business_id
from gateway.sandbox.world.demo_world import business_id

COUNTRIES = {"FI": "FINLAND", "SE": "SWEDEN"}


def there(number: str, country: str = "FI") -> OwnCompany:
    return OwnCompany(1, "Acme", number, COUNTRIES[country])


@st.composite
def written(draw: st.DrawFn, country: str, n: int) -> str:
    """A business id in one of the ways in which people and registers write it."""
    register = business_id(country, n)
    digits = register.replace("-", "")
    ways = [register, digits, register.replace("-", " - "), f" {register} "]
    if country == "FI":
        ways += [f"FI{digits}", f"FI {register}", f"fi-{digits}"]
    else:
        ways += [f"SE{digits}01", f"SE {digits} 01", f"16{digits}", f"SE{digits}", f"{digits}01"]
    return draw(st.sampled_from(ways))


@given(st.data(), st.sampled_from(["FI", "SE"]), st.integers(0, 5000), st.integers(0, 5000))
def test_S1_two_spellings_of_a_business_id_are_one_company(
    data: st.DataObject, country: str, one: int, other: int
) -> None:
    """And two ids are two."""
    ours, theirs = data.draw(written(country, one)), data.draw(written(country, other))
    found = differences(there(theirs, country), ours, country)
    assert (found == []) is (business_id(country, one) == business_id(country, other)), (ours, theirs)
    assert without_business_id(there(theirs, country), ours) == ""


@pytest.mark.parametrize(
    ("theirs", "ours", "side"),
    [("", "FI01120389", "Procountor"), ("0112038-9", None, "Severa"), (" - ", "", "Severa and Procountor")],
)
def test_S1_what_a_side_does_not_tell_is_not_guessed(theirs: str, ours: str | None, side: str) -> None:
    assert (without_business_id(there(theirs), ours), differences(there(theirs), ours, "FI")) == (side, [])


@pytest.mark.parametrize(
    ("theirs", "ours", "same"),
    [
        ("0112038-8", "0112038-8", True),  # wrong on both sides, and still the same
        ("0112038-8", "FI01120389", False),
        ("556016-0680", "FI01120389", False),
        ("EE123456789", "EE 123 456 789", True),
        ("810101-9870", "8101019870", True),
    ],
)
def test_S1_a_number_that_is_no_finnish_id_is_compared_as_it_is(theirs: str, ours: str, same: bool) -> None:
    assert (differences(there(theirs), ours, "FI") == []) is same


@pytest.mark.parametrize(
    ("country", "currency", "wanted", "found"),
    [
        ("SWEDEN", "SEK", "FI", 2),
        ("FINLAND", "EUR", "SE", 2),
        ("SWEDEN", "EUR", "SE", 1),
        ("ALAND_ISLANDS", "EUR", "FI", 0),
        ("", "", "SE", 0),
    ],
)
def test_S1_country_and_currency_of_the_books(country: str, currency: str, wanted: str, found: int) -> None:
    assert len(differences(OwnCompany(1, "Acme", "", country, currency), None, wanted)) == found


def test_R3_a_number_that_may_be_a_persons_is_not_told() -> None:
    (told,) = differences(there("811228-9874", "SE"), "SE556016068001", "SE")
    assert "811228" not in told
    assert "811228" not in repr(there("811228-9874"))
