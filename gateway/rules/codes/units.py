"""Units: from Severa's free text to Procountor's enum, through one table (Finnish, Swedish, English).

Words that mean two units (s: page or second, v: year or week) are left out on purpose: a wrong unit is worse than none.
Procountor's own names are accepted too.
"""

from __future__ import annotations

import unicodedata

from gateway.documents import Row, RowKind

WORDS = {
    "HOUR": "h hr hrs hour hours t tunti tuntia tuntityö htt timme timmar tim timma manhour manhours",
    "DAY": "d day days pv pvä pvt päivä päivää dag dagar dgr htp henkilötyöpäivä henkilötyöpäivää manday mandays",
    "FULL_DAY": "kokopäivä kokopäivää heldag heldagar",
    "WEEK": "week weeks wk wks vk vko viikko viikkoa vecka veckor",
    "MONTH": "month months mo mos mth kk kuukausi kuukautta mån månad månader htkk",
    "YEAR": "year years yr yrs vuosi vuotta vsi år",
    "MINUTE": "min mins minute minutes minuutti minuuttia minut minuter",
    "SECOND": "sec second seconds sek sekunti sekuntia sekund sekunder",
    "PIECE": "pc pcs piece pieces kpl kappale kappaletta st styck stycken stk unit units ea each yks yksikkö yksikköä",
    "KILOMETER": "km kilometer kilometre kilometers kilometres kilometri kilometriä",
    "METER": "m meter metre meters metres metri metriä",
    "CM": "cm centimeter centimetre centimeters centimetres senttimetri senttimetriä sentti senttiä",
    "MILLIMETER": "mm millimeter millimetre millimeters millimetres millimetri millimetriä",
    "LINEAR_METER": "jm juoksumetri juoksumetriä löpmeter lpm",
    "MILE": "mile miles maili mailia",
    "SQUARE_METER": "m2 sqm neliö neliötä neliömetri neliömetriä kvm kvadratmeter",
    "CUBIC_METER": "m3 cbm kuutio kuutiota kuutiometri kuutiometriä kbm kubikmeter",
    "HECTARE": "ha hectare hectares hehtaari hehtaaria hektar",
    "KILOGRAM": "kg kilogram kilograms kilo kilos kiloa kilogramma kilogrammaa",
    "GRAM": "g gr gram grams gramma grammaa",
    "MILLIGRAM": "mg milligram milligrams milligramma milligrammaa",
    "TON": "tn ton tons tonne tonnes tonni tonnia",
    "LITER": "l ltr liter litre liters litres litra litraa",
    "DECILITRE": "dl decilitre deciliter desilitra desilitraa",
    "CENTILITRE": "cl centilitre centiliter senttilitra senttilitraa",
    "MILLILITRE": "ml millilitre milliliter millilitra millilitraa",
    "PERSON": "person persons people henkilö henkilöä henk hlö hlöä personer pers participant participants",
    "LOT": "lot lots erä erää parti partier",
    "SERIES": "series serie",
    "SET": "set sets sarja sarjaa srj sats satser",
    "BOX": "box boxes laatikko laatikkoa ltk låda lådor",
    "PARCEL": "parcel parcels package packages paketti pakettia pkt pak paket",
    "PALLET": "pallet pallets lava lavaa pall pallar",
    "ROLL": "roll rolls rulla rullaa rll rulle rullar",
    "BOTTLE": "bottle bottles pullo pulloa plo flaska flaskor",
    "CAN": "can cans tölkki tölkkiä burk burkar",
    "BAG": "bag bags pussi pussia ps påse påsar",
    "SACK": "sack sacks säkki säkkiä säck säckar",
    "PAGE": "page pages sivu sivua sida sidor",
    "NUMBER_OF_WORDS": "word words sana sanaa ord",
    "PAIR": "pair pairs pari paria par",
    "DOZEN": "dozen dozens tusina tusinaa dussin",
    "HUNDRED": "hundred hundreds sata sataa hundra",
    "SALE_UNIT": "me myyntierä myyntierää",
    "WATT": "w watt watts watti wattia",
    "KILOWATT": "kw kilowatt kilowatts kilowatti kilowattia",
    "WATT_HOUR": "wh wattitunti wattituntia",
    "KILOWATT_HOUR": "kwh kilowattitunti kilowattituntia kilowattimme kilowattimmar",
    "MEGAWATT_HOUR": "mwh megawattitunti megawattituntia",
    "KILOBYTE": "kb kilobyte kilobytes kilotavu kilotavua",
    "MEGABYTE": "mb megabyte megabytes megatavu megatavua",
    "GIGABYTE": "gb gigabyte gigabytes gigatavu gigatavua",
    "NO_UNIT": "- ei ingen none",
}
#: Units of Procountor without other words.
_OTHERS = """
AMPERE AMPERE_HOUR AMPERE_MINUTE BAR CUP DOZEN_PACK EIGHT_PACK EXAJOULE FIVE_PACK FOOT FOUR_PACK GALLON_UK
GALLON_US GIGABIT GIGAJOULE GIGAWATT GIGAWATT_HOUR GRAM_PER_CUBIC_METRE GRAM_PER_SQUARE_METRE INCH JAR JOULE
JOULE_PER_SECOND KILOAMPERE_HOUR KILOBIT KILOGRAM_PER_CUBIC_METRE KILOGRAM_PER_SQUARE_METRE KILOJOULE KILOPASCAL
KILOVOLT MEGABIT MILLIAMPERE_HOUR MILLIGRAM_PER_CUBIC_METRE MILLIJOULE MILLIVOLT MILLIWATT NINE_PACK OUNCE
PASCAL PETAJOULE PINT_UK PINT_US PLATE POUND SEVEN_PACK SIX_PACK SQUARE_CENTIMETRE STONE_UK TEN_PACK TERABIT
TERAJOULE TERAWATT TERAWATT_HOUR THREE_PACK TUBE TWO_PACK WRAP YARD
"""
_BY_WORD = {word: name for name, words in WORDS.items() for word in words.split()}
_BY_WORD |= {name.casefold().replace("_", " "): name for name in (*WORDS, *_OTHERS.split())}


def unit(row: Row) -> tuple[str, str | None]:
    """Procountor's unit of a row, and a note if its text is in no table: then PIECE.

    Without a text: HOUR for work, NO_UNIT for other rows.
    """
    word = _word(row.unit or "")
    if not word:
        return ("HOUR" if row.kind is RowKind.HOURS else "NO_UNIT"), None
    found = _BY_WORD.get(word)
    if found is not None:
        return found, None
    return "PIECE", f"Row {row.position} has the unit {row.unit}, which Procountor doesn't have; piece is used."


def unit_of(text: str | None) -> str:
    """Procountor's unit of a text; "" for a text in no table, or none."""
    return _BY_WORD.get(_word(text or ""), "")


def _word(text: str) -> str:
    """In lower case, m² as m2, without points (`Tim.`, `h.`), words separated by one space."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("_", " ").replace(".", "")
    return " ".join(plain.split())
