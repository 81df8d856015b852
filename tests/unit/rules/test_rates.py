"""The rate of a foreign invoice: of the company's currency, and which way round it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import SalesInvoice
from gateway.errors import Permanent
from gateway.flows.sales_invoices.rules.rate import rate_note, rate_of
from gateway.rules.profile import CompanyProfile
from gateway.rules.rates import Currency, KnownRates, apart, nearest, rate_of_company
from tests.unit.invoices import PROFILE, an_invoice

DAY = dt.date(2026, 3, 2)


def dollars(rate: str, **changes: Any) -> SalesInvoice:
    return an_invoice(currency="USD", currency_rate=Decimal(rate), **changes)


def held_against(theirs: str | None, company: str | None = "1", **changes: Any) -> CompanyProfile:
    rates = KnownRates(Decimal(company) if company else None, Decimal(theirs) if theirs else None, DAY, Decimal("0.15"))
    return replace(PROFILE, rates=rates, **changes)


@pytest.mark.parametrize(
    ("severa", "company", "theirs", "sent", "turned"),
    [
        ("1.09", "1", "1.08", "1.09", False),
        ("0.92", "1", "1.08", "1.086956522", True),
        ("0.95", "1", "1.05", "1.052631579", True),  # both are near: the nearer
        ("1.24", "1", "1.08", "1.24", False),
        ("1", "0.0893", "0.0893", "0.0893", True),  # a Swedish company, euros, an organisation in euros
        ("1", "11.2", "0.0893", "0.08928571429", False),
        ("0.926", "0.0893", "0.0964", "0.09643628510", True),  # dollars
        ("0.92", "1", None, "0.92", False),
        ("2.16", "2", None, "1.08", False),
    ],
)
def test_V2_rate_is_the_way_round_that_is_near_procountors(
    severa: str, company: str, theirs: str | None, sent: str, turned: bool
) -> None:
    """It is that of the company's currency."""
    profile = held_against(theirs, company)
    assert rate_of(dollars(severa), profile).sent == Decimal(sent)
    assert ("is inverted" in (rate_note(dollars(severa), profile) or "")) is turned


@pytest.mark.parametrize(
    ("severa", "company", "theirs", "code"),
    [
        ("1.25", "1", "1.08", "CURRENCY_RATE_DIFFERS"),
        ("0.8", "1", "1.08", "CURRENCY_RATE_DIFFERS"),
        ("1", "1", "11.2", "CURRENCY_RATE_DIFFERS"),
        ("1.08", "1", "0", "CURRENCY_RATE_DIFFERS"),
        ("1.08", None, "1.08", "CURRENCY_RATE_MISSING"),
        ("0", "1", "1.08", "CURRENCY_RATE_WRONG"),
        ("1000001", "1", "1000001", "CURRENCY_RATE_WRONG"),
        ("0.0000005", "1", "2000000", "CURRENCY_RATE_WRONG"),
    ],
)
def test_V2_a_rate_that_is_near_neither_way_round_is_refused(
    severa: str, company: str | None, theirs: str, code: str
) -> None:
    with pytest.raises(Permanent, match=code):
        rate_of(dollars(severa), held_against(theirs, company))


def test_V2_refusal_names_both_rates_and_stays_one_cause() -> None:
    """While Procountor's moves."""
    causes = []
    for theirs in ("1.080", "1.081"):
        with pytest.raises(Permanent) as caught:
            rate_of(dollars("1.5"), held_against(theirs))
        causes.append(caught.value.cause)
        rate = f"{theirs.rstrip('0')} USD for 1 EUR"
        assert f"the rate 1.5 for USD. Procountor's rate of 2026-03-02 is {rate}." in caught.value.message
        assert "by more than 15 %" in caught.value.message
    assert causes[0] == causes[1]


def test_V2_at_home_the_rate_is_1_whatever_severa_says() -> None:
    kronor = an_invoice(currency="SEK", currency_rate=Decimal("0.0885"))
    profile = held_against("11.2", country="SE", currency="SEK")
    assert (rate_of(kronor, profile).sent, rate_note(kronor, profile)) == (1, None)


def test_V2_a_foreign_currency_at_1_is_told() -> None:
    """No rate was given in Severa, perhaps, and Procountor's is near 1 too."""
    said = "The rate of USD is 1, as if USD were EUR. Check it before the invoice is sent."
    assert rate_note(dollars("1"), held_against("1.08")) == said
    assert rate_note(dollars("1.09"), held_against("1.08")) is None


def test_V2_severas_rates_are_of_the_organisations_currency() -> None:
    known = [
        Currency("EUR", Decimal(7), of_organisation=True),
        Currency("SEK", Decimal("0.09")),
        Currency("NOK", Decimal(0)),
    ]
    assert [rate_of_company(known, own) for own in ("EUR", "SEK", "NOK", "DKK")] == [1, Decimal("0.09"), None, None]


RATES = st.decimals("0.0001", 10_000, places=4)


@given(RATES, RATES)
def test_V2_what_is_chosen_is_never_the_farther_one(rate: Decimal, theirs: Decimal) -> None:
    chosen = nearest(rate, theirs, Decimal("0.15"))
    both = [apart(rate, theirs), apart(1 / rate, theirs)]
    assert (chosen is None) == (min(both) > Decimal("0.15")) or abs(min(both) - Decimal("0.15")) < Decimal("1e-8")
    assert chosen is None or apart(chosen, theirs) - min(both) < Decimal("1e-8")
