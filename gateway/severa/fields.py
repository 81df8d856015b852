"""Values of Severa's answers as documents hold them: days, times, decimals, money, texts without personal numbers."""

from __future__ import annotations

import datetime as dt
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from gateway.documents import Money
from gateway.errors import MASK, looks_personal
from gateway.http.trees import an_object, flag, moment, number, part, text

T = TypeVar("T", bool, int, str)

FINEST = Decimal("0.00000001")
#: The largest amount. Larger values are reduced to it: events can hold it, and the rules refuse it.
MOST = Decimal("999999999999999.9")
#: An absent day: the calendar's first day, as Severa's own servers write it. The rules refuse it.
NO_DAY = dt.date.min
FINLAND = ZoneInfo("Europe/Helsinki")


def of_type(tree: object, name: str, kind: type[T]) -> T | None:
    """A field that few documents need: a wrong type counts as absent, and stops no transfer."""
    value = an_object(tree).get(name)
    return value if isinstance(value, kind) else None


def guid_of(tree: object) -> str:
    """An object's guid; empty when it has none."""
    return text(tree, "guid") or ""


def no_person(text: str | None) -> str | None:
    """Documents become events, so they contain no personal identity number (R3); a transfer reads the number when it
    needs it.
    """
    return MASK if text and looks_personal(text) else text


def free_text(tree: object, name: str) -> str | None:
    """FreeTextModel2: the plain text, otherwise the text as it was written; tags are removed later."""
    free = part(tree, name)
    return text(free, "plainText") or text(free, "text")


def day_of(tree: object, name: str) -> dt.date:
    """A day that Severa writes as a moment is midnight in the company's zone.

    Midnight in Sweden is 01:00 of the same day in Finland, so Finland's clock gives the day for both.
    """
    at = moment(tree, name)
    if at is None:
        return NO_DAY
    day = at.date()
    return at.astimezone(FINLAND).date() if at.tzinfo and day != NO_DAY else day


def time_of(tree: object, name: str) -> datetime | None:
    """Severa's times have a zone; a time without one is UTC. The calendar's first day means none."""
    at = moment(tree, name)
    if at is None or at.date() == NO_DAY:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def decimal_of(tree: object, name: str) -> Decimal | None:
    """A double of Severa's as a Decimal."""
    value = number(tree, name)
    return within(value) if value is not None else None


def within(number: Decimal) -> Decimal:
    """Rounded to eight decimals, as events hold: beyond there is only noise (a third of an hour)."""
    bounded = max(min(number, MOST), -MOST)
    exponent = bounded.as_tuple().exponent
    fine = isinstance(exponent, int) and exponent < -8
    return (bounded.quantize(FINEST) if fine else bounded) + 0  # without a negative zero, which events can't hold


def is_active(tree: object) -> bool:
    """In use, also if Severa says nothing."""
    return flag(tree, "isActive") or an_object(tree).get("isActive") is None


def money_of(tree: object, name: str, currency: str) -> Money:
    money = part(tree, name)
    return Money(decimal_of(money, "amount") or Decimal(0), text(money, "currencyCode") or currency)
