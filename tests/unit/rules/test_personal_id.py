"""Personal identity numbers of both countries (R2)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.fi import hetu
from stdnum.se import personnummer

from gateway.rules.personal_id import personal_id, same_person

TODAY = dt.date(2026, 3, 2)
CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
CENTURIES = {1800: "+", 1900: "-YXWVU", 2000: "ABCDEF"}
DAYS = st.dates(dt.date(1850, 1, 1), TODAY)


def finnish(born: dt.date, number: int, sign: str) -> str:
    digits = f"{born:%d%m%y}{number:03d}"
    return f"{born:%d%m%y}{sign}{number:03d}{CHECK[int(digits) % 31]}"


def swedish(born: dt.date, number: int, coordination: bool = False) -> str:
    """Twelve digits."""
    day = born.day + (60 if coordination else 0)
    digits = f"{born:%y%m}{day:02d}{number:03d}"
    return f"{born.year // 100}{digits}{luhn.calc_check_digit(digits)}"


@given(DAYS, st.integers(2, 999), st.data())
def test_R2_every_sign_of_a_century_is_read(born: dt.date, number: int, data: st.DataObject) -> None:
    """As the library of numbers reads them."""
    text = finnish(born, number, data.draw(st.sampled_from(CENTURIES[born.year // 100 * 100])))
    found = personal_id(f" {text.lower()} ", "FI", TODAY)
    assert hetu.is_valid(text, allow_temporary=True)
    assert found is not None and (found.country, found.canonical) == ("FI", text)


@given(DAYS, st.integers(2, 999), st.integers(0, 10))
def test_R2_a_changed_character_is_noticed(born: dt.date, number: int, at: int) -> None:
    text = finnish(born, number, CENTURIES[born.year // 100 * 100][0])
    if at != 6:  # the sign of the century has no check
        other = CHECK[(CHECK.index(text[at]) + 1) % (31 if at == 10 else 10)]
        found = personal_id(text[:at] + other + text[at + 1 :], "FI", TODAY)
        assert found is None or found.country == "SE"


def test_R2_mistyped_number_of_home_is_no_foreign_one() -> None:
    """Another check character gives a Swedish coordination number: of 30 January 2014, not of 14 January 1990."""
    right, mistyped = "140190-921S", "140190-9211"
    assert personal_id(mistyped, "FI", TODAY) is None
    swedish_one = personal_id("20140190-9211", "FI", TODAY)
    assert swedish_one is not None and swedish_one.country == "SE"
    assert [personal_id(one, "SE", TODAY) is not None for one in (right, mistyped)] == [True, True]


@given(DAYS, st.integers(0, 999), st.booleans())
def test_R2_a_swedish_number_is_one_in_all_its_forms(born: dt.date, number: int, coordination: bool) -> None:
    """With the century, without it, with - and with + from the year in which a person turns 100."""
    text = swedish(born, number, coordination)
    sign = "+" if TODAY.year - born.year >= 100 else "-"
    forms = {text, f"{text[:8]}-{text[8:]}", f"{text[2:8]}{sign}{text[8:]}"}
    found = [personal_id(one, "SE", TODAY) for one in sorted(forms)]
    if TODAY.year - born.year < 200:
        assert {one.canonical for one in found if one is not None} == {text}
    assert coordination or personnummer.is_valid(f"{text[:8]}-{text[8:]}")


@given(DAYS, st.integers(0, 999), st.integers(2, 11), st.integers(1, 9))
def test_R2_a_changed_digit_of_sweden_is_noticed(born: dt.date, number: int, at: int, shift: int) -> None:
    text = swedish(born, number)
    other = str((int(text[at]) + shift) % 10)
    assert personal_id(text[:at] + other + text[at + 1 :], "SE", TODAY) is None


@pytest.mark.parametrize("text", ["", "-", "010190", "010190900K", "320190-9001", "0101900123456", "FI01019090"])
def test_R2_other_texts_are_no_number(text: str) -> None:
    assert personal_id(text, "FI", TODAY) is None


def test_R2_the_sign_distinguishes_people_of_one_day() -> None:
    """010190-900X and 010190Y900X are two people, since 2023."""
    one, other = (finnish(dt.date(1990, 1, 1), 900, sign) for sign in "-Y")
    found = personal_id(one, "FI", TODAY)
    assert found is not None
    assert same_person(one, found, TODAY) and not same_person(other, found, TODAY)
    assert not same_person(None, found, TODAY)


def test_R3_a_number_is_not_in_its_own_text() -> None:
    """A traceback or a log of the object shows none of it."""
    found = personal_id(finnish(dt.date(1990, 1, 1), 900, "-"), "FI", TODAY)
    assert found is not None and found.canonical not in f"{found!r} {found}"
