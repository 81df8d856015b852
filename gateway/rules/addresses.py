"""Addresses as people type them on cards: e-invoice addresses, their operators, e-mail addresses (E1, E2).

Blanks of every kind and invisible characters are no part of an address. The rest must have the form that it claims;
otherwise it counts as no address, and the invoice is sent another way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import iban
from stdnum.fi import ytunnus

from gateway.rules.codes.countries import is_country
from gateway.rules.text.characters import visible

#: A Finnish business id after 0037, with up to five characters for a part of the company.
_OVT = re.compile(r"0037(\d{8})[0-9A-Z]{0,5}")
_IBAN = re.compile(r"([A-Z]{2})\d{2}[0-9A-Z]{11,30}")
_BIC = re.compile(r"[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
#: Addresses and codes of other kinds (GLN, Peppol, an operator's own): with a digit, or in capitals only.
_OTHER = re.compile(r"(?=.*\d)[0-9A-Za-z][0-9A-Za-z:._/@+-]{2,}|[A-Z]{3,}")
_MAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\.]+(?:\.[^\s@<>()\[\],;:\"\\.]+)+")


@dataclass(frozen=True, slots=True)
class Read:
    """What was read from a text."""

    #: The address; empty if there is none.
    address: str = ""
    #: Why there is none.
    fault: str = ""
    #: Other addresses in the same text.
    left: tuple[str, ...] = ()


def einvoice_address(text: str | None) -> Read:
    """An OVT code or an IBAN with correct check digits, or an address of another kind."""
    plain = _without_blanks(text)
    return _declared(plain) or _other(plain)


def operator(text: str | None) -> Read:
    """A BIC, an OVT code with correct check digits, or an operator's own code; never its name."""
    plain = _without_blanks(text)
    bic = _BIC.fullmatch(plain.upper())
    if bic and is_country(bic[1]) and (plain.isupper() or plain.islower()):
        return Read(plain.upper())
    return _declared(plain) or _other(plain)


def mail_address(text: str | None) -> Read:
    """The first e-mail address of a text: `Name <a@x.fi>`, `mailto:a@x.fi`, `a@x.fi; b@x.fi`.

    Procountor's field is a single text, and nothing says that it may hold several addresses; so only one is sent.
    """
    seen = _seen(text)
    words = [re.sub(r"(?i)^mailto:", "", one).strip("'").rstrip(".") for one in re.split(r"[\s,;<>()\[\]\"]+", seen)]
    found = list(dict.fromkeys(one for one in words if _MAIL.fullmatch(one) and _western(one)))
    if not found:
        return Read(fault="is no e-mail address" if seen.strip() else "")
    return Read(found[0], left=tuple(found[1:]))


def _seen(text: str | None) -> str:
    """The text without invisible characters; the emoji joiner and the soft hyphen mean nothing in an address."""
    return re.sub("[\u00ad\u200d]", "", visible(text or ""))


def _without_blanks(text: str | None) -> str:
    return "".join(_seen(text).split())


def _declared(plain: str) -> Read | None:
    """A text whose beginning claims an OVT code or an IBAN; None if it claims neither."""
    bare = re.sub(r"[-\u2010-\u2015\u2212.]", "", plain).upper()
    if bare.startswith("0037"):
        ovt = _OVT.fullmatch(bare)
        return Read(bare) if ovt and bare.isascii() and ytunnus.is_valid(ovt[1]) else Read(fault="is no OVT code")
    account = _IBAN.fullmatch(bare)
    if account and bare.isascii() and is_country(account[1]):
        return Read(bare) if iban.is_valid(bare, check_country=False) else Read(fault="is no IBAN")
    return None


def _other(plain: str) -> Read:
    if not plain:
        return Read()
    return Read(plain) if plain.isascii() and _OTHER.fullmatch(plain) else Read(fault="has no known form")


def _western(text: str) -> bool:
    """Whether Procountor accepts its characters: with a replaced character it would be another address."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return text.isprintable()
