"""Both systems of a company, as `gateway check` reads them: each thing once."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.check.findings import Finding
from gateway.errors import GatewayError
from gateway.procountor.client import ProcountorClient
from gateway.rules.codes.countries import country
from gateway.rules.own_company import OwnCompany
from gateway.rules.register_items import Item, Product
from gateway.rules.vat_statuses import CompanyVat
from gateway.settings import Company, Organisation
from gateway.severa.client import SeveraClient
from gateway.severa.responses import BusinessUnit

T = TypeVar("T")


class ReadOnce:
    """One system: each thing is read once, and an error counts as an answer. An organisation's serves all its
    companies.
    """

    def __init__(self) -> None:
        self._reading: dict[str, asyncio.Future[Any]] = {}

    async def once(self, name: str, read: Callable[[], Awaitable[T]]) -> T:
        """The answer, or the same error again."""
        if name not in self._reading:
            self._reading[name] = asyncio.ensure_future(read())
        found: T = await self._reading[name]
        return found


@dataclass(slots=True)
class BothSystems:
    """A company's settings and both clients."""

    organisation: Organisation
    company: Company
    severa: SeveraClient
    procountor: ProcountorClient
    day: dt.date
    in_severa: ReadOnce
    in_procountor: ReadOnce = field(default_factory=ReadOnce)
    #: All companies that are checked.
    beside: Sequence[BothSystems] = field(default=(), repr=False)

    async def unit(self) -> BusinessUnit | None:
        """The company's business unit."""
        units = await self.in_severa.once("units", self.severa.business_units)
        return next((one for one in units if one.guid == self.company.business_unit), None)

    async def opened(self) -> OwnCompany:
        """The company that the API key opens."""
        return await self.in_procountor.once("company", self.procountor.own_company)

    async def opens(self, books: int) -> bool:
        """Whether the key of an active company opens this company in Procountor; False if it opens none."""
        try:
            return self.company.active and (await self.opened()).id == books
        except GatewayError:
            return False

    async def products(self, kind: str) -> list[Product]:
        """Procountor's register of SALES or TRAVEL, the oldest first."""
        return await self.in_procountor.once(kind, lambda: self.procountor.products(kind))

    async def vat(self) -> CompanyVat:
        """Procountor's VAT percentages and statuses."""
        return await self.in_procountor.once("vat", lambda: self.procountor.vat(country(self.company.country)))

    async def items(self) -> tuple[list[Item], list[Item], list[Item]]:
        """Severa's products, work types and travel expense types."""
        severa, read = self.severa, self.in_severa
        products = await read.once("products", severa.products)
        work_types = await read.once("work types", severa.work_types)
        return products, work_types, await read.once("travel expenses", severa.travel_expense_types)


SEVERA, PROCOUNTOR = "Severa", "Procountor"
BOTH = (SEVERA, PROCOUNTOR)


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that `gateway check` looks at: its heading in the report, the systems that it needs, and how."""

    part: str
    needs: tuple[str, ...]
    see: Callable[[BothSystems], Awaitable[list[Finding]]]
