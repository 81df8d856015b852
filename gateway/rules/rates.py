"""Rates of exchange: what both sides say, and which way round Severa's is (V2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Context, Decimal

#: Digits of a rate.
DIGITS = Context(prec=10)


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency in Severa. `rate` is relative to the organisation's own; which way round isn't known
    (docs/api-facts.md 16, 63).
    """

    code: str
    rate: Decimal
    of_organisation: bool = False


@dataclass(frozen=True, slots=True)
class KnownRates:
    """What the rate of a foreign invoice is held against.

    `company`: Severa's rate of the company's currency, 1 where that is the organisation's; None: Severa has none.
    `procountor`: foreign units for one of the company's currency on `day`; None: it isn't compared.
    `tolerance`: the part by which they may differ.
    """

    company: Decimal | None = Decimal(1)
    procountor: Decimal | None = None
    day: dt.date = dt.date.min
    tolerance: Decimal = Decimal(0)


#: Of an invoice in the company's own currency.
NOT_COMPARED = KnownRates()


def rate_of_company(currencies: Collection[Currency], own: str) -> Decimal | None:
    """What Severa's rates of other currencies are to be divided by; None when it has no rate of the company's own."""
    found = next((one for one in currencies if one.code == own), None)
    if found is None or found.of_organisation:
        return Decimal(1) if found is not None else None
    return found.rate if found.rate > 0 else None


def quotient(rate: Decimal, of_company: Decimal) -> Decimal:
    """A rate relative to the organisation's currency as one relative to the company's."""
    return rate / of_company


def nearest(rate: Decimal, theirs: Decimal, tolerance: Decimal) -> Decimal | None:
    """The rate as it is or its inverse, whichever is nearer to theirs; None when neither is within the tolerance."""
    if theirs <= 0:
        return None
    chosen = min(rate, 1 / rate, key=lambda one: apart(one, theirs))
    return chosen if apart(chosen, theirs) <= tolerance else None


def apart(one: Decimal, other: Decimal) -> Decimal:
    """By which part the larger of two rates is more than the smaller."""
    return max(one, other) / min(one, other) - 1
