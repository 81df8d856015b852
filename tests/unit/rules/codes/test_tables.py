"""Tables of words: countries, units, languages."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from babel import Locale
from babel.languages import get_official_languages
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import RowKind
from gateway.errors import Permanent
from gateway.rules.codes.countries import _OWN, NAMES_IN, _procountor, alpha2, country
from gateway.rules.codes.languages import language
from gateway.rules.codes.units import _BY_WORD, unit
from tests.unit.invoices import a_row

MODELS = json.loads(files("gateway.sandbox").joinpath("facts", "procountor.json").read_text())["schemas"]
COUNTRIES = set(MODELS["InvoiceCounterpartyAddress"]["properties"]["country"]["enum"])
CASES = st.sampled_from([str.upper, str.lower, str.title, lambda word: f"  {word} "])


@pytest.mark.parametrize(
    "text", ["FI", "fin", "Finland", "Suomi", " suomi ", "SUOMI - FINLAND", "Finland (FI)", "Suomi."]
)
def test_country_from_code_or_name(text: str) -> None:
    assert country(text) == "FINLAND"


@pytest.mark.parametrize("locale", NAMES_IN)
def test_country_every_name_of_three_languages_is_known(locale: str) -> None:
    names = Locale(locale).territories
    assert [names[code] for code in _procountor() if alpha2(names[code]) != code] == []


def test_country_every_one_is_procountors_and_has_both_codes() -> None:
    assert set(_procountor().values()) == COUNTRIES - {"NORTHERN_IRELAND_TEMPORARY"}
    for code, name in _procountor().items():
        assert alpha2(code) == alpha2(name) == code
        assert country(code.lower()) == name


@given(st.sampled_from(["Saksa", "Tyskland", "Germany", "DEU", "de"]), CASES)
def test_country_whatever_its_case(word: str, change: object) -> None:
    assert country(change(word)) == "GERMANY"  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sverige", "SE"),
        ("Ruotsi", "SE"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("Yhdysvallat", "US"),
        ("gb", "GB"),
        ("Iso-Britannia", "GB"),
        ("England", "GB"),
        ("U.K.", "GB"),
        ("Yhdistynyt kuningaskunta", "GB"),
        ("Hongkong", "HK"),
        ("Hollanti", "NL"),
        ("The Netherlands", "NL"),
        ("Tsekki", "CZ"),
        ("Viro", "EE"),
        ("Ahvenanmaa", "AX"),
        ("Côte d’Ivoire", "CI"),
        ("Ruotsi/Sverige", "SE"),
        ("Eesti", "EE"),
        ("Deutschland", "DE"),
        ("EL", "GR"),
        ("Suomi/Finland", "FI"),
        ("Korea, Republic of", "KR"),
        ("Korea (the Republic of)", "KR"),
        ("Korea, Democratic People's Republic of", "KP"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Congo (the Democratic Republic of the)", "CD"),
        ("Bahamas (the)", "BS"),
        ("Virgin Islands, U.S.", "VI"),
        ("Taiwan (Province of China)", "TW"),
        ("Falkland Islands (Malvinas)", "FK"),
        ("Holy See (Vatican City State)", "VA"),
        ("Netherlands (Kingdom of the)", "NL"),
    ],
)
def test_country_as_people_write_it(text: str, code: str) -> None:
    assert alpha2(text) == code


@pytest.mark.parametrize("code", [*_OWN, "MT"])
def test_country_a_european_one_is_known_as_it_calls_itself(code: str) -> None:
    """By CLDR's names in each official language of the whole country."""
    names = [Locale.parse(one).territories[code] for one in get_official_languages(code, de_facto=True)]
    assert names and {alpha2(name) for name in names} == {code}


@pytest.mark.parametrize(
    "text", ["Narnia", "Belgium (FI)", "Korea, Finland", "the", ", the", "FI/SE", "Helsinki", "F", "Northern Ireland"]
)
def test_country_that_is_none_or_two_is_an_error(text: str) -> None:
    with pytest.raises(Permanent, match="COUNTRY_UNKNOWN"):
        country(text)


@pytest.mark.parametrize("text", [None, "", "  "])
def test_country_blank_says_where_to_fill_it_in(text: str | None) -> None:
    with pytest.raises(Permanent, match="Fill in the country"):
        country(text)


def test_language_of_a_receiver_abroad_falls_back_to_english() -> None:
    assert language("de", "FI", "DE")[0] == "ENGLISH"
    assert language("de", "FI", "FI")[0] == "FINNISH"
    assert language("sv", "FI", "DE") == ("SWEDISH", None)


def test_every_unit_of_the_table_is_one_of_procountors() -> None:
    units = set(MODELS["InvoiceRow"]["properties"]["unit"]["enum"])
    assert set(_BY_WORD.values()) == units
    assert units == set(MODELS["Product"]["properties"]["unit"]["enum"])


@given(st.sampled_from(sorted(_BY_WORD)), CASES)
def test_unit_every_word_whatever_its_case(word: str, change: object) -> None:
    assert unit(a_row(unit=change(word))) == (_BY_WORD[word], None)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("kpl", "PIECE"),
        ("Tim.", "HOUR"),
        ("tuntia", "HOUR"),
        ("pv", "DAY"),
        ("htp", "DAY"),
        ("månader", "MONTH"),
        ("km", "KILOMETER"),
        ("m²", "SQUARE_METER"),
        ("M3", "CUBIC_METER"),
        ("st.", "PIECE"),
        ("KILOWATT_HOUR", "KILOWATT_HOUR"),
        ("number of words", "NUMBER_OF_WORDS"),
    ],
)
def test_unit_from_a_word(text: str, name: str) -> None:
    assert unit(a_row(unit=text)) == (name, None)


@pytest.mark.parametrize("text", ["virka", "v", "s", "h/kk"])
def test_unknown_or_ambiguous_unit_is_a_piece_and_noted(text: str) -> None:
    found, note = unit(a_row(unit=text))
    assert found == "PIECE"
    assert text in (note or "")


def test_unit_without_a_text_is_an_hour_of_work_or_none() -> None:
    assert unit(a_row(unit=" ")) == ("HOUR", None)
    assert unit(a_row(unit=None, kind=RowKind.FEES)) == ("NO_UNIT", None)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("fi", "FINNISH"),
        ("fi-FI", "FINNISH"),
        ("sv_SE", "SWEDISH"),
        ("swe", "SWEDISH"),
        ("EN", "ENGLISH"),
        ("nb-NO", "NORWEGIAN"),
        ("nn", "NORWEGIAN"),
        ("et", "ESTONIAN"),
        ("da", "DANISH"),
        ("Svenska", "SWEDISH"),
    ],
)
def test_language_by_its_tag_or_name(code: str, name: str) -> None:
    assert language(code, "FI") == (name, None)
    assert name in MODELS["Invoice"]["properties"]["language"]["enum"]


@pytest.mark.parametrize("code", ["zh", "fil", "de-DE", "", None])
def test_language_falls_back_to_the_companys_and_it_is_said(code: str | None) -> None:
    for home, name in (("FI", "FINNISH"), ("SE", "SWEDISH"), ("EE", "ENGLISH")):
        found, note = language(code, home)
        assert found == name
        assert (code or "(none)") in (note or "")
