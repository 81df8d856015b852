"""Exchange rates: both systems' rates, and the direction of Severa's (V2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Context, Decimal

#: Precision of a rate, in digits.
DIGITS = Context(prec=10)


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency in Severa."""

    code: str
    #: Relative to the organisation's currency; its direction isn't known (docs/api-facts.md 16, 63).
    rate: Decimal
    of_organisation: bool = False


@dataclass(frozen=True, slots=True)
class KnownRates:
    """What a foreign invoice's rate is compared with."""

    #: Severa's rate of the company's currency, 1 if that is the organisation's; None if Severa has none.
    company: Decimal | None = Decimal(1)
    #: Foreign units for one of the company's currency on `day`; None if it isn't compared.
    procountor: Decimal | None = None
    day: dt.date = dt.date.min
    #: The part by which they may differ.
    tolerance: Decimal = Decimal(0)


#: For an invoice in the company's own currency.
NOT_COMPARED = KnownRates()


def rate_of_company(currencies: Collection[Currency], own: str) -> Decimal | None:
    """What Severa's rates of other currencies are divided by; None if Severa has no rate of the company's currency."""
    found = next((one for one in currencies if one.code == own), None)
    if found is None or found.of_organisation:
        return Decimal(1) if found is not None else None
    return found.rate if found.rate > 0 else None


def quotient(rate: Decimal, of_company: Decimal) -> Decimal:
    """A rate relative to the organisation's currency, converted to the company's."""
    return rate / of_company


def nearest(rate: Decimal, theirs: Decimal, tolerance: Decimal) -> Decimal | None:
    """The rate or its inverse, whichever is nearer to Procountor's; None if neither is within the tolerance."""
    if theirs <= 0:
        return None
    chosen = min(rate, 1 / rate, key=lambda one: apart(one, theirs))
    return chosen if apart(chosen, theirs) <= tolerance else None


def apart(one: Decimal, other: Decimal) -> Decimal:
    """By what part the larger of two rates exceeds the smaller."""
    return max(one, other) / min(one, other) - 1
