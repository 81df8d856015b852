"""Whether an API key opens the company that a business unit of Severa stands for (S1). Pure.

Whose invoices a key makes is not known otherwise: two keys that were mixed up make one company's in another's books
(docs/api-facts.md 20, 51).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.errors import Permanent
from gateway.rules.codes.countries import country as named
from gateway.rules.codes.currencies import HOME_CURRENCY
from gateway.rules.identifiers import identifier, shown

#: Countries that are the settings' country to Procountor: Åland's companies are Finnish.
_AT_HOME = {"FI": ("FI", "AX"), "SE": ("SE",)}


@dataclass(frozen=True, slots=True)
class OwnCompany:
    """The company of Procountor that an API key opens. Empty: Procountor doesn't tell.

    `id`: Procountor's own. `business_id` may be a person's number, so it is kept nowhere. `country`: as Procountor
    names it.
    """

    id: int
    name: str
    business_id: str = field(default="", repr=False)
    country: str = ""
    currency: str = ""


def untold(company: OwnCompany, vat_number: str | None) -> str:
    """Which side tells no business id, so that nothing proves whose the key is; empty when both tell one."""
    sides = {"Severa": vat_number, "Procountor": company.business_id}
    return " and ".join(side for side, told in sides.items() if not _plain(told or ""))


def differences(company: OwnCompany, vat_number: str | None, country: str) -> list[str]:
    """What differs, as people read it. `vat_number`: the business unit's; `country`: the settings', FI or SE."""
    found = []
    if not untold(company, vat_number) and _compared(company.business_id, country) != _compared(vat_number, country):
        ids = f"the business id is {shown(company.business_id)} in Procountor"
        found.append(f"{ids}, the VAT number {shown(vat_number or '')} in Severa")
    if company.country and company.country not in map(named, _AT_HOME[country]):
        found.append(f"the country is {company.country} in Procountor, {country} in the settings")
    if company.currency and company.currency != HOME_CURRENCY[country]:
        home = f"and must be {HOME_CURRENCY[country]} for a company of {country}"
        found.append(f"the currency is {company.currency} in Procountor, {home}")
    return found


def _compared(text: str | None, country: str) -> str:
    """In the one form that compares; what is no business id is compared by its letters and digits."""
    try:
        found = identifier(text or "", country)
    except Permanent:
        return _plain(text or "")
    return f"{found.country} {found.canonical}"


def _plain(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())
