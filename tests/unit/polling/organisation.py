"""An organisation that is polled: everything real but Severa and the ledger, which are in memory."""

from __future__ import annotations

from functools import partial
from typing import Any, cast
from unittest.mock import AsyncMock

from structlog.testing import capture_logs

from gateway.delivery.change import Changed
from gateway.delivery.company import CompanyContext
from gateway.documents import Outcome, SalesInvoice
from gateway.errors import GatewayError
from gateway.flows.sales_invoices.flow import FLOW
from gateway.flows.sales_invoices.source import Waiting
from gateway.http import Outage
from gateway.notify.mail import is_over
from gateway.polling.poller import Poller
from gateway.polling.queue import DocumentQueues, Step
from gateway.polling.units import Units
from gateway.polling.worklist import WorkList
from gateway.settings import Polling
from gateway.severa.client import Page
from gateway.severa.responses import OddHead
from tests.memory_home import MemoryLedger
from tests.unit.invoices import an_invoice
from tests.unit.one_company import HOME, MemorySevera, a_company, a_context
from tests.unit.published import PUBLISHING, outcomes, published

HEAD = an_invoice(status_id="before")


class MemoryUnits(Units):
    """The hierarchy of Severa's units, as the organisation says it is. `refreshed`: what a reading of it does."""

    def __init__(self, organisation: Organisation) -> None:
        self.their = organisation
        self.refreshed = AsyncMock()

    async def known(self) -> None:
        pass

    async def refresh(self) -> None:
        await self.refreshed()

    def company(self, unit: str) -> str:
        return self.their.owner

    def held(self, unit: str) -> tuple[CompanyContext, GatewayError] | None:
        return self.their.unit_held


class StandingQueues(DocumentQueues):
    """Nobody reads what is put in."""

    def __init__(self) -> None:
        super().__init__()
        self.put_in = list[str]()

    def put(self, context: CompanyContext, key: str, step: Step, counts: bool = True) -> None:
        self.put_in.append(key)


class Organisation:
    """Companies by id, each with whether it is on. `list` gives the heads that wait, or raises; so do `rows`."""

    def __init__(self, **companies: bool) -> None:
        self.wall, self.clock = 1.8e9, 0.0
        self.home = MemoryLedger(broker_time=lambda: self.wall).take(HOME, clock=lambda: self.clock)
        self.logs: Any = []
        self.heads: list[SalesInvoice] = [HEAD]
        self.odd: list[OddHead] = []
        self.list, self.rows = AsyncMock(side_effect=self._listed), AsyncMock(return_value=[])
        self.statuses = {"Ready": "before", "Done": "after"}
        #: A MemorySevera, whose calls the tests exchange.
        self.severa = cast(Any, MemorySevera())
        self.severa.silence = self.outage = Outage(lambda: self.clock)
        self.severa.waiting_invoices, self.severa.rows = self.list, self.rows
        self.severa.invoice = AsyncMock(return_value=None)
        self.card = self.severa.customer = AsyncMock(return_value=HEAD.customer)
        self.severa.unit_of_project = AsyncMock(return_value=None)
        self.severa.status_ids = self._status_ids
        self.units = MemoryUnits(self)
        self.unit_held: tuple[CompanyContext, GatewayError] | None = None
        self.owner: str = next(iter(companies))
        self.contexts = {name: self._context(name, on) for name, on in companies.items()}
        listing = Waiting(self.severa, self.home, None)
        self.work_list = WorkList(
            "nordic", self.home, FLOW, listing, self.contexts, Polling(), partial(PUBLISHING.change, FLOW), self.units
        )
        self.poller = Poller(self.work_list, self.severa, 8.0, clock=lambda: self.clock)

    def _context(self, name: str, on: bool) -> CompanyContext:
        context = a_context(a_company(name, on), severa=self.severa, clock=lambda: self.wall)
        context.waits.clock = lambda: self.clock
        return context

    async def _listed(self, *_: Any) -> Page:
        return Page(tuple(self.heads), None, tuple(self.odd))

    async def _status_ids(self, *names: str) -> tuple[str, ...]:
        return tuple(self.statuses[name] for name in names)

    async def poll(self, seconds: float = 5.0) -> None:
        """Seconds later, one poll; what it began to read has ended."""
        self.wall, self.clock = self.wall + seconds, self.clock + seconds
        with capture_logs() as self.logs:  # a traceback with all these fakes would take seconds to draw
            await self.poller._poll()
            await self.poller._report()
            for task in list(self.work_list.queues._tasks.values()):
                await task

    @property
    def published(self) -> list[Outcome | Changed[SalesInvoice]]:
        """Outcomes and changes that were published."""
        return published(self.home)

    @property
    def reported(self) -> list[tuple[str, str]]:
        """Whom each error outcome is about, and its code."""
        return [(str(outcome.key), outcome.error.code) for outcome in outcomes(self.home) if outcome.error]

    @property
    def over(self) -> list[str]:
        """Codes of errors of a whole company that were said to be over."""
        return [over.notes[0].partition(" is over: ")[0] for over in outcomes(self.home) if is_over(over)]

    @property
    def held(self) -> set[str]:
        """Companies that are held."""
        return {company for company, context in self.contexts.items() if context.hold is not None}
