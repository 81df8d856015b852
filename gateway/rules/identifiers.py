"""Business ids and IBANs: compared in one form, sent in the form that Procountor keeps (SPEC M1-M4, L2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import iban as iban_numbers
from stdnum.fi import ytunnus
from stdnum.se import orgnr

from gateway.errors import Permanent, refuse
from gateway.rules.characters import visible
from gateway.rules.text import fit

#: What stands between the digits as people write them: spaces, points, slashes, every kind of hyphen, a plus.
_BETWEEN = re.compile(r"[\s./+\u2010-\u2015\u2212\u00ad-]")
#: A Finnish personal identity number; a Swedish one differs from an organisation number by its third digit.
_FINNISH_PERSON = re.compile(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]", re.I)
_SWEDISH_PERSON = re.compile(r"(?:\d\d)?\d\d[01]\d[0-9]\d\d{4}")
#: How ids of other countries begin, such as DE1, ATU1, FRXX1; all else of a Finnish or Swedish customer must be one of
#: its own country, so that FIO1120389 is an error and no new partner.
_FOREIGN = re.compile(r"(?!FI|SE)[A-Z]{2}[A-Z0-9]{0,2}\d")


@dataclass(frozen=True, slots=True)
class Identifier:
    """A business id. `canonical` compares; `written` is what is sent; `country` is FI, SE, or "" for all others."""

    country: str
    canonical: str
    written: str


def identifier(text: str, country: str | None) -> Identifier:
    """Read a business id; `country` (alpha-2) decides for those without a prefix.

    FI 1234567-8 = FI12345678 = 12345678, the old form with six digits too; SE organisation numbers with or without
    hyphen, VAT numbers with 01 at the end, personal company numbers with or without century. Åland's are Finnish. All
    others go as they are, without spaces, in Windows-1252. Raises Permanent when a Finnish or Swedish check digit is
    wrong.
    """
    text = visible(text)
    plain = _BETWEEN.sub("", text).upper()
    at_home = not _FOREIGN.match(plain)
    if re.match(r"FI\d", plain) or (country in ("FI", "AX") and at_home):
        return _finnish(text, plain.removeprefix("FI"))
    if re.match(r"SE\d", plain) or (country == "SE" and at_home):
        return _swedish(text, plain)
    written = re.sub(r"\s", "", text).upper()
    return Identifier("", plain, fit("", written, len(written))[0])


def same(one: str | None, other: Identifier) -> bool:
    """Whether an id that Procountor keeps is this one: it is read as one of the other's country."""
    if not one:
        return False
    try:
        found = identifier(one, other.country)
    except Permanent:  # an id kept wrongly in the register is simply another id
        return False
    return (found.country, found.canonical) == (other.country, other.canonical)


def iban(text: str) -> str:
    """An IBAN without spaces, its check digits verified (SPEC L2). Raises Permanent."""
    plain = re.sub(r"\s", "", text).upper()
    if not iban_numbers.is_valid(plain, check_country=False):
        raise refuse("IBAN_INVALID", iban=text)
    return plain


def _finnish(text: str, digits: str) -> Identifier:
    if len(digits) == 7:  # given before 2001: six digits and the check digit
        digits = digits.zfill(8)
    if not (digits.isascii() and ytunnus.is_valid(digits)):
        raise _invalid(text, "Finnish", "1234567-8")
    return Identifier("FI", digits, f"{digits[:7]}-{digits[7]}")


def _swedish(text: str, plain: str) -> Identifier:
    digits = plain.removeprefix("SE")
    if not digits.isdecimal():
        raise _invalid(text, "Swedish", "556016-0680")
    if len(digits) == 14 and digits.endswith("01"):
        digits = digits[2:12]  # a VAT number with the century
    if len(digits) == 12:
        digits = digits[:10] if digits.endswith("01") and not _has_century(digits) else digits[2:]
    if not (digits.isascii() and orgnr.is_valid(digits)):
        raise _invalid(text, "Swedish", "556016-0680")
    return Identifier("SE", digits, f"{digits[:6]}-{digits[6:]}")


def _has_century(digits: str) -> bool:
    """Whether twelve digits that end in 01 are a number with its century, and not a VAT number.

    16 stands before an organisation's number, whose third digit is 2 or more; 18-20 before a person's day of birth.
    """
    month, day = int(digits[4:6]), int(digits[6:8])
    organisation = digits[:2] == "16" and month >= 20
    person = digits[:2] in ("18", "19", "20") and 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)
    return (organisation or person) and orgnr.is_valid(digits[2:]) and not orgnr.is_valid(digits[:10])


def _invalid(text: str, country: str, form: str) -> Permanent:
    return refuse("BUSINESS_ID_INVALID", business_id=_shown(text), country=country, form=form)


def _shown(text: str) -> str:
    """The text for an error; of what may be a person's number only the first digits (SPEC R3)."""
    bare = re.sub(r"\s", "", text)
    digits = re.sub(r"\D", "", text)
    if _FINNISH_PERSON.search(bare) or _SWEDISH_PERSON.fullmatch(digits):
        return f"{digits[:4]}..."
    return text
