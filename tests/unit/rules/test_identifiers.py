"""Business ids and IBANs: one form for all spellings, and check digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Configuration, Permanent
from gateway.rules.identifiers import iban, identifier, same

DIGITS = st.text("0123456789")


def finnish(seven: str) -> str:
    """With its check digit; "" for the numbers that can't have one."""
    rest = sum(int(d) * w for d, w in zip(seven, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return "" if rest == 1 else f"{seven}-{(11 - rest) % 11}"


def swedish(nine: str) -> str:
    doubled = [int(d) * (2 if at % 2 == 0 else 1) for at, d in enumerate(nine)]
    return f"{nine[:6]}-{nine[6:]}{-sum(d // 10 + d % 10 for d in doubled) % 10}"


FINNISH = st.text("0123456789", min_size=7, max_size=7).map(finnish).filter(bool)
OLD = st.text("0123456789", min_size=6, max_size=6).map(lambda six: finnish("0" + six)).filter(bool)
#: Organisations: the third digit is 2 or more.
SWEDISH = st.builds(
    lambda first, third, rest: swedish(first + third + rest),
    st.text("123456789", min_size=2, max_size=2),
    st.sampled_from("23456789"),
    st.text("0123456789", min_size=6, max_size=6),
)
#: People and their one-person companies: day of birth and three digits.
PERSONAL = st.builds(lambda day, serial: swedish(f"{day:%y%m%d}{serial:03d}"), st.dates(), st.integers(0, 999))
SPACES = st.sampled_from(["", " ", "-", "\u2011", " - ", "."])


@pytest.mark.parametrize("country", ["FI", "AX"])
@pytest.mark.parametrize(
    "text",
    ["0112038-9", "FI01120389", "01120389", "FI 0112038-9", " fi0112038 - 9 ", "112038-9", "\u200e0112038-9\u200b"],
)
def test_M1_forms_of_a_finnish_business_id_are_one(text: str, country: str) -> None:
    """Åland's are Finnish; what nobody sees of a number that was pasted doesn't count."""
    found = identifier(text, country)
    assert (found.country, found.canonical, found.written) == ("FI", "01120389", "0112038-9")


@given(FINNISH, SPACES, SPACES)
def test_M1_every_finnish_id_is_one_in_all_its_forms(right: str, one: str, other: str) -> None:
    digits = right.replace("-", "")
    for text in (right, digits, f"FI{digits}", f"fi{one}{digits[:7]}{other}{digits[7]}", f" {right} "):
        found = identifier(text, "FI")
        assert (found.canonical, found.written) == (digits, right)
        assert same(text, identifier(right, "FI"))


@given(OLD)
def test_M1_old_form_of_six_digits_gets_a_zero(right: str) -> None:
    assert identifier(right[1:], "FI") == identifier(right, "FI")


@given(FINNISH, st.integers(0, 7), st.integers(1, 9))
def test_M4_one_wrong_digit_of_a_finnish_id_is_found(right: str, at: int, by: int) -> None:
    digits = list(right.replace("-", ""))
    digits[at] = str((int(digits[at]) + by) % 10)
    with pytest.raises(Permanent, match="BUSINESS_ID_INVALID"):
        identifier("".join(digits), "FI")


@pytest.mark.parametrize("text", ["556016-0680", "5560160680", "SE556016068001", "se 556016-0680", "SE556016-068001"])
def test_M1_forms_of_a_swedish_organisation_number_are_one(text: str) -> None:
    found = identifier(text, "SE")
    assert (found.country, found.canonical, found.written) == ("SE", "5560160680", "556016-0680")


@given(SWEDISH | PERSONAL, SPACES)
def test_F7_every_swedish_number_is_one_in_all_its_forms(right: str, between: str) -> None:
    digits = right.replace("-", "")
    for text in (right, digits, f"SE{digits}01", f"se{between}{right}", f"SE {digits[:6]}-{digits[6:]}{between}01"):
        found = identifier(text, "SE")
        assert (found.canonical, found.written) == (digits, right)
        assert same(text, identifier(right, "SE"))


@given(SWEDISH)
def test_F7_sixteen_stands_before_an_organisation_number(right: str) -> None:
    assert identifier("16" + right, "SE") == identifier(right, "SE")


@given(PERSONAL, st.sampled_from(["18", "19", "20"]))
def test_F7_a_personal_company_number_loses_its_century(right: str, century: str) -> None:
    if not right.endswith("01"):  # twelve digits that end so may be a VAT number
        assert identifier(century + right, "SE") == identifier(right, "SE")
    assert identifier(f"SE{century}{right}01", "SE") == identifier(right, "SE")


#: Twelve digits that end in 01: a person's number with its century, or a VAT number that begins like one.
ENDING = (
    st.dates()
    .map(lambda day: f"{day:%y%m%d}")
    .flatmap(
        lambda six: st.sampled_from([n for n in range(10, 100) if swedish(f"{six}{n}0").endswith("01")]).map(
            lambda n: f"{six}{n}01"
        )
    )
)


@given(ENDING, st.sampled_from(["18", "19", "20"]))
def test_F7_twelve_digits_ending_in_01_are_a_person(ten: str, year: str) -> None:
    """Where they can't be a VAT number."""
    twelve = year + ten
    vat = swedish(twelve[:9]).replace("-", "") == twelve[:10]
    assert identifier(twelve, "SE").canonical == (twelve[:10] if vat else ten)


@given(SWEDISH)
def test_F7_a_vat_number_needs_no_country_before_it(right: str) -> None:
    assert identifier(right.replace("-", "") + "01", "SE") == identifier(right, "SE")


def test_F7_a_coordination_number_has_sixty_days_more() -> None:
    for day in ("61", "91"):
        right = swedish(f"6408{day}323")
        assert identifier("19" + right, "SE") == identifier(right, "SE")


def test_F7_what_begins_like_a_year_may_be_an_authority() -> None:
    assert identifier("202100544801", "SE").written == "202100-5448"
    assert identifier("19640823-3234", "SE").canonical == identifier("640823+3234", "SE").canonical == "6408233234"


@given(SWEDISH | PERSONAL, st.integers(0, 9), st.integers(1, 9))
def test_M4_one_wrong_digit_of_a_swedish_number_is_found(right: str, at: int, by: int) -> None:
    digits = list(right.replace("-", ""))
    digits[at] = str((int(digits[at]) + by) % 10)
    with pytest.raises(Permanent, match="BUSINESS_ID_INVALID"):
        identifier("".join(digits), "SE")


@given(FINNISH, FINNISH)
def test_M3_different_numbers_are_different_ids(one: str, other: str) -> None:
    assert same(one, identifier(other, "FI")) == (one == other)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("0112038-8", "FI"),
        ("0112038-8", "AX"),
        ("556016-0681", "SE"),
        ("FI123", None),
        ("٠١١٢٠٣٨٩", "FI"),
        ("5560160680011", "SE"),
        ("SE556016O68001", "SE"),
        ("FIO1120389", "FI"),
        ("Y-tunnus 0112038-9", "FI"),
        ("org.nr 556016-0680", "SE"),
        ("puuttuu", "FI"),
    ],
)
def test_M4_what_is_no_number_of_the_country_is_an_error(text: str, country: str | None) -> None:
    with pytest.raises(Permanent, match="BUSINESS_ID_INVALID"):
        identifier(text, country)


