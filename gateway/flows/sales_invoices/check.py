"""What `gateway check` checks for sales invoices (S2, L3)."""

from __future__ import annotations

from typing import TypeVar

from gateway.check import bank_accounts, registers, settings, statuses, travel_codes, vat
from gateway.check.both_systems import BOTH, PROCOUNTOR, SEVERA, BothSystems, Look
from gateway.check.findings import Finding
from gateway.check.items import compare_items
from gateway.flows.sales_invoices.unnamed import unnamed
from gateway.flows.sales_invoices.vat_facts import vat_terms
from gateway.rules.bank_accounts import OwnIban, Wanted, plain
from gateway.rules.codes.currencies import HOME_CURRENCY
from gateway.rules.items import Form

T = TypeVar("T")


async def _statuses(two: BothSystems) -> list[Finding]:
    there = await two.in_severa.once("statuses", two.severa.statuses)
    sales, names = two.company.sales, [one.name for one in there]
    pairs = (("before", sales.status_before), ("after", sales.status_after))
    found = [settings.compare_status(which, name, names) for which, name in pairs]
    if any(not one.state.good for one in found):
        return found
    flags = {one.name: one.flags for one in there}
    return found + statuses.compare_flags(flags[sales.status_before], flags[sales.status_after])


async def _unit(two: BothSystems) -> list[Finding]:
    units = await two.in_severa.once("units", two.severa.business_units)
    there = [settings.Unit(one.guid, one.name, one.vat_number) for one in units]
    return [settings.compare_unit(two.company.business_unit, there, two.company.country)]


async def _unnamed(two: BothSystems) -> list[Finding]:
    """Once per organisation, in the report of its first company."""
    if next(one for one in two.beside if one.in_severa is two.in_severa) is not two:
        return []
    units = await two.in_severa.once("units", two.severa.business_units)
    statuses = await two.in_severa.once("statuses", two.severa.statuses)
    return await unnamed(two.organisation, two.severa, units, statuses)


async def _key(two: BothSystems) -> list[Finding]:
    unit, there = await two.unit(), await two.opened()
    name, number = (unit.name, unit.vat_number) if unit else (two.company.business_unit, None)
    same = [one.company.id for one in two.beside if one is not two and await one.opens(there.id)]
    compared = settings.compare_company(name, number, two.company.country, there)
    return [compared, *settings.compare_key(there, same)]


async def _own_ibans(two: BothSystems) -> list[OwnIban]:
    active = [one for one in await two.in_procountor.once("accounts", two.procountor.bank_accounts) if one.active]
    return [OwnIban(one.iban, one.currency, one.default_for_invoice) for one in active]


async def _severas_ibans(two: BothSystems) -> list[tuple[str, bool]]:
    there = await two.in_procountor.once("Severa's", lambda: two.severa.bank_accounts(two.company.business_unit))
    return [(one.number, one.is_iban) for one in there]


async def _bank_accounts(two: BothSystems) -> list[Finding]:
    named, severas = two.company.sales.bank_account, frozenset[str]()
    if named is None:
        severas = frozenset(plain(number) for number, is_iban in await _severas_ibans(two) if is_iban)
    wanted = Wanted(named, severas)
    return bank_accounts.check_accounts(await _own_ibans(two), HOME_CURRENCY[two.company.country], wanted)


async def _severas_accounts(two: BothSystems) -> list[Finding]:
    named = two.company.sales.bank_account
    return bank_accounts.check_severas(await _severas_ibans(two), await _own_ibans(two), named)


async def _default_codes(two: BothSystems) -> list[Finding]:
    codes, sales, travel = two.company.default_codes, await two.products("SALES"), await two.products("TRAVEL")
    return [
        registers.default_code("product", codes.product, sales),
        registers.default_code("work_type", codes.work_type, sales),
        travel_codes.default_travel_code(codes.travel_expense, sales, travel, two.day),
    ]


async def _dimensions(two: BothSystems) -> list[Finding]:
    sales = two.company.sales
    wanted = {field: name for field, name in sales.dimensions.model_dump().items() if name}
    there = await two.procountor.dimensions()
    names, forms, found = [one.name for one in there], sales.item_names.model_dump(), []
    for axis, name in wanted.items():
        found.append(settings.compare_dimension(axis, name, names))
        for one in there:
            if one.name == name:
                found += compare_items(axis, name, one.items, Form(forms[axis]))
    return found + settings.other_dimensions(wanted.values(), names)


async def _accounts(two: BothSystems) -> list[Finding]:
    severa = await two.in_severa.once("accounts", two.severa.sales_accounts)
    booked = {one.account for one in await two.products("SALES") if one.active}
    return registers.compare_accounts(severa, await two.procountor.ledger_accounts(), booked)


async def _codes(two: BothSystems) -> list[Finding]:
    (products, work_types, travel_types), codes = await two.items(), two.company.default_codes
    sales, travel, create = await two.products("SALES"), await two.products("TRAVEL"), two.company.create_products
    known = {one.code.strip() for one in (*products, *work_types, *travel_types)}
    known |= {codes.product, codes.work_type, codes.travel_expense}
    return [
        *registers.compare_codes("products", products, sales, codes.product, create),
        *registers.only_in_procountor(sales, known),
        *registers.compare_codes("work types", work_types, sales, codes.work_type, create),
        *travel_codes.compare_travel(travel_types, sales, travel, codes.travel_expense, create, two.day),
    ]


async def _vat(two: BothSystems) -> list[Finding]:
    unit = await two.unit()
    country_guid = unit.country_guid if unit else None
    severa = await two.in_severa.once(f"VAT {country_guid}", lambda: two.severa.vat_percents(country_guid))
    return registers.compare_vat(severa, (await two.vat()).percents, two.company.country, two.day)


async def _vat_statuses(two: BothSystems) -> list[Finding]:
    terms = vat_terms(two.company.sales.vat, (await two.vat()).statuses)
    return vat.vat_statuses(terms, two.company.country, two.day)


#: The checks, in the order of the report.
LOOKS: tuple[Look, ...] = (
    Look("settings", (SEVERA,), _statuses),
    Look("settings", (SEVERA,), _unit),
    Look("settings", (SEVERA,), _unnamed),
    Look("company of the key", BOTH, _key),
    Look("bank accounts", BOTH, _bank_accounts),
    Look("bank accounts", BOTH, _severas_accounts),
    Look("default codes", (PROCOUNTOR,), _default_codes),
    Look("dimensions", (PROCOUNTOR,), _dimensions),
    Look("sales accounts", BOTH, _accounts),
    Look("products", BOTH, _codes),
    Look("VAT", BOTH, _vat),
    Look(vat.PART, (PROCOUNTOR,), _vat_statuses),
)
