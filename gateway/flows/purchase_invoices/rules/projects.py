"""Which project of Severa an item of the project dimension is (U4): the way back from `gateway/rules/items.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

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


def the_project(
    allocation: CostAllocation, number: int, found: Sequence[SeveraProject], company: str, units: Mapping[str, str]
) -> SeveraProject:
    """The company's project with this number, open or closed, among what Severa found.

    `units`: companies by business unit (decision 13). Raises Permanent: nothing is guessed, and no project of another
    company is touched.
    """
    numbered = [one for one in found if one.number == number]
    own = [one for one in numbered if units.get(one.unit_id) == company]
    facts = {**about(allocation), "item": allocation.item.name, "project": str(number)}
    if len(own) == 1:
        return own[0]
    if own:
        raise refuse("PROJECT_AMBIGUOUS", **facts, count=len(own))
    if numbered:
        raise refuse("PROJECT_ELSEWHERE", **facts, unit=_unit(numbered[0]))
    raise refuse("PROJECT_UNKNOWN", **facts)


def _unit(project: SeveraProject) -> str:
    return f"the business unit {project.unit_name or project.unit_id}" if project.unit_id else "no business unit"
