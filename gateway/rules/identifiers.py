"""Business ids and IBANs: compared in one form, sent in the form that Procountor keeps (SPEC M1-M4, L2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import iban as iban_numbers
from stdnum.fi import ytunnus
from stdnum.se import orgnr

from gateway.errors import refuse


@dataclass(frozen=True, slots=True)
class Identifier:
    """A business id. `canonical` compares; `written` is what is sent; `country` is FI, SE, or "" for all others."""

    country: str
    canonical: str
    written: str


def identifier(text: str, country: str | None) -> Identifier:
    """Read a business id; `country` (alpha-2) decides for those without a prefix.

    FI 1234567-8 = FI12345678 = 12345678, the old form with six digits too; SE organisation and VAT numbers alike.
    Raises Permanent when a Finnish or Swedish check digit is wrong.
    """
    plain = re.sub(r"[\s.\u2010-\u2015-]", "", text).upper()
    if plain.startswith("FI") or (country == "FI" and plain[:1].isdigit()):
        return _finnish(text, plain.removeprefix("FI"))
    if plain.startswith("SE") or (country == "SE" and plain[:1].isdigit()):
        return _swedish(text, plain)
    return Identifier("", plain, re.sub(r"\s", "", text).upper())


def same(one: str | None, other: Identifier, country: str | None) -> bool:
    """Whether an id that Procountor keeps is this one. What can't be read as an id is compared as it stands."""
    if not one:
        return False
    try:
        return identifier(one, other.country or country).canonical == other.canonical
    except Exception:  # an id kept wrongly in the register is simply another id
        return False


def iban(text: str) -> str:
    """An IBAN without spaces, its check digits verified (SPEC L2). Raises Permanent."""
    plain = re.sub(r"\s", "", text).upper()
    if not iban_numbers.is_valid(plain, check_country=False):
        raise refuse("IBAN_INVALID", iban=text)
    return plain


def _finnish(text: str, digits: str) -> Identifier:
    digits = digits.zfill(8) if len(digits) == 7 else digits
    if not ytunnus.is_valid(digits):
        raise refuse("BUSINESS_ID_INVALID", business_id=text, country="Finnish", form="1234567-8")
    return Identifier("FI", digits, f"{digits[:7]}-{digits[7]}")


def _swedish(text: str, plain: str) -> Identifier:
    digits = plain.removeprefix("SE")
    if len(digits) == 12 and digits.endswith("01") and (plain != digits or not orgnr.is_valid(digits[2:])):
        digits = digits[:10]
    elif len(digits) == 12:
        digits = digits[2:]  # a personal company number with its century
    if not orgnr.is_valid(digits):
        raise refuse("BUSINESS_ID_INVALID", business_id=text, country="Swedish", form="556016-0680")
    return Identifier("SE", digits, f"{digits[:6]}-{digits[6:]}")
