"""Personal identity numbers of Finland and Sweden: form, day of birth and check digit (R2).

They live in memory of one step (R3): nothing here puts one into a text, and `repr` hides it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from stdnum import luhn

from gateway.errors import MASK
from gateway.rules.text.characters import visible

#: Finland: day, sign of the century, number of the day, check character. The letters beside - and A are in use since
#: 2023, for other people of the same days.
_FINNISH = re.compile(r"(\d{2})(\d{2})(\d{2})([-+A-FU-Y])(\d{3})([0-9A-Y])", re.ASCII)
_CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
#: Sweden: day with or without the century; + from the year in which a person turns 100.
_SWEDISH = re.compile(r"((?:18|19|20)?)(\d{2})(\d{2})(\d{2})([-+]?)(\d{4})", re.ASCII)
#: A coordination number has the day of birth plus 60.
_COORDINATION = 60
_HYPHENS = re.compile("[\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True, repr=False)
class PersonalId:
    """A valid personal identity number."""

    #: FI or SE.
    country: str
    #: The form that compares: 010190-900K, or twelve digits.
    canonical: str
    #: The form that Procountor's register usually has.
    written: str

    def __repr__(self) -> str:
        return f"PersonalId({self.country}, {MASK})"

    @property
    def kind(self) -> str:
        """Procountor's `identifierType`."""
        return "HETU" if self.country == "FI" else "SE"


def personal_id(text: str, country: str, on: dt.date) -> PersonalId | None:
    """Read a personal identity number; None if its form, its day of birth or its check digit is wrong.

    Finland's henkilötunnus; Sweden's personnummer and samordningsnummer, with or without the century. `country`: what a
    text is that is valid in both, FI or SE. `on`: today, for a Swedish number without its century.

    In Finland, a text with the form and the day of birth of a Finnish number is none of Sweden, whatever its check
    character is: a mistyped number would be somebody else's. There, a Swedish number can be written with the century.
    """
    plain = _HYPHENS.sub("-", re.sub(r"\s", "", visible(text))).upper()
    found = [one for one in (_finnish(plain), _swedish(plain, on)) if one is not None]
    if country == "FI" and _is_like_a_finnish_one(plain):
        found = [one for one in found if one.country == "FI"]
    return min(found, key=lambda one: one.country != country, default=None)


def same_person(text: str | None, own: PersonalId, on: dt.date) -> bool:
    """Whether a number in Procountor's register is this one."""
    there = personal_id(text or "", own.country, on)
    return there is not None and (there.country, there.canonical) == (own.country, own.canonical)


def _is_like_a_finnish_one(plain: str) -> bool:
    match = _FINNISH.fullmatch(plain)
    if match is None:
        return False
    day, month, year, sign, number, _ = match.groups()
    return _is_day(_CENTURIES[sign] + int(year), int(month), int(day)) and int(number) >= 2


def _finnish(plain: str) -> PersonalId | None:
    match = _FINNISH.fullmatch(plain)
    if match is None or not _is_like_a_finnish_one(plain):
        return None
    day, month, year, _, number, check = match.groups()
    if _CHECK[int(day + month + year + number) % 31] != check:
        return None
    return PersonalId("FI", plain, plain)


def _swedish(plain: str, on: dt.date) -> PersonalId | None:
    match = _SWEDISH.fullmatch(plain)
    if match is None:
        return None
    century, year, month, day, sign, number = match.groups()
    digits = year + month + day + number
    if not luhn.is_valid(digits):
        return None
    full = int(century + year) if century else _year(int(year), sign, on.year)
    born = int(day) - _COORDINATION if int(day) > _COORDINATION else int(day)
    if not _is_day(full, int(month), born) or full > on.year:
        return None
    return PersonalId("SE", f"{full:04d}{month}{day}{number}", f"{full:04d}{month}{day}-{number}")


def _year(short: int, sign: str, now: int) -> int:
    """The year of birth of a number without a century: the latest one that is not to come, or with a + the one a
    hundred years earlier.
    """
    latest = now - (now - short) % 100
    return latest - 100 if sign == "+" else latest


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True
