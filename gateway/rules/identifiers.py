"""Business ids and IBANs: compared in one form, sent in the form that Procountor stores (M1-M4, L2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import iban as iban_numbers
from stdnum.eu import vat
from stdnum.fi import ytunnus
from stdnum.se import orgnr

from gateway.errors import MASK, Permanent, configuration, is_finnish, looks_personal, refuse
from gateway.rules.codes.countries import is_country
from gateway.rules.text.characters import visible
from gateway.rules.text.fit import fit

#: What people write between digits: spaces, points, slashes, every kind of hyphen, a plus.
_BETWEEN = re.compile(r"[\s./+\u2010-\u2015\u2212\u00ad-]")
#: The form of personal numbers: the day of birth, a hyphen or a plus.
_HYPHENED = re.compile(r"[0-9]{6}\s?[-+\u2010-\u2015\u2212]")
#: Words for the kind of number that follows; some look like country codes (Libya, Mayotte, Nauru).
_WORD = re.compile(r"^(?:LY|YT|ALV|VAT|NR|MOMS)(?=(?:FI|SE)?\d)")
#: Seven digits, a hyphen, a digit.
_FINNISH_ONLY = re.compile(r"[0-9]{7}\s?[-\u2010-\u2015\u2212]\s?[0-9]")
#: Beginnings of foreign ids, such as DE1, ATU1, FRXX1. Any other id of a Finnish or Swedish customer must be one of its
#: own country, so that FIO1120389 is an error and not a new partner.
_FOREIGN = re.compile(r"(?!FI|SE)([A-Z]{2})[A-Z0-9]{0,2}\d")
#: Beginnings of VAT numbers that are not country codes: Greece's, Northern Ireland's.
_NO_COUNTRIES = ("EL", "XI")


@dataclass(frozen=True, slots=True)
class Identifier:
    """A business id."""

    #: FI, SE, or empty for all others.
    country: str
    #: The form that compares.
    canonical: str
    #: The form that is sent.
    written: str


def identifier(text: str, country: str | None) -> Identifier:
    """Read a business id; `country` (alpha-2) decides for ids without a prefix.

    FI: 1234567-8 = FI12345678 = 12345678, the old form with six digits too. SE: organisation numbers with or without
    hyphen, VAT numbers ending in 01, personal company numbers with or without century. Åland's are Finnish. All others
    stay as they are, without spaces, in Windows-1252. Raises Permanent for a wrong Finnish or Swedish check digit, and
    for a Finnish personal identity number, wherever its owner lives (R3).
    """
    text = visible(text)
    plain = _BETWEEN.sub("", text).upper()
    if MASK in text or _is_finnish_person(text, plain, country):
        raise _swedish_error(text) if country == "SE" else _finnish_error(text)
    if country in ("FI", "AX", "SE"):
        plain = _WORD.sub("", plain, count=1)
    at_home = not _is_foreign(plain)
    if re.match(r"FI\d", plain) or (country in ("FI", "AX") and at_home):
        return _finnish(text, plain.removeprefix("FI"))
    if re.match(r"SE\d", plain) or (country == "SE" and at_home):
        return _swedish(text, plain)
    written = re.sub(r"\s", "", text).upper()
    return Identifier("", plain, fit("", written, len(written))[0])


def country_by_form(text: str) -> str | None:
    """The country of an id without a prefix, by its form: only a Finnish id has the form 1234567-8."""
    return "FI" if _FINNISH_ONLY.fullmatch(visible(text).strip()) else None


def same(one: str | None, other: Identifier) -> bool:
    """Whether an id in Procountor is this one; it is read as an id of the other's country."""
    if not one:
        return False
    try:
        found = identifier(one, other.country)
    except Permanent:  # a wrong id in the register is simply another id
        return False
    return (found.country, found.canonical) == (other.country, other.canonical)


def iban(text: str) -> str:
    """The company's own IBAN without spaces, with verified check digits (L2).

    Raises Configuration: a wrong IBAN is wrong on every invoice of the company (decision 14).
    """
    plain = re.sub(r"\s", "", text).upper()
    if not iban_numbers.is_valid(plain, check_country=False):
        raise configuration("IBAN_INVALID", iban=text)
    return plain


def shown(text: str) -> str:
    """A business id for texts: masked if it may be a personal identity number, even a mistyped one (R3)."""
    return MASK if looks_personal(text) else text


def _is_finnish_person(text: str, plain: str, country: str | None) -> bool:
    """Whether an id is a Finnish personal identity number. Digits alone may be a foreign id, so it counts only with a
    hyphen, and not in Sweden, whose numbers have the same form.
    """
    if not re.fullmatch(r"(?:[A-Z]{2})?[0-9]+", plain):
        return is_finnish(text) or is_finnish(plain)
    swedish = country == "SE" or plain.startswith("SE")
    return not swedish and bool(_HYPHENED.search(text)) and is_finnish(text)


def _is_foreign(plain: str) -> bool:
    """Whether an id begins like another country's, and isn't one of ours behind a wrong prefix."""
    begins = _FOREIGN.match(plain)
    if not begins or not (is_country(begins[1]) or begins[1] in _NO_COUNTRIES):
        return False
    bare = plain[2:]
    ours = ytunnus.is_valid(bare) or orgnr.is_valid(bare) or (bare.endswith("01") and orgnr.is_valid(bare[:-2]))
    return not (bare.isascii() and ours) or bool(vat.is_valid(plain))


def _finnish(text: str, digits: str) -> Identifier:
    if len(digits) == 7:  # issued before 2001: six digits and the check digit
        digits = digits.zfill(8)
    if not (digits.isascii() and ytunnus.is_valid(digits)):
        raise _finnish_error(text)
    return Identifier("FI", digits, f"{digits[:7]}-{digits[7]}")


def _swedish(text: str, plain: str) -> Identifier:
    digits = plain.removeprefix("SE")
    if not digits.isdecimal():
        raise _swedish_error(text)
    if len(digits) == 14 and digits.endswith("01"):
        digits = digits[2:12]  # a VAT number with the century
    if len(digits) == 12:
        digits = digits[:10] if digits.endswith("01") and not _has_century(digits) else digits[2:]
    if not (digits.isascii() and orgnr.is_valid(digits)):
        raise _swedish_error(text)
    return Identifier("SE", digits, f"{digits[:6]}-{digits[6:]}")


def _has_century(digits: str) -> bool:
    """Whether twelve digits ending in 01 are a number with its century, and not a VAT number.

    16 precedes an organisation's number, whose third digit is 2 or more; 18-20 precede a person's day of birth.
    """
    month, day = int(digits[4:6]), int(digits[6:8])
    organisation = digits[:2] == "16" and month >= 20
    person = digits[:2] in ("18", "19", "20") and 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)
    return (organisation or person) and orgnr.is_valid(digits[2:]) and not orgnr.is_valid(digits[:10])


def _finnish_error(text: str) -> Permanent:
    return refuse("BUSINESS_ID_INVALID", business_id=shown(text), country="Finnish", form="1234567-8")


def _swedish_error(text: str) -> Permanent:
    return refuse("BUSINESS_ID_INVALID", business_id=shown(text), country="Swedish", form="556016-0680")
