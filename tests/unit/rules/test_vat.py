"""VAT by stated rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gateway.documents import Address
from gateway.rules.identifiers import identifier
from gateway.rules.sales_invoice import map_invoice
from gateway.rules.vat import PERIODS, check_vat, in_force, vat_notes, vat_number_note, vat_status
from tests.unit.invoices import TERMS, a_row, an_invoice


@pytest.mark.parametrize(
    ("home", "customer", "percent", "status"),
    [
        ("FI", "FI", "25.5", 1),
        ("FI", "FI", "0", 1),
        ("FI", "AX", "0", 1),
        ("SE", "AX", "0", 3),
        ("FI", "SE", "0", 5),
        ("SE", "FI", "0", 5),
        ("FI", "SE", "25.5", 1),
        ("FI", "MC", "0", 5),
        ("FI", "GB", "0", 3),
        ("FI", "NO", "0", 3),
        ("FI", "US", "25.5", 1),
        ("FI", None, "0", 1),
    ],
)
def test_F7_vat_status_by_the_receivers_country_and_what_is_charged(
    home: str, customer: str | None, percent: str, status: int
) -> None:
    invoice = an_invoice(rows=(a_row(vat_percent=Decimal(percent)),))
    assert vat_status(invoice, customer, home) == status


def test_F7_one_row_with_vat_makes_the_whole_domestic() -> None:
    rows = (a_row(vat_percent=Decimal(0)), a_row(2, vat_percent=Decimal("13.5")))
    assert vat_status(an_invoice(rows=rows), "DE", "FI") == 1


@pytest.mark.parametrize(
    ("percent", "day", "there"),
    [
        ("24", "2024-08-31", True),
        ("24", "2024-09-01", False),
        ("25.5", "2024-08-31", False),
        ("25.50", "2024-09-01", True),
        ("14", "2025-12-31", True),
        ("13.5", "2025-12-31", False),
        ("13.5", "2026-01-01", True),
        ("10", "2020-01-01", True),
    ],
)
def test_F7_percentages_have_their_days(percent: str, day: str, there: bool) -> None:
    assert in_force(Decimal(percent), "FI", dt.date.fromisoformat(day)) is there
    assert in_force(Decimal(percent), "SE", dt.date.fromisoformat(day))


def test_F7_what_was_delivered_before_a_change_goes_over_and_it_is_said() -> None:
    rows = (a_row(vat_percent=Decimal(14)), a_row(2, vat_percent=Decimal("25.5")))
    terms = replace(TERMS, vat_percents=TERMS.vat_percents | {Decimal(14)})
    late = an_invoice(rows=rows, date=dt.date(2026, 1, 2))
    check_vat(late, terms)
    assert vat_notes(late, terms) == [
        "Row 1 (Consulting) has VAT 14 %, which was not in force on the invoice's date 2026-01-02."
    ]
    assert vat_notes(replace(late, date=dt.date(2025, 12, 30)), terms) == []
    assert vat_notes(replace(late, is_credit_note=True), terms) == []


def test_F7_periods_of_a_country_do_not_overlap_their_successors() -> None:
    assert PERIODS["FI", Decimal(24)][1] + dt.timedelta(days=1) == PERIODS["FI", Decimal("25.5")][0]
    assert PERIODS["FI", Decimal(14)][1] + dt.timedelta(days=1) == PERIODS["FI", Decimal("13.5")][0]


@pytest.mark.parametrize(
    ("status", "business_id", "country", "said"),
    [
        (5, "DE123456789", "DE", False),
        (5, "EL 123456789", "GR", False),
        (5, "SE556016068001", "SE", True),
        (1, "SE556016068001", "SE", False),
        (5, "FI01120389", "FI", True),
        (5, "123456789", "DE", True),
        (5, "GR123456789", "GR", True),
        (3, "12-345", "US", False),
        (1, "123456789", "DE", False),
    ],
)
def test_F7_a_sale_within_the_eu_without_a_vat_number_is_said(
    status: int, business_id: str, country: str, said: bool
) -> None:
    assert (vat_number_note([1, status], identifier(business_id, country)) is not None) == said


@pytest.mark.parametrize(
    ("home", "number", "address"),
    [
        ("FI", "SE556016068001", Address("Gatan 1", "11122", "Stockholm", "Sverige")),
        ("SE", "FI01120389", Address("Katu 1", "00100", "Helsinki", "Suomi")),
    ],
)
def test_F7_the_vat_number_of_a_sale_between_finland_and_sweden_is_said(
    home: str, number: str, address: Address
) -> None:
    """The directive wants it on the invoice (article 226 (4)); whether Procountor's taxCode is it isn't known."""
    rows = (a_row(vat_percent=Decimal(0)),)
    invoice = an_invoice(rows=rows, business_id=number, receiver_address=address, currency_rate=Decimal(9))
    mapped = map_invoice(invoice, replace(TERMS, country=home), 1, {"CONS": 1}, "m")
    assert mapped.body["vatStatus"] == 5
    assert any(f"not the VAT number {number}" in note for note in mapped.notes)


def test_R3_the_vat_number_of_a_sole_trader_is_not_said() -> None:
    assert "3234" not in (vat_number_note([5], identifier("640823-3234", "SE")) or "")


def test_F7_a_row_without_vat_has_its_own_status_beside_one_with_vat() -> None:
    """API fact 2.8: the row's overrides the head's. A room in Helsinki is charged on with VAT, consulting without."""
    rows = (a_row(1, vat_percent=Decimal(0)), a_row(2, vat_percent=Decimal("25.5")))
    german = Address("Hauptstr. 1", "10115", "Berlin", "Germany")
    invoice = an_invoice(rows=rows, business_id="DE123456789", receiver_address=german)
    body: Any = map_invoice(invoice, TERMS, 1, {"CONS": 1}, "m").body
    assert body["vatStatus"] == 1
    assert [row.get("vatStatus") for row in body["invoiceRows"]] == [5, None]


def test_F7_rows_that_are_as_the_head_have_no_status_of_their_own() -> None:
    rows = (a_row(1, vat_percent=Decimal(0)), a_row(2, vat_percent=Decimal(0)))
    body: Any = map_invoice(an_invoice(rows=rows), TERMS, 1, {"CONS": 1}, "m").body
    assert not any("vatStatus" in row for row in body["invoiceRows"])


def test_F7_the_receivers_address_decides_and_not_the_business_id() -> None:
    invoice = an_invoice(rows=(a_row(vat_percent=Decimal(0)),), receiver_address=Address("s", "z", "c", "Deutschland"))
    assert vat_status(invoice, "DE", "FI") == 5
