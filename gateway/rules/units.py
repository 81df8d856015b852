"""Severa's free text of a unit to Procountor's enum, through one table (Finnish, Swedish, English)."""

from __future__ import annotations

from gateway.documents import Row, RowKind

_WORDS = {
    "HOUR": "h hr hrs hour hours t tunti tuntia timme timmar tim",
    "DAY": "d day days pv päivä päivää pvä dag dagar dgr",
    "WEEK": "week weeks wk vk viikko viikkoa vecka veckor v",
    "MONTH": "month months mo mth kk kuukausi kuukautta mån månad månader",
    "YEAR": "year years yr vuosi vuotta år",
    "MINUTE": "min mins minute minutes minuutti minuuttia minut minuter",
    "PIECE": "pc pcs piece pieces kpl kappale kappaletta st styck stk unit units ea",
    "KILOMETER": "km kilometer kilometre kilometers kilometres kilometri kilometriä",
    "METER": "m meter metre meters metres metri metriä",
    "SQUARE_METER": "m2 m² sqm neliö neliötä neliömetri kvm kvadratmeter",
    "CUBIC_METER": "m3 m³ kuutio kuutiometri kbm kubikmeter",
    "KILOGRAM": "kg kilogram kilograms kilo kiloa kilogramma",
    "GRAM": "g gram grams gramma grammaa",
    "TON": "tn ton tons tonni tonnia",
    "LITER": "l liter litre litres litra litraa",
    "PERSON": "person persons people henkilö henkilöä hlö hlöä personer pers",
    "LOT": "lot erä erää parti",
    "BOX": "box boxes laatikko ltk låda lådor",
    "PARCEL": "parcel package paketti pkt pak paket",
    "PAGE": "page pages sivu sivua s sida sidor",
    "PAIR": "pair pairs pari paria par",
    "SET": "set sets sarja srj sats",
    "NUMBER_OF_WORDS": "word words sana sanaa ord",
    "KILOWATT_HOUR": "kwh",
    "NO_UNIT": "- ei ingen none",
}
_BY_WORD = {word: name for name, words in _WORDS.items() for word in words.split()}


def unit(row: Row) -> tuple[str, str | None]:
    """Procountor's unit of a row, and a note when the text is in no table: PIECE then.

    Without a text: HOUR for work, NO_UNIT for the rest.
    """
    word = (row.unit or "").strip().rstrip(".").casefold()
    if not word:
        return ("HOUR" if row.kind is RowKind.HOURS else "NO_UNIT"), None
    found = _BY_WORD.get(word)
    if found is not None:
        return found, None
    return "PIECE", f"Row {row.position} has the unit {row.unit}, which Procountor doesn't have; piece is used."
