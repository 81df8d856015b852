"""VAT law: the EU's countries and numbers, and percentages with their days."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK"
#: EU members, and Monaco, which counts as France for VAT.
EU = frozenset(_MEMBERS.split())
#: The beginnings of VAT numbers in the EU.
EU_PREFIXES = EU - {"GR", "MC"} | {"EL"}
#: Åland counts as Finland for Finnish sellers, and as outside the EU for others.
HOME = {"FI": frozenset(("FI", "AX")), "SE": frozenset(("SE",))}

_START, _END = dt.date.min, dt.date.max
#: Percentages with a first or last day by law: country, percentage, days. Others have no bounds
#: (docs/api-facts.md 15).
PERIODS: dict[tuple[str, Decimal], tuple[dt.date, dt.date]] = {
    ("FI", Decimal(24)): (dt.date(2013, 1, 1), dt.date(2024, 8, 31)),
    ("FI", Decimal("25.5")): (dt.date(2024, 9, 1), _END),
    ("FI", Decimal(14)): (dt.date(2013, 1, 1), dt.date(2025, 12, 31)),
    ("FI", Decimal("13.5")): (dt.date(2026, 1, 1), _END),
}
#: The general percentages that a country has had.
GENERAL = {"FI": (Decimal(24), Decimal("25.5")), "SE": (Decimal(25),)}


def in_force(percent: Decimal, country: str, on: dt.date) -> bool:
    """Whether the law of the company's country had this percentage on a day."""
    first, last = PERIODS.get((country, percent), (_START, _END))
    return first <= on <= last


def general_percent(country: str, on: dt.date) -> Decimal | None:
    """The general percentage of the company's country on a day; None before the known ones."""
    return next((percent for percent in GENERAL[country] if in_force(percent, country, on)), None)
