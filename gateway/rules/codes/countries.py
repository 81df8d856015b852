"""Countries: from a code, or a name in English, Finnish or Swedish, to Procountor's enum (docs/fields.md)."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global

from gateway.errors import refuse

#: Languages in which Severa's users write names.
NAMES_IN = ("en", "fi", "sv")
#: Common names that are in no list.
_OTHER = {
    "GB": "uk, u.k., great britain, england, scotland, wales, englanti, skotlanti, skottland, britannia, "
    "yhdistynyt kuningaskunta, förenade kungariket",
    "US": "usa, u.s.a., america, u.s., united states of america, amerikan yhdysvallat, amerikas förenta stater",
    "NL": "holland, hollanti, kingdom of the netherlands",
    "CZ": "czech republic, tšekin tasavalta",
    "IE": "republic of ireland, irlannin tasavalta",
    "AE": "uae, arabiemiraatit",
    "TR": "turkey",
    "KR": "korea, korean tasavalta, republiken korea",
    "BY": "belarus, vitryssland",
    "CH": "schweiz, switzerland",
    "HK": "hongkong, hong kong sar",
    "CI": "ivory coast",
    "VA": "vatican, holy see, vatican city state",
    "MK": "macedonia, makedonia, the former yugoslav republic of macedonia",
    "GR": "el, hellas, hellenic republic",
    "SK": "slovak republic",
    "LA": "lao people's democratic republic",
    "TW": "taiwan province of china",
    "FK": "malvinas",
}
#: The own names of the EU's and Nordic countries and Switzerland, from CLDR. Not read from
#: Babel at run time: thirty languages take 35 MB of a worker's memory.
_OWN = {
    "AT": "österreich",
    "BE": "belgië, belgique, belgien",
    "BG": "българия",
    "CH": "schweiz, schwiiz, suisse, svizzera",
    "CY": "κύπρος, kıbrıs",
    "CZ": "česko, česká republika",
    "DE": "deutschland, bundesrepublik deutschland",
    "DK": "danmark",
    "EE": "eesti",
    "ES": "españa",
    "FI": "suomi",
    "FO": "føroyar",
    "FR": "france",
    "GL": "kalaallit nunaat",
    "GR": "ελλάδα",
    "HR": "hrvatska",
    "HU": "magyarország",
    "IE": "éire",
    "IS": "ísland",
    "IT": "italia",
    "LT": "lietuva",
    "LU": "luxembourg, lëtzebuerg, luxemburg",
    "LV": "latvija",
    "NL": "nederland",
    "NO": "norge, noreg",
    "PL": "polska",
    "PT": "portugal",
    "RO": "românia",
    "SE": "sverige",
    "SI": "slovenija",
    "SK": "slovensko, slovenská republika",
}
#: ISO's inverted forms: `Korea, Republic of`, `Iran (Islamic Republic of)`, `Bahamas, The`, `Virgin Islands, U.S.`
_INVERTED = re.compile(r"(?P<name>[^,()]+?)\s*(?:,|\()\s*(?P<before>[^,()]+?)\)?", re.I)


def read_names() -> None:
    """Read all names of countries, which takes a quarter of a second once per process."""
    _known()


def alpha2(text: str | None) -> str | None:
    """ISO 3166 alpha-2 from a code or a name; None if it is neither.

    Names are known in English, Finnish and Swedish, in ISO's inverted form (`Korea, Republic of`), and those of
    European countries in their own languages (`Eesti`). Letters may lack their marks (Tsekki). A name may be written
    twice, in two languages or with its code (`Suomi - Finland`, `Finland (FI)`), if both are the same country.
    """
    found = _known().get(_word(text)) or _inverted(text)
    if found is not None:
        return found
    parts = [_known().get(_word(part)) for part in re.split(r"\s+-\s+|[/(),;]", text or "") if _word(part)]
    return parts[0] if len(parts) > 1 and len(set(parts)) == 1 else None


def is_country(code: str) -> bool:
    """Whether this is the alpha-2 code of a country."""
    return code in _procountor()


def country(text: str | None) -> str:
    """Procountor's name of a country. Raises Permanent if it is blank or unknown."""
    if not (text or "").strip():
        raise refuse("COUNTRY_MISSING")
    code = alpha2(text)
    if code is None:
        raise refuse("COUNTRY_UNKNOWN", country=text)
    return _procountor()[code]


def _inverted(text: str | None) -> str | None:
    """The country of a name whose first words are behind a comma or in brackets; `the` is ignored."""
    found = _INVERTED.fullmatch((text or "").strip())
    if found is None:
        return None
    name, before = found["name"], found["before"]
    forms = (f"{before} {name}", f"{before} the {name}", name if _word(before) == "the" else "")
    return next((code for form in forms if (code := _known().get(_word(form)))), None)


@cache
def _procountor() -> dict[str, str]:
    names: dict[str, str] = json.loads(files("gateway.rules.codes").joinpath("countries.json").read_text())
    return names


@cache
def _known() -> dict[str, str]:
    """Every accepted spelling, to alpha-2. Spellings without marks count only if they mean a single country."""
    codes = _procountor()
    known = {name.replace("_", " "): code for code, name in codes.items()}
    for locale in NAMES_IN:
        names = Locale(locale).territories
        known |= {names[code]: code for code in codes if code in names}
    for table in (_OTHER, _OWN):
        known |= {name: code for code, names in table.items() for name in names.split(", ")}
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
    word = " ".join(re.sub("[’'_]", " ", text or "").split()).casefold().strip(" .")
    return word if word == "the" else word.removeprefix("the ")


def _unmarked(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))
