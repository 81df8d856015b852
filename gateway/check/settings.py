"""What the settings name in both systems: statuses, the business unit, the company of the key (S2, S13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from gateway.check.findings import Finding, State, in_settings, in_severa, listed
from gateway.errors import Permanent
from gateway.rules.identifiers import identifier, shown
from gateway.rules.own_company import OwnCompany, differences, without_business_id

PART = "settings"


def compare_status(which: str, name: str, there: Sequence[str]) -> Finding:
    """S13: exactly one status in use has this name. `which` is before or after."""
    thing, setting = f"status {which}", f"sales.status_{which}"
    count = there.count(name)
    if count == 1:
        return Finding(PART, thing, State.OK, name)
    if count:
        step = in_severa(f"Rename or deactivate the statuses {name} until exactly one is left.")
        return Finding(PART, thing, State.DIFFERENT, f"Severa has {count} invoice statuses {name}.", step)
    near = [one for one in there if _loose(one) == _loose(name)]
    if near:
        message = f"Severa writes it {listed(repr(one) for one in near)}, the settings {name!r}."
        return Finding(PART, thing, State.DIFFERENT, message, in_settings(f"Correct {setting}."))
    message = f"Severa has no invoice status {name}. It has: {listed(there)}."
    step = in_settings(f"Correct {setting}, or have a user of Severa add the status.")
    return Finding(PART, thing, State.MISSING, message, step)


def compare_dimension(field: str, name: str, there: Sequence[str], flow: str = "sales", setting: str = "") -> Finding:
    """S7: exactly one dimension in Procountor has this name; the API can't create one. `field` as in the settings, in
    the section of this `flow`; `setting`: where it isn't among its dimensions.
    """
    part, thing, count = "dimensions", f"{field} {name}", there.count(name)
    setting = setting or f"{flow}.dimensions.{field}"
    if count == 1:
        return Finding(part, thing, State.OK)
    step = in_settings(f"Correct {setting}, or have a user of Procountor rename the dimension.")
    if count or any(_loose(one) == _loose(name) for one in there):
        message = f"Procountor has {count} dimensions with exactly this name. It has: {listed(there)}."
        return Finding(part, thing, State.DIFFERENT, message, step)
    message = f"Procountor doesn't have this dimension. It has: {listed(there) or 'none'}."
    return Finding(part, thing, State.MISSING, message, step)


@dataclass(frozen=True, slots=True)
class Unit:
    """A business unit in Severa."""

    guid: str
    name: str
    vat_number: str | None = None

    def __str__(self) -> str:
        number = shown(self.vat_number) if self.vat_number else "no VAT number of its own"
        return f"{self.guid} {self.name} ({number})"


def compare_unit(guid: str, there: Sequence[Unit], country: str) -> Finding:
    """The unit in the settings has a VAT number of its own, from the company's country.

    If it is the wrong unit, all units are listed to choose from, those with a VAT number first.
    """
    thing, unit = "business unit", next((one for one in there if one.guid == guid), None)
    units = "; ".join(map(str, sorted(there, key=lambda one: (not one.vat_number, one.name))))
    if unit is None:
        step = in_settings("Correct business_unit: the guid of the unit that has the VAT number.")
        message = f"Severa has no business unit with this guid. It has: {units or 'none'}."
        return Finding(PART, thing, State.MISSING, message, step)
    name, vat_number = unit.name, unit.vat_number
    if not vat_number:
        step = in_severa(f"Fill in the VAT number of the unit {name}, or name another unit in the settings.")
        message = f"{name} has no VAT number of its own. Business units in Severa: {units}."
        return Finding(PART, thing, State.MISSING, message, step)
    try:
        own = identifier(vat_number, country)
    except Permanent:
        message = f"The VAT number of {name} has a wrong check digit."
        return Finding(PART, thing, State.DIFFERENT, message, in_severa(f"Correct the VAT number of the unit {name}."))
    if own.country != country:
        message = f"The VAT number of {name} is not from {country}, the country in the settings."
        return Finding(PART, thing, State.DIFFERENT, message, in_settings("Correct country or business_unit."))
    return Finding(PART, thing, State.OK, name)


def other_dimensions(wanted: Collection[str], there: Sequence[str]) -> list[Finding]:
    """Dimensions in Procountor that the settings don't use, to choose from (S2)."""
    others = listed(name for name in there if name not in wanted)
    message = f"{others}. The settings don't use them (sales.dimensions)."
    return [Finding("dimensions", "only in Procountor", State.NOTE, message)] if others else []


def compare_company(unit: str, vat_number: str | None, country: str, there: OwnCompany) -> Finding:
    """S1: the API key opens the business unit's company; `country`: the settings'."""
    thing = "company of the key"
    if wrong := differences(there, vat_number, country):
        message = f"{there.name} in Procountor is not {unit} in Severa: {'; '.join(wrong)}."
        step = in_settings(
            "Correct procountor.api_key, business_unit or country; or have a user correct the number that is wrong."
        )
        return Finding(PART, thing, State.DIFFERENT, message, step)
    if missing := without_business_id(there, vat_number):
        message = f"{there.name} in Procountor, {unit} in Severa: check that they are the same company."
        return Finding(PART, thing, State.NOTE, f"{message} {missing} has no business id.")
    return Finding(PART, thing, State.OK, there.name)


def compare_key(there: OwnCompany, others: Iterable[str]) -> list[Finding]:
    """S1: no other company's key opens the same company; `others`: companies whose key does."""
    if not (named := listed(others)):
        return []
    message = f"The key opens {there.name} in Procountor (id {there.id}), and so does the key of {named}."
    return [Finding(PART, "key of its own", State.DIFFERENT, message, in_settings("Correct procountor.api_key."))]


def _loose(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
