from __future__ import annotations

import json
from importlib.resources import files

import pytest

from gateway.errors import Permanent
from gateway.rules.countries import country
from gateway.rules.languages import language
from gateway.rules.units import _BY_WORD, unit
from tests.unit.invoices import a_row

MODELS = json.loads(files("gateway.sandbox").joinpath("facts", "procountor.json").read_text())["schemas"]


@pytest.mark.parametrize("text", ["FI", "fin", "Finland", "Suomi", " suomi "])
def test_country_from_code_or_name(text: str) -> None:
    assert country(text) == "FINLAND"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sverige", "SWEDEN"),
        ("Ruotsi", "SWEDEN"),
        ("USA", "UNITED_STATES_OF_AMERICA"),
        ("Yhdysvallat", "UNITED_STATES_OF_AMERICA"),
        ("gb", "UNITED_KINGDOM_OF_GREAT_BRITAIN_AND_NORTHERN_IRELAND"),
    ],
)
def test_country_in_three_languages(text: str, name: str) -> None:
    assert country(text) == name
    assert name in MODELS["InvoiceCounterpartyAddress"]["properties"]["country"]["enum"]


def test_country_blank_says_where_to_fill_it_in() -> None:
    with pytest.raises(Permanent, match="Fill in the country"):
        country("  ")


def test_every_unit_of_the_table_is_one_of_procountors() -> None:
    assert set(_BY_WORD.values()) <= set(MODELS["InvoiceRow"]["properties"]["unit"]["enum"])


@pytest.mark.parametrize(("text", "name"), [("kpl", "PIECE"), ("Tim.", "HOUR"), ("pv", "DAY"), ("km", "KILOMETER")])
def test_unit_from_a_word(text: str, name: str) -> None:
    assert unit(a_row(unit=text)) == (name, None)


def test_unit_unknown_is_a_piece_and_it_is_said() -> None:
    found, note = unit(a_row(unit="virka"))
    assert found == "PIECE"
    assert "virka" in (note or "")


def test_language_falls_back_to_the_companys() -> None:
    assert language("sv", "FI") == ("SWEDISH", None)
    assert language("zh", "SE")[0] == "SWEDISH"
    assert "zh" in (language("zh", "SE")[1] or "")
