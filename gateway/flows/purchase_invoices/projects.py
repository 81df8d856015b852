"""Projects of Severa, as fees need them (U4)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import CompanyOf
from gateway.documents import CostAllocation
from gateway.flows.purchase_invoices.rules.projects import needed_number, the_project
from gateway.rules.items import Form
from gateway.rules.purchases import SeveraProject

#: For how many seconds an open project is believed: shares of an invoice, and invoices of a day, have few projects.
BELIEVED_S = 60.0


class Projects:
    """Projects of an organisation."""

    def __init__(self, company_of: CompanyOf, clock: Callable[[], float] = time.monotonic) -> None:
        self._company_of, self._clock = company_of, clock
        self._open: dict[tuple[str, int], tuple[float, SeveraProject]] = {}
        self._numbers: dict[str, int | None] = {}

    async def needed(self, context: CompanyContext, allocation: CostAllocation) -> SeveraProject:
        """The project that an allocation names, open or closed. Raises Permanent if the company has none."""
        company = context.company.id
        number = needed_number(allocation, Form(context.company.purchases.item_name))
        read_at, known = self._open.get((company, number), (float("-inf"), None))
        if known is not None and self._clock() - read_at < BELIEVED_S:
            return known
        found = await context.severa.fees.projects_with_number(number)
        units = {one.unit_id: await self._company_of(one.unit_id) for one in found if one.unit_id}
        project = the_project(allocation, number, found, company, units)
        if not project.is_closed:
            self._open[company, number] = self._clock(), project
        return project

    async def numbers(self, context: CompanyContext, guids: Iterable[str]) -> Mapping[str, int | None]:
        """Their numbers, by guid."""
        for guid in sorted(set(guids) - set(self._numbers)):
            project = await context.severa.fees.project(guid)
            self._numbers[guid] = project.number if project is not None else None
        return self._numbers
