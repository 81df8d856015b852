"""What Severa leaves out: a stated value that the rules refuse or know, never a fault of ours."""

from __future__ import annotations

import datetime as dt
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from gateway.documents import Customer, RowKind, RowPart
from gateway.flows.sales_invoices.customers import CustomerCards
from gateway.severa import fields, responses
from tests.memory_home import MemoryLedger
from tests.unit.one_company import MemorySevera


def test_table_empty_invoice_is_read_and_then_refused() -> None:
    read = responses.invoice({})
    assert (read.id, read.number, read.currency, read.currency_rate) == ("", None, "", 0)
    assert read.date == read.due_date == fields.NO_DAY
    assert read.created_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert (read.total_excluding_tax.amount, read.overdue_interest, read.projects) == (0, None, ())


def test_F7_a_rate_that_is_not_told_is_none_and_not_one() -> None:
    """1 would book dollars as euros."""
    assert responses.invoice({"currencyRate": None}).currency_rate == 0
    assert responses.invoice({"currencyRate": 0}).currency_rate == 0
    assert responses.invoice({"currencyRate": Decimal("0.92")}).currency_rate == Decimal("0.92")


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00", "0001-01-01T00:00:00+02:00", None])
def test_table_the_first_day_of_the_calendar_is_none(text: str | None) -> None:
    read = responses.invoice({"createdDateTime": text, "lastUpdatedDateTime": text, "date": text})
    assert (read.created_at.year, read.updated_at, read.date) == (1970, None, dt.date.min)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-27",
        "2026-11-27T00:00:00",
        "2026-11-26T22:00:00Z",
        "2026-11-26T23:00:00Z",
        "2026-11-27T00:00:00+02:00",
        "2026-11-27T00:00:00+01:00",
        "2026-11-27T12:00:00Z",
    ],
)
def test_table_day_as_a_moment_is_the_companys_day(text: str) -> None:
    """Midnight in Finland, and in Sweden."""
    assert responses.invoice({"date": text}).date == dt.date(2026, 11, 27)
    assert responses.invoice({"dueDate": "2026-06-30T21:00:00Z"}).due_date == dt.date(2026, 7, 1)


def test_table_the_language_by_its_code_else_by_its_name() -> None:
    assert responses.invoice({"language": {"code": "fi", "englishName": "Finnish"}}).language == "fi"
    assert responses.invoice({"language": {"code": None, "englishName": "Swedish", "name": "Ruotsi"}}).language == (
        "Swedish"
    )
    assert responses.invoice({"language": {}}).language is None


def test_table_a_free_text_as_plain_text_else_as_it_was_written() -> None:
    texts = {"freeText1": {"plainText": "a", "text": "b"}, "freeText2": {"plainText": None, "text": "<b>c</b>"}}
    read = responses.invoice(texts)
    assert (read.free_text_above, read.free_text_below) == ("a", "<b>c</b>")


def test_P1_an_empty_row_is_one_of_fees() -> None:
    row = responses.row({"code": None, "unitPrice": {"amount": None}, "quantity": None})
    assert (row.id, row.kind, row.codes, row.quantity, row.unit_price.amount) == ("", RowKind.FEES, (), 0, 0)


@pytest.mark.parametrize("number", [-0.0, -1e-300, Decimal("-0.0")])
def test_decision_6_a_zero_has_no_sign(number: Any) -> None:
    """Events hold none, so the head would seem another one after its event, and never be written back."""
    assert not responses.row({"vatRate": number}).vat_percent.is_signed()  # type: ignore[union-attr]


@pytest.mark.parametrize("number", [1e300, -1e300, 1e25])
def test_O1_texts_beyond_an_events_limit_are_cut(number: float) -> None:
    """To what the rules refuse."""
    assert abs(responses.row({"quantity": number}).quantity) == fields.MOST


def test_D3_a_part_without_amount_or_with_an_impossible_one() -> None:
    there = {"project": {"guid": "p"}, "invoiceRowGuid": "r", "quantity": 1e300, "unitPrice": {"amount": 1e300}}
    _, huge = responses.row_part(there) or ("", None)
    _, none = responses.row_part({**there, "quantity": None}) or ("", None)
    assert huge is not None
    assert none is not None
    assert (huge.amount, none.amount) == (fields.MOST, 0)


def test_D3_hours_without_a_project_are_a_part_of_their_row() -> None:
    hours = {"invoiceRowGuid": "r", "project": None, "quantity": 2, "unitPrice": {"amount": 25}}
    assert responses.row_part(hours) == ("r", RowPart("", Decimal(50)))
    assert responses.row_part({**hours, "invoiceRowGuid": None}) is None


async def test_M4_customer_without_a_guid_is_as_the_invoice_says() -> None:
    """It has no business id then unless the invoice has one, and that is refused with a sentence."""
    head = Customer("", "Asiakas Oy", number=7)
    cards = CustomerCards(MemorySevera(), MemoryLedger().take())
    assert await cards.card(head) == head


@pytest.mark.parametrize("text", ["131052-308T", "131052-308U", "640823-3234", "640823-3235", "SE640823323401"])
def test_R3_a_persons_number_in_a_business_id_is_in_no_document(text: str) -> None:
    """A document becomes an event; a mistyped number is a person's too."""
    head, card = {"guid": "i", "receiverVatNumber": text}, {"guid": "c", "vatNumber": text}
    assert responses.invoice(head).business_id == "***"
    assert responses.customer(card).business_id == "***"
    assert (responses.receiver_id(head), responses.customer_id(card)) == (text, text)


@pytest.mark.parametrize("text", ["0112038-9", "FI01120389", "556016-0680", "SE556016068001", "DE123456789", "-", None])
def test_R3_a_companys_business_id_stays(text: str | None) -> None:
    assert responses.invoice({"receiverVatNumber": text}).business_id == text
    assert responses.customer({"vatNumber": text}).business_id == text
