"""All that can be known of an invoice at once is refused at once (Q3, B8)."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import Address, Money, SalesInvoice
from gateway.errors import Permanent
from gateway.flows.sales_invoices.rules.mapping import check_invoice, map_invoice
from gateway.rules.rates import KnownRates
from tests.unit.errors.test_texts import ODD
from tests.unit.invoices import PROFILE, a_row, an_invoice


def found(invoice: SalesInvoice, **profile: Any) -> list[str]:
    """Codes of all that is refused."""
    try:
        check_invoice(invoice, replace(PROFILE, accounts=frozenset({"3000"}), **profile))
    except Permanent as error:
        return [error.code, *(one.code for one in error.others)]
    return []


def test_Q3_B8_five_faults_are_found_at_once() -> None:
    address = Address("Mannerheimintie 1", "00100", None, None)
    assert found(
        an_invoice(
            business_id="0112038-8",
            receiver_address=address,
            due_date=dt.date(2031, 1, 1),
            overdue_interest=Decimal(-4),
        )
    ) == ["COUNTRY_MISSING", "BUSINESS_ID_INVALID", "DUE_DATE_WRONG", "INTEREST_WRONG", "ADDRESS_INCOMPLETE"]


def _of_rows(invoice: SalesInvoice, *positions: int, **changes: Any) -> SalesInvoice:
    rows = tuple(replace(row, **changes) if row.position in positions else row for row in invoice.rows)
    return replace(invoice, rows=rows)


#: Faults that have nothing to do with each other, by code.
FAULTS: dict[str, Any] = {
    "NUMBER_MISSING": lambda one: replace(one, number=None),
    "CUSTOMER_NUMBER_MISSING": lambda one: replace(one, customer=replace(one.customer, number=None)),
    "COUNTRY_UNKNOWN": lambda one: replace(one, receiver_address=replace(one.receiver_address, country="Nowhere")),
    "BUSINESS_ID_INVALID": lambda one: replace(one, business_id="FI01120388"),
    "ADDRESS_INCOMPLETE": lambda one: replace(one, receiver_address=replace(one.receiver_address, city=" ")),
    "DUE_DATE_WRONG": lambda one: replace(one, due_date=dt.date(2031, 1, 1)),
    "INTEREST_WRONG": lambda one: replace(one, overdue_interest=Decimal(-4)),
    "TOTAL_DIFFERS": lambda one: replace(one, total_excluding_tax=Money(Decimal(1), "EUR")),
    "ACCOUNT_MISSING": lambda one: _of_rows(one, 1, 2, sales_account="9"),
    "VAT_MISSING": lambda one: _of_rows(one, 3, vat_percent=None),
    "VAT_NOT_IN_USE": lambda one: _of_rows(one, 4, vat_percent=Decimal(24)),
    "PRODUCT_CODE_WRONG": lambda one: _of_rows(one, 5, codes=("A" * 41,)),
}
#: How many of its rows have it.
ROWS = {"ACCOUNT_MISSING": 2}


@given(st.sets(st.sampled_from(sorted(FAULTS))))
def test_Q3_whatever_is_wrong_is_found_and_nothing_else(codes: set[str]) -> None:
    sound = an_invoice(rows=tuple(a_row(n) for n in range(1, 6)))
    sound = replace(sound, total_including_tax=Money(Decimal(0), "EUR"))
    wrong = reduce(lambda invoice, code: FAULTS[code](invoice), sorted(codes), sound)
    assert sorted(found(wrong)) == sorted(code for code in codes for _ in range(ROWS.get(code, 1)))


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"rows": ()}, ["ROWS_MISSING"]),
        ({"rows": (a_row(vat_percent=None),), "total_including_tax": Money(Decimal(9), "EUR")}, ["VAT_MISSING"]),
        ({"rows": (a_row(), a_row(2, unit_price=Money(Decimal(5), "SEK")))}, ["CURRENCY_MIXED"]),
        ({"rows": (a_row(quantity=Decimal("1E+20")),)}, ["NUMBER_TOO_LONG", "NUMBER_TOO_LONG"]),
        ({"date": dt.date.min, "due_date": dt.date.min}, ["DATE_MISSING", "DATE_MISSING"]),
        ({"receiver_address": Address("a", "1", "b", "Nowhere"), "rows": (a_row(vat_percent=Decimal(0)),)},
         ["COUNTRY_UNKNOWN"]),
        ({"currency": "???"}, ["CURRENCY_UNKNOWN"]),
    ],
)  # fmt: skip
def test_Q3_what_only_follows_from_another_fault_is_left_out(changes: dict[str, Any], codes: list[str]) -> None:
    """A sum of two currencies, say, or the VAT status of a sale to nobody knows where."""
    assert found(an_invoice(**changes)) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("0112038-8", ["BUSINESS_ID_INVALID"]),
        ("0112038\u20118", ["BUSINESS_ID_INVALID"]),
        ("FI01120388", ["BUSINESS_ID_INVALID"]),
        ("SE5560160681", ["BUSINESS_ID_INVALID"]),
        ("0112038-9", []),
        ("923609016", []),
        ("550110-0870", []),
        ("DE123456789", []),
        ("", ["BUSINESS_ID_MISSING"]),
    ],
)
def test_M4_id_without_a_country_is_judged_by_itself(text: str, codes: list[str]) -> None:
    """923609016 is a Norwegian one, 550110-0870 reads like one of Iceland or of Sweden."""
    invoice = an_invoice(business_id=text, receiver_address=Address("a", "1", "b", None))
    invoice = replace(invoice, customer=replace(invoice.customer, business_id=None))
    assert found(invoice) == ["COUNTRY_MISSING", *codes]


@given(*[st.decimals(-(10**7), 10**7, places=8)] * 5)
def test_B8_numbers_are_shown_as_people_write_them(
    quantity: Decimal, price: Decimal, percent: Decimal, rate: Decimal, total: Decimal
) -> None:
    """In errors and notes, of an invoice in a foreign currency."""
    row = a_row(quantity=quantity, unit_price=Money(price, "USD"), vat_percent=percent)
    invoice = an_invoice(
        rows=(row,),
        currency="USD",
        currency_rate=rate,
        overdue_interest=percent,
        is_credit_note=total > 0,
        total_excluding_tax=Money(total, "USD"),
        total_including_tax=Money(total, "USD"),
    )
    rates = KnownRates(Decimal(1), Decimal("1.08000"), dt.date(2026, 3, 2), Decimal("0.1500"))
    profile, said = replace(PROFILE, rates=rates), list[str]()
    try:
        check_invoice(invoice, profile)
    except Permanent as error:
        said += [error.message, *(one.message for one in error.others)]
    with suppress(Permanent):
        said += map_invoice(invoice, profile, 1, {"CONS": 1}, "m").notes
    assert [one for one in said if ODD.search(one)] == []
