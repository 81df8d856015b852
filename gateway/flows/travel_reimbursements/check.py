"""What `gateway check` checks for travel reimbursements: add-on, statuses, dimensions, postings (S2, S9, S11)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.check import settings
from gateway.check.both_systems import PROCOUNTOR, SEVERA, BothSystems, Look
from gateway.check.findings import Finding, State, in_procountor, in_settings, in_severa, listed
from gateway.check.items import compare_items
from gateway.errors import Configuration
from gateway.rules.items import Form
from gateway.severa.travel_responses import TravelStatus

PART = "travel reimbursements"


async def _statuses(two: BothSystems) -> list[Finding]:
    travel = two.company.travel
    if not travel.enabled:
        return []
    try:
        there = await two.in_severa.once("travel statuses", two.severa.travel.statuses)
    except Configuration as error:
        step = in_severa(
            "Switch on travel reimbursements, and give the API client the scopes travels:read, travels:write and "
            "users:read. Or take the section travel out of the settings."
        )
        return [Finding(PART, "add-on", State.MISSING, f"Severa doesn't let us read them: {error.detail}", step)]
    pairs = (("before", travel.status_before), ("after", travel.status_after))
    return [line for which, name in pairs for line in compare_status(which, name, there)]


def compare_status(which: str, name: str, there: list[TravelStatus]) -> Iterator[Finding]:
    """S9: exactly one status in use has this name; users can't change a reimbursement in it."""
    thing, own = f"travel status {which}", [one for one in there if one.name == name]
    if not own:
        text = f"Severa has no travel reimbursement status {name}. It has: {listed(one.name for one in there)}."
        yield Finding(PART, thing, State.MISSING, text, in_settings(f"Correct travel.status_{which}."))
    elif len(own) > 1:
        step = in_severa(f"Rename or deactivate the statuses {name} until exactly one is left.")
        text = f"Severa has {len(own)} travel reimbursement statuses {name}."
        yield Finding(PART, thing, State.DIFFERENT, text, step)
    elif own[0].locked is False:
        text = f"The status {name} is not locked: a reimbursement can be changed during or after its transfer."
        step = in_severa(f"Tick Locked in the settings of the status {name}.")
        yield Finding(PART, thing, State.DIFFERENT, text, step)
    else:
        yield Finding(PART, thing, State.OK, name)


async def _dimensions(two: BothSystems) -> list[Finding]:
    travel = two.company.travel
    wanted = {field: name for field, name in travel.dimensions.model_dump().items() if name}
    if not travel.enabled or not wanted:
        return []
    there = await two.in_procountor.once("dimensions", two.procountor.dimensions)
    names, forms, found = [one.name for one in there], travel.item_names.model_dump(), list[Finding]()
    for axis, name in wanted.items():
        found.append(settings.compare_dimension(axis, name, names, "travel"))
        for one in there:
            if one.name == name:
                found += compare_items(axis, name, one.items, Form(forms[axis]), "travel")
    return found + await _posting(two)


async def _posting(two: BothSystems) -> list[Finding]:
    """Dimensions stand on an entry per line, which a usage setting of Procountor allows (docs/api-facts.md 73)."""
    thing = "posting by row"
    if await two.procountor.posts_travel_by_row():
        return [Finding(PART, thing, State.OK)]
    text = "Procountor posts travel invoices as one sum, so the dimensions of their lines can't be kept apart."
    step = in_procountor("Switch on posting by row for travel and expense invoices in the usage settings.")
    return [Finding(PART, thing, State.DIFFERENT, text, step)]


#: The checks, in the order of the report.
LOOKS: tuple[Look, ...] = (
    Look(PART, (SEVERA,), _statuses),
    Look(PART, (PROCOUNTOR,), _dimensions),
)
