"""Terms of payment, currencies, references."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import Money
from gateway.errors import Permanent
from gateway.flows.sales_invoices.rules.payment import (
    bank_reference,
    check_currency,
    check_interest,
    check_term,
    reference_code,
    reference_note,
)
from tests.unit.invoices import PROFILE, a_row, an_invoice


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"currency": "XYZ"}, "CURRENCY_UNKNOWN"),
        ({"currency": ""}, "CURRENCY_UNKNOWN"),
        ({"rows": (a_row(), a_row(2, unit_price=Money(Decimal(1), "SEK")))}, "CURRENCY_MIXED"),
        ({"currency": "USD", "currency_rate": Decimal(0), "rows": ()}, "CURRENCY_RATE_WRONG"),
        ({"currency": "USD", "currency_rate": Decimal(1_000_001), "rows": ()}, "CURRENCY_RATE_WRONG"),
    ],
)
def test_F7_currencies_that_can_not_go_over(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Permanent, match=code):
        check_currency(an_invoice(**changes), PROFILE)


def test_F7_a_row_that_names_no_currency_has_the_invoices() -> None:
    check_currency(an_invoice(rows=(a_row(unit_price=Money(Decimal(92), "")),)), PROFILE)


@pytest.mark.parametrize(("days", "possible"), [(-1, False), (0, True), (999, True), (1000, False)])
def test_table_terms_of_0_to_999_days(days: int, possible: bool) -> None:
    day = dt.date(2026, 3, 2)
    invoice = an_invoice(date=day, due_date=day + dt.timedelta(days=days))
    if possible:
        check_term(invoice)
    else:
        with pytest.raises(Permanent, match="DUE_DATE_WRONG"):
            check_term(invoice)


@given(st.integers(100, 10**18))
def test_table_every_finnish_reference_goes_over_in_finland_only(number: int) -> None:
    weighted = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(str(number))))
    right, wrong = f"{number}{-weighted % 10}", f"{number}{(1 - weighted) % 10}"
    assert (reference_code(f"00 {right}"), reference_code(wrong), reference_code(right, "SE")) == (right, "", "")


def test_table_a_reference_that_does_not_go_over_is_told() -> None:
    assert reference_note(an_invoice(reference_number="1233"), PROFILE) is not None
    assert reference_note(an_invoice(reference_number="1232"), PROFILE) is None
    assert reference_note(an_invoice(reference_number=" "), PROFILE) is None
    own = replace(PROFILE, own_reference=True)
    assert reference_note(an_invoice(reference_number="1233"), own) is None
    assert [bank_reference(an_invoice(reference_number="1232"), one) for one in (PROFILE, own)] == ["1232", ""]
    assert reference_code("rf18 5390 0754 7034", "SE") == "RF18539007547034"
    assert reference_code("RF18-5390.0754:7034", "SE") == "RF18539007547034"
    assert reference_code("RF1853900754703\u0664") == ""


@pytest.mark.parametrize("which", ["date", "due_date"])
def test_table_a_day_that_severa_does_not_tell_is_refused(which: str) -> None:
    with pytest.raises(Permanent, match="DATE_MISSING"):
        check_term(an_invoice(**{which: dt.date.min}))


@pytest.mark.parametrize(
    ("interest", "possible"),
    [(None, True), ("0", True), ("999.994", True), ("-0.01", False), ("999.995", False), ("999999999999999.9", False)],
)
def test_table_an_interest_that_no_invoice_can_have_is_refused(interest: str | None, possible: bool) -> None:
    invoice = an_invoice(overdue_interest=None if interest is None else Decimal(interest))
    if possible:
        check_interest(invoice)
    else:
        with pytest.raises(Permanent, match="INTEREST_WRONG"):
            check_interest(invoice)
