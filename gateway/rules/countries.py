"""Countries and languages: what Severa writes to what Procountor names (SPEC field table)."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global

from gateway.errors import refuse

#: Languages of the names that Severa's users write.
NAMES_IN = ("en", "fi", "sv")
LANGUAGES = {
    "en": "ENGLISH",
    "fi": "FINNISH",
    "sv": "SWEDISH",
    "et": "ESTONIAN",
    "nb": "NORWEGIAN",
    "nn": "NORWEGIAN",
    "no": "NORWEGIAN",
    "da": "DANISH",
}
#: Language where Severa's is none of Procountor's: that of the sending company's country, said in the outcome.
FALLBACK = {"FI": "FINNISH", "SE": "SWEDISH"}
#: EU members, as VAT sees them (Northern Ireland and territories are left to a person).
EU = frozenset(
    (
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    )
)


def alpha2(text: str | None) -> str | None:
    """ISO 3166 alpha-2 from a code or a name in English, Finnish or Swedish; None when it is none of these."""
    word = " ".join((text or "").split()).casefold()
    return _known().get(word)


def country(text: str | None) -> str:
    """Procountor's name of a country. Raises Permanent when it is blank or unknown."""
    if not (text or "").strip():
        raise refuse("COUNTRY_MISSING")
    code = alpha2(text)
    if code is None:
        raise refuse("COUNTRY_UNKNOWN", country=text)
    return _procountor()[code]


def language(code: str | None, company_country: str) -> tuple[str, str | None]:
    """Procountor's language, and a note when it is the fallback."""
    found = LANGUAGES.get((code or "").strip().lower()[:2])
    if found is not None:
        return found, None
    fallback = FALLBACK.get(company_country, "ENGLISH")
    return fallback, f"Language {code or '(none)'} is not one of Procountor's; {fallback.capitalize()} is used."


@cache
def _procountor() -> dict[str, str]:
    names: dict[str, str] = json.loads(files("gateway.rules").joinpath("countries.json").read_text())
    return names


@cache
def _known() -> dict[str, str]:
    """Every spelling that is taken, in lower case, to alpha-2."""
    known = {code.casefold(): code for code in _procountor()}
    for alpha3, codes in get_global("territory_aliases").items():
        if len(alpha3) == 3 and alpha3.isalpha() and codes[0] in _procountor():
            known[alpha3.casefold()] = codes[0]
    for locale in NAMES_IN:
        names = Locale(locale).territories
        known |= {names[code].casefold(): code for code in _procountor() if code in names}
    known |= {name.replace("_", " ").casefold(): code for code, name in _procountor().items()}
    return known | {"uk": "GB", "great britain": "GB", "usa": "US", "czech republic": "CZ", "turkey": "TR"}
