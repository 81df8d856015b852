"""Both registers compared: codes, accounts, VAT rates; what is missing or different, and who fixes it (L3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal

from gateway.check.findings import Finding, State, in_procountor, in_severa, listed
from gateway.errors import plain_number
from gateway.rules.fields import LONGEST_CODE
from gateway.rules.register_items import Account, Item, Product
from gateway.rules.text.fit import fit
from gateway.rules.vat_law import in_force

OK, NOTE, MISSING, DIFFERENT = State.OK, State.NOTE, State.MISSING, State.DIFFERENT


def default_code(setting: str, code: str, products: Sequence[Product]) -> Finding:
    """S4-S6: a default code in the settings, which the register must have before the first row needs it."""
    part, thing = "default codes", f"{setting} {code}"
    what = f"Add a sales product with the code {code}, or correct default_codes.{setting} in the settings."
    found = _matched(part, thing, code, products)
    return found or Finding(part, thing, MISSING, "Procountor doesn't have this product.", in_procountor(what))


def compare_codes(
    part: str, items: Sequence[Item], products: Sequence[Product], default: str, may_create: bool
) -> list[Finding]:
    """Each of Severa's codes compared with Procountor's sales products, letter by letter (P1, P2)."""
    return [compared(part, one, products, may_create) for one in by_code(items)] + without_code(part, items, default)


def only_in_procountor(products: Sequence[Product], known: Collection[str]) -> list[Finding]:
    """Active sales products whose code Severa doesn't have: harmless, in one line."""
    alike = {_loose(code) for code in known}
    others = listed(one.code for one in products if one.active and _loose(one.code) not in alike | {""})
    message = f"{others}. No row in Severa has these codes. Add them in Severa if rows should have them."
    return [Finding("products", "only in Procountor", NOTE, message)] if others else []


def compare_accounts(severa: Sequence[Account], chart: Sequence[Account], booked: Collection[str]) -> list[Finding]:
    """Severa's sales accounts compared with the chart (L1), and other accounts of the chart that sales products use."""
    there = {one.number: one for one in chart}
    found = []
    for one in sorted(severa, key=lambda one: one.number):
        number = one.number.strip()
        thing, twin = f"{number} {one.name}", there.get(number)
        if twin is None:
            step = in_procountor(f"Add the account {number} to the chart, or correct its number in Severa.")
            found.append(
                Finding("sales accounts", thing, MISSING, "Procountor's chart doesn't have this account.", step)
            )
        elif not twin.active:
            step = in_procountor(f"Activate the account {number}, or correct its number in Severa.")
            found.append(
                Finding("sales accounts", thing, DIFFERENT, "The account is inactive in Procountor's chart.", step)
            )
        else:
            found.append(Finding("sales accounts", thing, OK, twin.name))
    others = listed(set(booked) - {one.number.strip() for one in severa} - {""})
    message = f"{others}. Sales products in Procountor use these accounts; Severa has no sales account with them."
    return found + ([Finding("sales accounts", "only in Procountor", NOTE, message)] if others else [])


def compare_vat(
    severa: Collection[Decimal], procountor: Collection[Decimal], country: str, day: dt.date
) -> list[Finding]:
    """Percentages in use for sales in both systems; a row with another percentage is refused (VAT_NOT_IN_USE)."""
    found = []
    for percent in sorted({*severa, *procountor}):
        thing = f"{plain_number(percent)} %"
        if percent not in severa:
            found.append(Finding("VAT", thing, NOTE, "Only in Procountor: no row in Severa has it."))
        elif percent in procountor:
            found.append(Finding("VAT", thing, OK))
        elif in_force(percent, country, day):
            step = in_procountor(f"Take {thing} into use for sales, or deactivate the VAT rate in Severa.")
            found.append(Finding("VAT", thing, MISSING, "Procountor doesn't use it for sales.", step))
        else:
            step = in_severa(f"Deactivate the VAT rate {thing}.")
            found.append(Finding("VAT", thing, DIFFERENT, "It is not in force now, but still active in Severa.", step))
    return found


def by_code(items: Sequence[Item]) -> list[Item]:
    """Each code once, in order; blanks around a code don't count."""
    by_code = {one.code.strip(): Item(one.code.strip(), one.name, one.vat_percent) for one in reversed(items)}
    return [one for code, one in sorted(by_code.items()) if code]


def without_code(part: str, items: Sequence[Item], default: str) -> list[Finding]:
    """One note about all items without a code."""
    names = listed(one.name for one in items if not one.code.strip())
    message = f"{names}. Their rows get the default code {default}."
    return [Finding(part, "without a code", NOTE, message)] if names else []


def compared(part: str, item: Item, products: Sequence[Product], may_create: bool) -> Finding:
    """One of Severa's codes compared with Procountor's sales products."""
    code, thing = item.code, f"{item.code} {item.name}"
    if fit("code", code, LONGEST_CODE)[0] != code:
        message = f"Procountor accepts at most {LONGEST_CODE} characters, all of them Western European."
        return Finding(part, thing, DIFFERENT, message, in_severa("Shorten the code, and use plain letters."))
    found = _matched(part, thing, code, products)
    if found is None and may_create:
        return Finding(
            part, thing, NOTE, "Procountor doesn't have it; the gateway creates it with the first row that needs it."
        )
    if found is None:
        what = f"Add a sales product with the code {code}, or correct the code in Severa. With create_products in the "
        step = in_procountor(what + "settings, the gateway creates it.")
        return Finding(part, thing, MISSING, "Procountor doesn't have this product.", step)
    return _with_vat(found, item, [one for one in products if one.code == code])


def _matched(part: str, thing: str, code: str, products: Sequence[Product]) -> Finding | None:
    """Whether sales products have exactly this code; None if there is nothing similar."""
    exact = [one for one in products if one.code == code]
    active = [one for one in exact if one.active]
    if len(active) > 1:
        return Finding(
            part, thing, NOTE, f"Procountor has {len(active)} products with this code; the gateway uses the oldest."
        )
    if active:
        return Finding(part, thing, OK, active[0].name)
    if exact:
        step = in_procountor(f"Activate the product {code}.")
        return Finding(part, thing, DIFFERENT, "The product is inactive in Procountor.", step)
    near = listed(one.code for one in products if _loose(one.code) == _loose(code) != "")
    step = in_procountor(f"Write the code exactly as in Severa: {code}.")
    return Finding(part, thing, DIFFERENT, f"Procountor writes it {near}.", step) if near else None


def _with_vat(found: Finding, item: Item, twins: Sequence[Product]) -> Finding:
    """A VAT that differs between the registers changes no row, so it is a note."""
    theirs = {one.vat_percent for one in twins if one.active} - {None}
    if found.state is not OK or item.vat_percent is None or not theirs or item.vat_percent in theirs:
        return found
    own = plain_number(item.vat_percent)
    other = listed(plain_number(one) for one in theirs if one is not None)
    message = f"VAT {own} % in Severa, {other} % in Procountor's register. The invoice gets the row's VAT."
    return Finding(found.part, found.thing, NOTE, message)


def _loose(code: str) -> str:
    """As a person reads it: without blanks and hyphens, in any case."""
    return "".join(letter for letter in code.casefold() if letter.isalnum())