@pytest.mark.parametrize(("text", "country"), [("131052-308T", "FI"), ("640823-3235", "SE"), ("19640823-3235", "SE")])
def test_R3_a_persons_number_is_not_in_the_error(text: str, country: str) -> None:
    with pytest.raises(Permanent) as caught:
        identifier(text, country)
    assert text[-4:] not in f"{caught.value} {caught.value.message} {caught.value.cause}"


@pytest.mark.parametrize("country", ["FI", "SE", "DE", None])
@pytest.mark.parametrize(
    "text",
    [
        "131052-308T",
        "131052\u2013308T",  # an en dash, as Word writes it
        "131052\u2011308T",
        "131052\u2212308T",
        "131052308T",
        "131052.308T",
        "131052/308T",
        "131052_308T",
        "HETU 131052-308T",
        "131052-308U",
    ],
)
def test_R3_finnish_personal_number_is_no_business_id(text: str, country: str | None) -> None:
    """Anywhere; and it is not repeated."""
    with pytest.raises(Permanent, match="BUSINESS_ID_INVALID") as caught:
        identifier(text, country)
    assert "308" not in f"{caught.value} {caught.value.message} {caught.value.cause}"


def test_R3_a_wrong_number_of_a_swede_is_not_told() -> None:
    with pytest.raises(Permanent) as caught:
        identifier("SE 19121212121301", "FI")
    assert "1213" not in f"{caught.value} {caught.value.message} {caught.value.cause}"


