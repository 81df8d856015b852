"""Companies in Severa that the settings don't name: they are never transferred, on purpose or by mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gateway.check.findings import Finding, State, listed
from gateway.polling.units import companies_of_units, unnamed_companies
from gateway.settings import Organisation
from gateway.severa.client import SeveraClient
from gateway.severa.responses import BusinessUnit, Status

#: The most pages of waiting invoices that are counted: a larger backlog needs no exact number.
PAGES = 10


async def unnamed(
    organisation: Organisation, severa: SeveraClient, units: Sequence[BusinessUnit], statuses: Sequence[Status]
) -> list[Finding]:
    """A note per company, with its invoices that wait in a status from which the settings transfer."""
    names = unnamed_companies(units, {one.business_unit for one in organisation.companies})
    if not names:
        return []
    before = {one.sales.status_before for one in organisation.companies}
    of = companies_of_units(units, {guid: guid for guid in names})
    counts, all_counted = await _waiting(severa, of, [one.guid for one in statuses if one.name in before])
    least = "" if all_counted else "at least "
    return [
        Finding(
            "settings",
            f"company {name}",
            State.NOTE,
            f"No company in the settings has its business unit {guid}, so its invoices are not transferred. "
            f"Invoices that wait in {listed(before)}: {least}{counts[guid]}.",
        )
        for guid, name in sorted(names.items(), key=lambda one: one[1])
    ]


async def _waiting(severa: SeveraClient, of: dict[str, str], statuses: list[str]) -> tuple[Counter[str], bool]:
    """Waiting invoices by company's unit, and whether the list was read to its end. `of`: the company's unit
    per unit.
    """
    counts, token = Counter[str](), None
    for _ in range(PAGES if statuses else 0):
        page = await severa.waiting_invoices(statuses, token)
        token = page.following
        for head in page.heads:
            unit = head.business_unit_id
            if unit is None and head.projects:
                unit = await severa.unit_of_project(head.projects[0].id)
            counts.update([of[unit]] if unit in of else [])
        if token is None:
            break
    return counts, token is None
