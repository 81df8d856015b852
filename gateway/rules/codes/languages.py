"""Languages of invoices: Severa's code or name to Procountor's six (docs/fields.md)."""

from __future__ import annotations

_WORDS = {
    "ENGLISH": "en eng english englanti engelska",
    "FINNISH": "fi fin finnish suomi finska",
    "SWEDISH": "sv swe swedish svenska ruotsi",
    "ESTONIAN": "et est estonian eesti viro estniska",
    "NORWEGIAN": "nb nn no nob nno nor norwegian norsk norja norska",
    "DANISH": "da dan danish dansk tanska danska",
}
_BY_WORD = {word: name for name, words in _WORDS.items() for word in words.split()}
#: The language if Procountor doesn't have Severa's and the receiver is in the company's country; English elsewhere.
FALLBACK = {"FI": "FINNISH", "SE": "SWEDISH"}


def language(code: str | None, company_country: str, receiver_country: str | None = None) -> tuple[str, str | None]:
    """Procountor's language, and a note if it is the fallback. `code`: a tag such as fi, fi-FI or fin, or a name.

    The fallback is English for a receiver abroad, otherwise the language of the company's country.
    """
    word = (code or "").strip().casefold().replace("_", "-").partition("-")[0].strip()
    found = _BY_WORD.get(word)
    if found is not None:
        return found, None
    at_home = receiver_country in (None, company_country)
    fallback = FALLBACK.get(company_country, "ENGLISH") if at_home else "ENGLISH"
    return fallback, f"Procountor doesn't have the language {code or '(none)'}; {fallback.capitalize()} is used."
