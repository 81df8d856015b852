"""Which VAT status in Procountor a case has: by its description, or by a setting (V1)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from gateway.errors import refuse
from gateway.rules.vat_law import general_percent


class VatCase(StrEnum):
    """What a sale is for VAT. The values are the names of settings in `sales.vat.statuses`."""

    DOMESTIC = "domestic"
    DOMESTIC_ZERO = "domestic_zero"
    REVERSE_CHARGE = "reverse_charge"
    EU_GOODS = "eu_goods"
    EU_SERVICES = "eu_services"
    OUTSIDE_EU = "outside_eu"
    ZERO_RATED = "zero_rated"


#: Each case in words.
SAID = {
    VatCase.DOMESTIC: "a domestic sale",
    VatCase.DOMESTIC_ZERO: "a domestic sale without VAT",
    VatCase.REVERSE_CHARGE: "a domestic sale under reverse charge",
    VatCase.EU_GOODS: "goods sold to another EU country without VAT",
    VatCase.EU_SERVICES: "services sold to another EU country without VAT",
    VatCase.OUTSIDE_EU: "a sale outside the EU that is not reported",
    VatCase.ZERO_RATED: "a sale abroad that is reported as zero-rated turnover",
}

_DOMESTIC = ("domestic", "domestic sales", "kotimaa", "kotimaan myynti", "inrikes", "inrikes försäljning")
#: Procountor's descriptions by case, in English, Finnish and Swedish, as `_plain` writes them. The English ones are the
#: vendor's, the others are the usual words; `gateway check` shows what was recognised (docs/api-facts.md 44, 61).
DESCRIPTIONS: dict[VatCase, frozenset[str]] = {
    VatCase.DOMESTIC: frozenset(_DOMESTIC),
    VatCase.DOMESTIC_ZERO: frozenset(_DOMESTIC),
    VatCase.REVERSE_CHARGE: frozenset((
        "construction reverse vat", "construction reverse charge",
        "rakennusalan käännetty alv", "rakennusalan käänteinen alv", "rakennusalan käännetty verovelvollisuus",
        "omvänd moms byggtjänster", "omvänd byggmoms", "omvänd skattskyldighet byggtjänster",
    )),
    VatCase.EU_GOODS: frozenset((
        "eu community sales product", "eu community sales products", "eu community sales goods",
        "eu yhteisömyynti tavara", "eu yhteisömyynti tavarat",
        "eu gemenskapsförsäljning vara", "eu gemenskapsförsäljning varor", "eu försäljning vara",
        "eu försäljning varor",
    )),
    VatCase.EU_SERVICES: frozenset((
        "eu community sales service", "eu community sales services",
        "eu yhteisömyynti palvelu", "eu yhteisömyynti palvelut",
        "eu gemenskapsförsäljning tjänst", "eu gemenskapsförsäljning tjänster", "eu försäljning tjänst",
        "eu försäljning tjänster",
    )),
    VatCase.OUTSIDE_EU: frozenset((
        "outside of the eu", "outside the eu",
        "eu n ulkopuolella", "eu n ulkopuolelle", "eu n ulkopuolinen", "eu n ulkopuolinen myynti",
        "utanför eu", "utanför eu försäljning", "försäljning utanför eu",
    )),
    VatCase.ZERO_RATED: frozenset((
        "0 vat turnover", "eu non community sales",
        "0 verokannan alainen liikevaihto", "0 verokannan liikevaihto",
        "omsättning med nollskattesats", "omsättning som beskattas enligt nollskattesats",
    )),
}  # fmt: skip

_PERCENT_AT_END = re.compile(r"(\d+(?:[.,]\d+)?)\s*%\s*$")


@dataclass(frozen=True, slots=True)
class VatStatus:
    """A VAT status of a company in Procountor."""

    number: int
    description: str
    #: In use for sales.
    for_sales: bool = True


@dataclass(frozen=True, slots=True)
class CompanyVat:
    """A company's VAT in Procountor: percentages in use for sales and for purchases, and all its statuses."""

    percents: frozenset[Decimal]
    statuses: tuple[VatStatus, ...] = ()
    purchases: frozenset[Decimal] = frozenset()


@dataclass(frozen=True, slots=True)
class VatTerms:
    """How a company's sales become VAT statuses."""

    statuses: tuple[VatStatus, ...] = ()
    #: Statuses that the settings name by number.
    numbers: Mapping[VatCase, int] = field(default_factory=dict)
    #: Sales outside the EU are reported as zero-rated turnover.
    outside_eu_reported: bool = False
    #: Sales within the EU to a customer without a VAT number are reported as zero-rated too; otherwise they are
    #: refused.
    zero_rated_without_number: bool = False


def choose(terms: VatTerms, case: VatCase, country: str, day: dt.date) -> VatStatus:
    """The status of a case. Raises Permanent unless the setting or a description finds exactly one.

    A description that ends in a percentage counts only with the general percentage of `country` on `day`.
    """
    sales = [one for one in terms.statuses if one.for_sales]
    number = terms.numbers.get(case)
    if number is not None:
        found = [one for one in sales if one.number == number]
    else:
        found = [one for one in sales if _means(one.description, case, country, day)]
    if len(found) == 1:
        return found[0]
    facts = {"case": SAID[case], "there": listed(sales), "setting": f"sales.vat.statuses.{case.value}"}
    if number is not None:
        raise refuse("VAT_STATUS_NOT_IN_USE", number=number, **facts)
    raise refuse("VAT_STATUS_AMBIGUOUS" if found else "VAT_STATUS_MISSING", **facts)


def listed(statuses: Collection[VatStatus]) -> str:
    """Numbers and descriptions, in order."""
    ordered: Sequence[VatStatus] = sorted(statuses, key=lambda one: one.number)
    return ", ".join(f"{one.number} {one.description}" for one in ordered) or "none"


def _means(description: str, case: VatCase, country: str, day: dt.date) -> bool:
    found = _PERCENT_AT_END.search(description)
    if found and Decimal(found[1].replace(",", ".")) != general_percent(country, day):
        return False
    return _plain(_PERCENT_AT_END.sub("", description)) in DESCRIPTIONS[case]


def _plain(text: str) -> str:
    """Lower-case letters and digits, words separated by one space."""
    return " ".join(re.findall(r"\w+", text.casefold()))
