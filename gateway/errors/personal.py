"""Mask personal identity numbers of Finland and Sweden, and VAT numbers of persons abroad, in texts (R3).

Errors, notes, logs and traces are masked here. An organisation's number is not personal: the third digit of a Swedish
one is 2 or more. A telephone number of ten digits may by chance have the exact form of a person's number; it is masked
then.
"""

from __future__ import annotations

import re

from stdnum import luhn

from gateway.errors.abroad import is_person_abroad, mask_abroad

#: The replacement of a number.
MASK = "***"

#: What people write between the parts of a number: visible and invisible spaces, points, strokes, every kind of hyphen.
_GAP = r"[\s./_+\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff-]"
_DAY = rf"(?:[0-9]{{6}}|[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}})"
_BEFORE, _AFTER = r"(?<![0-9])(?<![0-9][.,])", r"(?![^\W_])(?![-./,][0-9])"
_FINNISH = re.compile(rf"{_BEFORE}({_DAY})({_GAP}{{0,3}}|[A-FU-Y])([0-9]{{3}})([0-9A-Y]){_AFTER}", re.I)
_SWEDISH = re.compile(rf"{_BEFORE}(?:18|19|20)?{_DAY}{_GAP}{{0,3}}[0-9]{{4}}(?:{_GAP}{{0,3}}01)?{_AFTER}")
_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_ELSEWHERE = "AT|BE|BG|CH|CY|CZ|DE|DK|EE|EL|ES|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SI|SK|XI"
#: The letters before the digits of a foreign VAT number, and of an IBAN.
_OTHERS = re.compile(rf"(?:\b(?:{_ELSEWHERE}) ?|\b[A-Z]{{2}}[0-9]{{2}}[A-Z]{{4}})$")
_OTHER_VAT = re.compile(rf"(?:{_ELSEWHERE})[0-9]+")
#: Guids, trace ids and hashes: by chance they contain what looks like a number, but texts are found by them.
_GUID = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,64})(?![0-9a-f])")

_DAYS, _MONTHS = "(?:0[1-9]|[12][0-9]|3[01])", "(?:0[1-9]|1[0-2])"
_FINNISH_FORM = re.compile(rf"(?<![0-9]){_DAYS}{_MONTHS}[0-9]{{2}}[A-FU-Y]?[0-9]{{3}}[0-9A-Y](?![0-9A-Z])")
_SWEDISH_FORM = re.compile(
    rf"(?<![0-9])(?:18|19|20)?[0-9]{{2}}{_MONTHS}(?:{_DAYS}|6[1-9]|[78][0-9]|9[01])[0-9]{{4}}(?:01)?(?![0-9])"
)


def mask(text: str) -> str:
    """The text without personal identity numbers, however they are written; their check digits decide."""
    return _SWEDISH.sub(_swedish, _FINNISH.sub(_finnish, mask_abroad(text, MASK)))


def is_finnish(text: str) -> bool:
    """Whether a text contains a Finnish personal identity number."""
    return _FINNISH.sub(_finnish, text) != text


def looks_personal(text: str) -> bool:
    """Whether a field for a business id may contain a person's number, even a mistyped one, by its form.

    Digits after another country's letters are its VAT number: one in eight of Belgium's begins like a birthday. It is a
    person's if that can be recognised.
    """
    plain = re.sub(r"[\W_]", "", text).upper()
    if is_person_abroad(plain):
        return True
    return not _OTHER_VAT.fullmatch(plain) and bool(_FINNISH_FORM.search(plain) or _SWEDISH_FORM.search(plain))


def _finnish(match: re.Match[str]) -> str:
    """Masked if the check character is right; or if it is any letter, when the number is written in the usual form."""
    day, between, tail, check = match.groups()
    digits = re.sub("[^0-9]", "", day)
    if not (1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12):
        return match[0]
    right = _CHECK[int(digits + tail) % 31] == check.upper()
    usual = len(day) == 6 and len(between) == 1 and check.isalpha()
    return MASK if (right or usual) and not _is_no_person(match) else match[0]


def _swedish(match: re.Match[str]) -> str:
    """Masked if it is a person's number, with or without the century, and with or without the 01 of a VAT number."""
    digits = re.sub("[^0-9]", "", match[0])
    late = digits[2:] if digits[:2] in ("18", "19", "20") else digits
    person = any(map(_is_person, (digits, digits[:-2], late, late[:-2])))
    return MASK if person and not _is_no_person(match) else match[0]


def _is_no_person(match: re.Match[str]) -> bool:
    """Whether the text around a number shows that it is another number: a foreign VAT number, an IBAN, or a guid."""
    if match[0].isdecimal() and _OTHERS.search(match.string, 0, match.start()):
        return True
    near = _GUID.finditer(match.string, max(match.start() - 64, 0), match.end() + 64)
    return any(one.start() <= match.start() and match.end() <= one.end() for one in near)


def _is_person(ten: str) -> bool:
    if len(ten) != 10:
        return False
    day = int(ten[4:6])
    return 1 <= int(ten[2:4]) <= 12 and (1 <= day <= 31 or 61 <= day <= 91) and bool(luhn.is_valid(ten))
