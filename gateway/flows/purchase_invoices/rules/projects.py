"""Which project of Severa an item of the project dimension is (U4): the way back from `gateway/rules/items.py`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.documents import CostAllocation, ItemRef
from gateway.errors import refuse
from gateway.flows.purchase_invoices.rules.wording import about
from gateway.rules.items import Form
from gateway.rules.purchases import SeveraProject

#: A number at the start of a name, before a space: `1001 Renewal`, `1001 - Renewal`, `1001: Renewal`.
_BEGINS = re.compile(r"([1-9][0-9]{0,17})(?:[:;,.\-–]*\s|$)")
_WHOLE = re.compile(r"[1-9][0-9]{0,17}")


def number_in(item: ItemRef, form: Form) -> int | None:
    """The project number that an item says; None if it says none.

    `form`: how the company names items. Where names alone name them, a name may begin with any number, so the
    description counts first, and the name only where it is a number.
    """
    name, description = item.name.strip(), item.description.strip()
    said = _WHOLE.fullmatch(description)
    if form is Form.NAME:
        found = said or _WHOLE.fullmatch(name)
        return int(found.group()) if found else None
    begins = _BEGINS.match(name)
    if begins:
        return int(begins.group(1))
    return int(said.group()) if said else None


def needed_number(allocation: CostAllocation, form: Form) -> int:
    """The number of an allocation's project. Raises Permanent if its item says none."""
    number = number_in(allocation.item, form)
    if number is None:
        item = allocation.item
        raise refuse("PROJECT_NUMBER_MISSING", **about(allocation), item=item.name or f"with the id {item.id}")
    return number


def the_project(allocation: CostAllocation, number: int, found: Sequence[SeveraProject]) -> SeveraProject:
    """The project with this number, open or closed, among what Severa found. Raises Permanent: nothing is guessed."""
    own = [one for one in found if one.number == number]
    if len(own) != 1:
        code = "PROJECT_AMBIGUOUS" if own else "PROJECT_UNKNOWN"
        raise refuse(code, **about(allocation), item=allocation.item.name, project=str(number), count=len(own))
    return own[0]
