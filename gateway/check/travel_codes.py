"""Codes of travel expenses: rows of sales invoices need a sales product, lines of reimbursements a code of Procountor's
travel register, valid on their day (S6, P4, L3). A code may serve both, one, or neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from gateway.check.findings import Finding, State, in_procountor, listed
from gateway.check.registers import by_code, compared, default_code, without_code
from gateway.rules.register_items import Item, Product

PART = "travel expenses"


def compare_travel(
    items: Sequence[Item],
    products: Sequence[Product],
    travel: Sequence[Product],
    default: str,
    may_create: bool,
    day: dt.date,
) -> list[Finding]:
    """What each code of Severa's travel expense types serves, and what only Procountor's travel register has."""
    own = by_code(items)
    found = [_served(compared(PART, one, products, may_create), one.code, travel, day) for one in own]
    found += without_code(PART, items, default)
    known, there = {one.code for one in own}, {one.code for one in travel}
    if lacking := listed(known - there):
        message = f"{lacking}. Travel reimbursements need a code of Procountor's travel register; sales invoices don't."
        found.append(Finding(PART, "without a travel code", State.NOTE, message))
    if others := listed(one.code for one in travel if one.code not in known | {""} and _valid(one, day)):
        message = f"{others}. No travel expense type in Severa has these travel codes."
        found.append(Finding(PART, "only in Procountor", State.NOTE, message))
    return found


def default_travel_code(code: str, products: Sequence[Product], travel: Sequence[Product], day: dt.date) -> Finding:
    """S6: the code in the settings."""
    return _served(default_code("travel_expense", code, products), code, travel, day)


def _served(line: Finding, code: str, travel: Sequence[Product], day: dt.date) -> Finding:
    """The line of a sales product, with what the travel register has for its code."""
    own = [one for one in travel if one.code == code]
    if not own:
        return replace(line, message="for sales invoices only") if line.state is State.OK else line
    if line.state is State.MISSING:
        message = "Procountor has it only as a travel code, for reimbursements. Sales invoices need a sales product."
        return replace(line, message=message)
    if not line.state.good:
        return line
    if not any(_valid(one, day) for one in own):
        last = max(one.ends for one in own)
        ended = "." if last == dt.date.max else f": it ended on {last}."
        message = f"For sales invoices only: the travel code is not valid today{ended}"
        return Finding(
            line.part, line.thing, State.DIFFERENT, message, in_procountor(f"Add this year's travel code {code}.")
        )
    return replace(line, message="for sales invoices and reimbursements") if line.state is State.OK else line


def _valid(one: Product, day: dt.date) -> bool:
    return one.active and one.starts <= day <= one.ends
