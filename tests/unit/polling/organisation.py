"""An organisation that is polled: everything real but Severa and the ledger, which are in memory."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

from structlog.testing import capture_logs

from gateway.delivery.company import CompanyContext
from gateway.documents import Outcome, SalesInvoice
from gateway.flows.sales_invoices.flow import FLOW
from gateway.flows.sales_invoices.source import Waiting
from gateway.http import Outage
from gateway.ledger import Intent
from gateway.notify.mail import is_over
from gateway.polling.change_feed import Changes
from gateway.polling.poller import Poller
from gateway.polling.worklist import WorkList
from gateway.severa.client import Page
from gateway.severa.responses import OddHead
from tests.unit.invoices import an_invoice
from tests.unit.one_document import Ledger

HEAD = an_invoice(status_id="before")


class Counted(Ledger):
    """A home that numbers its commits."""

    commits = 0

    def __init__(self) -> None:
        super().__init__()
        self.committed: dict[str, int] = {}

    async def commit(self, **what: Any) -> None:
        await super().commit(**what)
        self.commits += 1
        self.committed |= {one.key: self.commits for one in what.get("writes", ())}

    def commit_of(self, key: str) -> int:
        return self.committed.get(key, 0)

    def intents(self) -> Iterator[Intent]:
        return iter(list(self.open.values()))


class Organisation:
    """Companies by id, each with whether it is on. `list` gives the heads that wait, or raises; so do `rows`."""

    def __init__(self, **companies: bool) -> None:
        self.home: Any = Counted()
        self.wall, self.clock = 1.8e9, 0.0
        self.logs: Any = []
        self.heads: list[SalesInvoice] = [HEAD]
        self.odd: list[OddHead] = []
        self.list, self.rows = AsyncMock(side_effect=self._listed), AsyncMock(return_value=[])
        self.statuses = {"Ready": "before", "Done": "after"}
        self.outage = Outage(lambda: self.clock)
        self.severa: Any = SimpleNamespace(
            waiting_invoices=self.list,
            rows=self.rows,
            invoice=AsyncMock(return_value=None),
            unit_of_project=AsyncMock(return_value=None),
            status_ids=self._status_ids,
            rows_changed_since=AsyncMock(return_value={}),
            products_changed_since=AsyncMock(return_value={}),
            outage=self.outage,
        )
        self.units: Any = SimpleNamespace(
            refresh=AsyncMock(), known=AsyncMock(), company=lambda unit: self.owner, held=lambda unit: self.unit_held
        )
        self.unit_held: Any = None
        self.owner = next(iter(companies))
        self.contexts = {name: self._context(name, on) for name, on in companies.items()}
        polling: Any = SimpleNamespace(window=50, interval_min=5.0, interval_max=300.0, retry_refused=3600.0)
        polling.publish_again = 300.0
        listing = Waiting(self.severa, self.home, None)
        cards: Any = SimpleNamespace(refresh=AsyncMock(), changes=Changes(self.home))
        cards.card = self.card = AsyncMock(side_effect=lambda customer: customer)
        listing.customers = cards
        self.work_list = WorkList(
            "nordic",
            self.home,
            FLOW,
            listing,
            self.contexts,
            polling,
            lambda change: cast(Any, change),
            self.units,
        )
        self.poller = Poller(self.work_list, self.severa, 8.0, clock=lambda: self.clock)

    def _context(self, name: str, on: bool) -> CompanyContext:
        sales = SimpleNamespace(enabled=True, dimensions=SimpleNamespace(by_project=False))
        sales.status_before, sales.status_after = "Ready", "Done"
        company = SimpleNamespace(id=name, active=on, enabled=on, sales=sales, fingerprint=lambda: "f")
        nothing: Any = None
        context = CompanyContext(
            organisation="nordic",
            company=cast(Any, company),
            delivery=cast(
                Any, SimpleNamespace(down_after=300.0, second_look=3600.0, report_after=3600.0, absence=86_400.0)
            ),
            severa=self.severa,
            procountor=nothing,
            registers=nothing,
            publish=lambda outcome: cast(Any, outcome),
            horizon=nothing,
            file_processor=nothing,
            folder=nothing,
            clock=lambda: self.wall,
        )
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
    def reported(self) -> list[tuple[str, str]]:
        """Whom each error outcome is about, and its code."""
        told = [one for one in self.home.told if isinstance(one, Outcome)]
        return [(str(one.key), one.error.code) for one in told if one.error]

    @property
    def over(self) -> list[str]:
        """Codes of errors of a whole company that were said to be over."""
        told = [one for one in self.home.told if isinstance(one, Outcome) and is_over(one)]
        return [one.notes[0].partition(" is over: ")[0] for one in told]

    @property
    def held(self) -> set[str]:
        """Companies that are held."""
        return {company for company, context in self.contexts.items() if context.hold is not None}