@pytest.mark.parametrize("country", ["FI", "SE", "DE"])
def test_R3_a_masked_id_is_refused(country: str) -> None:
    with pytest.raises(Permanent, match=r"BUSINESS_ID_INVALID: The business id \*\*\*"):
        identifier("***", country)


def test_M4_digits_alone_are_no_finns_number_abroad() -> None:
    assert identifier("3112991234", "PL").written == "3112991234"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("LY 0112038-9", "FI"),  # liikeyritystunnus, the old name of the number
        ("YT 0112038-9", "FI"),
        ("ALV 01120389", "FI"),
        ("VAT FI01120389", "FI"),
        ("NR 556016-0680", "SE"),
        ("MOMS556016068001", "SE"),
    ],
)
def test_M1_a_word_before_a_home_id_is_taken_off(text: str, country: str) -> None:
    """Some read like codes of countries; a foreign id is checked by nobody, and no card has it."""
    assert identifier(text, country).country == country
    with pytest.raises(Permanent, match="BUSINESS_ID_INVALID"):
        identifier(f"{text[:-1]}{(int(text[-1]) + 1) % 10}", country)


@given(FINNISH, st.sampled_from(["DE", "EE", "LY", "XX", "NO", "US"]))
def test_M4_home_id_with_a_foreign_prefix_is_an_error(right: str, begins: str) -> None:
    for text in (f"{begins}{right}", f"{begins} {right.replace('-', '')}"):
        if begins != "LY":
            with pytest.raises(Permanent, match="BUSINESS_ID_INVALID"):
                identifier(text, "FI")
        else:
            assert identifier(text, "FI").canonical == right.replace("-", "")


def test_M4_danish_number_like_a_finnish_one_is_danish() -> None:
    assert identifier("DK13585628", "FI").country == ""


@pytest.mark.parametrize(
    ("text", "country", "written"),
    [
        (" de 123456789", "DE", "DE123456789"),
        ("EE101234567", "FI", "EE101234567"),
        ("NL 8012.34.567.B01", "NL", "NL8012.34.567.B01"),
        ("123/456", "GB", "123/456"),
        ("FINNAIR", "GB", "FINNAIR"),
        ("ATU12345678", "FI", "ATU12345678"),
        ("CHE-123.456.789", "SE", "CHE-123.456.789"),
        ("FRAB123456789", "FI", "FRAB123456789"),
        ("12\u2011345\u200b", "US", "12-345"),
    ],
)
def test_M1_foreign_ids_go_as_they_are(text: str, country: str, written: str) -> None:
    found = identifier(text, country)
    assert (found.country, found.written) == ("", written)
    assert same(text.lower(), found)


def test_M1_foreign_digits_are_not_read_as_domestic() -> None:
    assert same("12-3456789", identifier("123456789", "US"))
    assert same("1234567890123", identifier("1234567890123", "JP"))
    assert not same("FI01120389", identifier("01120389", "US"))


def test_M1_foreign_ids_are_compared_without_what_stands_between() -> None:
    assert same("NL801234567B01", identifier("NL 8012.34.567.B01", "NL"))
    assert not same("NL801234568B01", identifier("NL801234567B01", "NL"))


def test_M3_what_is_no_id_at_all_is_another_id() -> None:
    assert not same("???", identifier("0112038-9", "FI"))
    assert not same("0112038-8", identifier("0112038-9", "FI"))
    assert not same(None, identifier("0112038-9", "FI"))


def test_L2_iban_is_checked_by_its_check_digits() -> None:
    assert iban("FI21 1234 5600 0007 85") == "FI2112345600000785"
    assert iban("se45 5000 0000 0583 9825 7466") == "SE4550000000058398257466"
    with pytest.raises(Configuration, match="IBAN_INVALID"):
        iban("FI2212345600000785")
