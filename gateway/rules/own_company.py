"""Whether an API key opens the company of a business unit in Severa (S1). Pure.

Nothing else shows whose invoices a key creates: two swapped keys create one company's invoices in another's books
(docs/api-facts.md 20, 51).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.errors import Permanent
from gateway.rules.codes.countries import country as named
from gateway.rules.codes.currencies import HOME_CURRENCY
from gateway.rules.identifiers import identifier, shown

#: Procountor's countries by the settings' country: Åland's companies are Finnish.
_AT_HOME = {"FI": ("FI", "AX"), "SE": ("SE",)}


@dataclass(frozen=True, slots=True)
class OwnCompany:
    """The company in Procountor that an API key opens. Empty fields are unknown."""

    #: Procountor's own.
    id: int
    name: str
    #: It may be a personal identity number, so it is kept nowhere.
    business_id: str = field(default="", repr=False)
    #: As Procountor names it.
    country: str = ""
    currency: str = ""


def without_business_id(company: OwnCompany, vat_number: str | None) -> str:
    """The sides without a business id, so that nothing proves whose key it is; empty if both have one."""
    sides = {"Severa": vat_number, "Procountor": company.business_id}
    return " and ".join(side for side, number in sides.items() if not _plain(number or ""))


def differences(company: OwnCompany, vat_number: str | None, country: str) -> list[str]:
    """The differences, as people read them. `vat_number`: the business unit's; `country`: the settings', FI or SE."""
    found = []
    if not without_business_id(company, vat_number) and _compared(company.business_id, country) != _compared(
        vat_number, country
    ):
        ids = f"the business id is {shown(company.business_id)} in Procountor"
        found.append(f"{ids}, the VAT number {shown(vat_number or '')} in Severa")
    if company.country and company.country not in map(named, _AT_HOME[country]):
        found.append(f"the country is {company.country} in Procountor, {country} in the settings")
    if company.currency and company.currency != HOME_CURRENCY[country]:
        home = f"and must be {HOME_CURRENCY[country]} for a company of {country}"
        found.append(f"the currency is {company.currency} in Procountor, {home}")
    return found


def _compared(text: str | None, country: str) -> str:
    """The form that compares; anything else than a business id is compared by its letters and digits."""
    try:
        found = identifier(text or "", country)
    except Permanent:
        return _plain(text or "")
    return f"{found.country} {found.canonical}"


def _plain(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())
