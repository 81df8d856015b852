"""R3: a personal identity number is taken out of every text, however it is written; other numbers stay readable."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.errors import configuration, is_finnish, looks_personal, mask, refuse
from tests.unit.rules.test_identifiers import FINNISH, PERSONAL, SWEDISH

CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
GAPS = st.sampled_from(["", "-", "\u2013", "\u2011", "\u2212", " ", ".", "/", "_", " - ", "\u00a0", "\u200b"])
#: Texts around a number; a digit or a letter beside it would make it another number.
BEFORE = st.sampled_from(["", " ", "(", "hetu ", "HETU", "\n", "'", ", "])
AFTER = st.sampled_from(["", " ", ")", ", Oy", ".", ";", "\n", "' "])
BIRTHDAYS = st.dates(dt.date(1900, 1, 1), dt.date(2059, 12, 31))


def finnish(day: dt.date, between: str, number: int) -> str:
    written = f"{day:%d%m%y}"
    return f"{written}{between}{number:03d}{CHECK[int(f'{written}{number:03d}') % 31]}"


@given(BIRTHDAYS, GAPS | st.sampled_from("+ABCDEFUVWXYa"), st.integers(2, 999), BEFORE, AFTER)
def test_R3_every_finnish_number_is_masked_in_every_form(
    day: dt.date, between: str, number: int, before: str, after: str
) -> None:
    person = finnish(day, between, number)
    for text in (person, person.lower()):
        told = mask(before + text + after)
        assert "***" in told
        assert text[-4:] not in told
        assert looks_personal(text)


@given(PERSONAL, st.sampled_from(["", "18", "19", "20"]), GAPS, st.sampled_from(["", "01", " 01", "-01"]), BEFORE)
def test_R3_every_swedish_number_is_masked_in_every_form(
    right: str, century: str, gap: str, vat: str, before: str
) -> None:
    person = f"{century}{right.replace('-', gap)}{vat}"
    assert right[-4:] not in mask(f"{before}{person}, x").replace(before, "", 1)
    assert mask(person).startswith("***")
    assert looks_personal(person)


@given(FINNISH, SWEDISH)
def test_R3_numbers_of_companies_stay_readable(finn: str, swede: str) -> None:
    assume(swede[:2] not in ("18", "19", "20"))  # with 01 behind it, it may be a person's number with the century
    plain, digits = finn.replace("-", ""), swede.replace("-", "")
    for text in (finn, plain, f"FI{plain}", swede, digits, f"16{swede}", f"SE{digits}01", f"SE {swede}-01"):
        assert mask(f"Asiakas {text} Oy") == f"Asiakas {text} Oy"


@given(st.dates(), st.dates(), st.times())
def test_R3_dates_stay_readable(one: dt.date, other: dt.date, time: dt.time) -> None:
    for text in (one.isoformat(), f"{one:%d.%m.%Y}-{other:%d.%m.%Y}", f"{one}/{other}", f"{one}T{time:%H:%M:%S}"):
        assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "FI21 1234 5600 0007 85",
        "FI2112345600000785",
        "SE45 5000 0000 0583 9825 7466",
        "SE4550000000058398257466",
        "NL02ABNA0412123456",
        "040 123 4567",
        "+358401234567",
        "+46 70-123 45 67",
        "08-123 456 78",
        "1201011234.50 EUR",
        "1 201 011 234,50",
        "INV-2026-000123",
        "010226-1234",
        "DE123456789",
        "PL6408233234",
        "BE0307712222",
        "RF18 5390 0754 7034",
        "severa:8f0e2c1a-16cd-43dd-8448-eb211c80319c#1:12345678",
        "acme/sales-invoice/fd1058dc-8409-e4e4-3776-eb3811114762",
        "acme/sales-invoice/6d060681-826a-cc5b-d98f-fc4352cb6c3d#1",
        "trace cc01bee185c465348f80e060733f437a",
        "4 h x 90.00",
    ],
)
def test_R3_other_numbers_stay_readable(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("text", ["131052-308U", "131052\u2013308K", "010226A123X"])
def test_R3_finnish_number_with_a_wrong_letter_is_masked(text: str) -> None:
    """Where it is written as usual."""
    assert mask(text) == "***"


def test_R3_errors_hold_no_personal_number_in_any_of_their_texts() -> None:
    """They become outcome, ledger record, log and mail."""
    person, detail = "131052-308T", "POST /businesspartners: 640823-3234 is taken"
    for make in (refuse, configuration):
        error = make("COUNTRY_UNKNOWN", detail, country=f"Suomi, hetu {person}")
        said = f"{error} {error.message} {error.detail} {error.facts} {error.cause}"
        assert "308T" not in said
        assert "3234" not in said
        assert "Suomi, hetu ***" in error.message


def test_R3_digits_alone_are_no_finnish_number() -> None:
    assert not is_finnish("1310521234")
    assert looks_personal("131052-3081")


#: Sole traders' VAT numbers of each country where they are told apart, by the examples of python-stdnum.
ABROAD = [
    "BG7523169263",
    "CZ7103192745",
    "SK7103192745",
    "ES54362315K",
    "ESX2482300W",
    "LV16117519997",
    "RO1630615123457",
]


@pytest.mark.parametrize("text", [*ABROAD, "LV 161175-19997", "CZ710319/2745", "es54362315-k", "LV32867300679"])
def test_R3_a_sole_traders_vat_number_abroad_is_a_persons(text: str) -> None:
    for said in (text, f"Asiakas {text}, Riga", f"({text})"):
        assert mask(said) == said.replace(text, "***")
    assert looks_personal(text)


@pytest.mark.parametrize(
    "text", ["LV40003521600", "ESB58378431", "BG175074752", "RO18547290", "SK2022749619", "CZ25123891"]
)
def test_R3_a_companys_vat_number_abroad_stays_readable(text: str) -> None:
    assert mask(f"Asiakas {text}") == f"Asiakas {text}"
    assert not looks_personal(text)


@pytest.mark.parametrize("text", ["BE0403170701", "BE 0403.170.701", "PL 111-222-33-34", "SK2022749619"])
def test_R3_foreign_vat_number_is_no_persons(text: str) -> None:
    """Masked, it would be asked for again at each attempt, and no text could name it (M3)."""
    assert not looks_personal(text)
