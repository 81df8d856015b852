"""Sole traders abroad whose VAT number is a personal identity number, recognised by form and check digits (R3).

Not recognised: the Netherlands (until 2019 a sole trader's number, which looks like a company's), Ireland, Portugal,
Greece and Croatia, where persons and companies have tax numbers of the same form (docs/requirements.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from stdnum.bg import egn
from stdnum.cz import rc
from stdnum.es import dni, nie
from stdnum.lv import pvn
from stdnum.ro import cnp


def _latvian(digits: str) -> bool:
    """A company's first digit is above 3."""
    return digits[0] in "0123" and pvn.is_valid(digits)


def _spanish(text: str) -> bool:
    return dni.is_valid(text) or nie.is_valid(text)


_PERSONS: Mapping[str, Callable[[str], bool]] = {
    "BG": egn.is_valid,
    "CZ": rc.is_valid,
    "ES": _spanish,
    "LV": _latvian,
    "RO": cnp.is_valid,
    "SK": rc.is_valid,
}
_NUMBER = re.compile(
    rf"\b({'|'.join(_PERSONS)})[ -]?([0-9](?:[./-]?[0-9]){{8,12}}|[0-9XYZ][0-9]{{7}}-?[A-Z])(?![^\W_])", re.I
)


def is_person_abroad(plain: str) -> bool:
    """Whether a VAT number without separators is a person's."""
    return _person(plain[:2], plain[2:])


def mask_abroad(text: str, sign: str) -> str:
    """The text with `sign` in place of each such number."""
    return _NUMBER.sub(lambda found: sign if _person(found[1], re.sub(r"\W", "", found[2])) else found[0], text)


def _person(country: str, number: str) -> bool:
    is_valid = _PERSONS.get(country.upper())
    return is_valid is not None and bool(number) and is_valid(number.upper())
