"""Countries: a code or a name in English, Finnish or Swedish to Procountor's enum (SPEC field table)."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global

from gateway.errors import refuse

#: Languages of the names that Severa's users write.
NAMES_IN = ("en", "fi", "sv")
#: Names that are common and stand in no list.
_OTHER = {
    "GB": "uk, u.k., great britain, england, scotland, wales, englanti, skotlanti, skottland, britannia, "
    "yhdistynyt kuningaskunta, förenade kungariket",
    "US": "usa, u.s.a., america, u.s., united states of america, amerikan yhdysvallat, amerikas förenta stater",
    "NL": "holland, hollanti, the netherlands",
    "CZ": "czech republic, tšekin tasavalta",
    "IE": "republic of ireland, irlannin tasavalta",
    "AE": "uae, arabiemiraatit",
    "TR": "turkey",
    "KR": "korea, korean tasavalta, republiken korea",
    "BY": "belarus, vitryssland",
    "CH": "schweiz, switzerland",
    "HK": "hongkong, hong kong sar",
    "CI": "ivory coast",
    "VA": "vatican",
    "MK": "macedonia, makedonia",
}


def alpha2(text: str | None) -> str | None:
    """ISO 3166 alpha-2 from a code or a name in English, Finnish or Swedish; None when it is none of these.

    Letters may lack their marks (Tsekki); a name may stand twice, in two languages or with its code (`Suomi - Finland`,
    `Finland (FI)`), as long as both are one country.
    """
    found = _known().get(_word(text))
    if found is not None:
        return found
    parts = [_known().get(_word(part)) for part in re.split(r"\s+-\s+|[/(),;]", text or "") if _word(part)]
    return parts[0] if len(parts) > 1 and len(set(parts)) == 1 else None


def is_country(code: str) -> bool:
    """Whether this is the alpha-2 code of a country."""
    return code in _procountor()


def country(text: str | None) -> str:
    """Procountor's name of a country. Raises Permanent when it is blank or unknown."""
    if not (text or "").strip():
        raise refuse("COUNTRY_MISSING")
    code = alpha2(text)
    if code is None:
        raise refuse("COUNTRY_UNKNOWN", country=text)
    return _procountor()[code]


@cache
def _procountor() -> dict[str, str]:
    names: dict[str, str] = json.loads(files("gateway.rules").joinpath("countries.json").read_text())
    return names


@cache
def _known() -> dict[str, str]:
    """Every spelling that is taken, to alpha-2; a spelling without marks where it means one country only."""
    codes = _procountor()
    known = {name.replace("_", " "): code for code, name in codes.items()}
    for locale in NAMES_IN:
        names = Locale(locale).territories
        known |= {names[code]: code for code in codes if code in names}
    known |= {name: code for code, names in _OTHER.items() for name in names.split(", ")}
    for alpha3, aliases in get_global("territory_aliases").items():
        if len(alpha3) == 3 and alpha3.isalpha() and aliases[0] in codes:
            known[alpha3] = aliases[0]
    known |= {code: code for code in codes}
    exact = {_word(name): code for name, code in known.items()}
    plain: dict[str, set[str]] = {}
    for word, code in exact.items():
        plain.setdefault(_unmarked(word), set()).add(code)
    return {word: next(iter(found)) for word, found in plain.items() if len(found) == 1} | exact


def _word(text: str | None) -> str:
    return " ".join((text or "").replace("’", "'").replace("_", " ").split()).casefold().strip(" .")


def _unmarked(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))
