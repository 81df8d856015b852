"""The rate of a foreign invoice: foreign units for one of the company's currency (V2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.documents import SalesInvoice
from gateway.errors import Varying, plain_number, refuse
from gateway.rules.fields import HIGHEST_RATE
from gateway.rules.profile import CompanyProfile
from gateway.rules.rates import DIGITS, nearest, quotient


@dataclass(frozen=True, slots=True)
class Rate:
    """An invoice's rate."""

    #: Severa's rate of the company's currency.
    severa: Decimal
    #: That rate, or its inverse.
    sent: Decimal


def rate_of(invoice: SalesInvoice, profile: CompanyProfile) -> Rate:
    """The rate of an invoice, 1 in the company's own currency. Raises Permanent.

    Severa's rate is relative to the organisation's currency, so it is divided by the rate of the company's currency.
    The quotient, or its inverse, must be near Procountor's rate of the day.
    """
    if invoice.currency == profile.currency:
        return Rate(Decimal(1), Decimal(1))
    rates = profile.rates
    facts: dict[str, Any] = {"number": invoice.number, "currency": invoice.currency}
    if not 0 < invoice.currency_rate <= HIGHEST_RATE:
        raise refuse("CURRENCY_RATE_WRONG", rate=invoice.currency_rate, **facts)
    if rates.company is None:
        raise refuse("CURRENCY_RATE_MISSING", own=profile.currency, **facts)
    severa = quotient(invoice.currency_rate, rates.company)
    sent = severa if rates.procountor is None else nearest(severa, rates.procountor, rates.tolerance)
    if sent is None:
        raise refuse(
            "CURRENCY_RATE_DIFFERS",
            rate=plain_number(DIGITS.plus(severa)),
            theirs=Varying(plain_number(rates.procountor or Decimal(0))),
            day=Varying(rates.day),
            own=profile.currency,
            percent=plain_number(rates.tolerance * 100),
            **facts,
        )
    if sent > HIGHEST_RATE:
        raise refuse("CURRENCY_RATE_WRONG", rate=plain_number(DIGITS.plus(sent)), **facts)
    return Rate(DIGITS.plus(severa), DIGITS.plus(sent))


def rate_note(invoice: SalesInvoice, profile: CompanyProfile) -> str | None:
    """A note about an inverted rate, or about a rate of 1 in a foreign currency, which may mean that none was set."""
    currency, own, theirs = invoice.currency, profile.currency, profile.rates.procountor
    rate = rate_of(invoice, profile)
    if rate.sent != rate.severa and theirs is not None:
        return (
            f"Severa's rate of {currency}, {plain_number(rate.severa)}, is inverted compared with Procountor's, "
            f"{plain_number(theirs)} {currency} for 1 {own}. The gateway sent {plain_number(rate.sent)}."
        )
    if currency == own or rate.sent != 1:
        return None
    return f"The rate of {currency} is 1, as if {currency} were {own}. Check it before the invoice is sent."
