"""An office a home: desks and polls of the organisations that live there, opened and closed with the home."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from gateway.attachments import Workshop
from gateway.delivery.company import Desk
from gateway.delivery.hold_actions import report_unserved
from gateway.delivery.holds import known_error, known_hold, known_reports
from gateway.documents import Outcome
from gateway.flows.sales_invoices.customers import CustomerCards
from gateway.ledger import Covered, Home, HomeLost, Publish, Unreadable, partition_of, set_horizons
from gateway.polling.change_feed import Feed
from gateway.polling.poller import Poller
from gateway.polling.units import Units
from gateway.polling.worklist import Intake
from gateway.registers.ensure import Registers
from gateway.settings import Company, GatewaySettings, Organisation
from streams.clients import Clients
from streams.publishing import Publishing
from streams.recall import changes_since, recall
from streams.runtime.ended import log_outcome
from streams.serving import Served

log = structlog.get_logger()


@dataclass(slots=True)
class Office:
    """One open home with its desks by company and its polls by organisation."""

    home: Home
    desks: dict[str, Desk]
    polls: dict[str, asyncio.Task[None]]


@dataclass(slots=True)
class Offices:
    """Opens and closes offices as homes come and go (a HomeListener)."""

    settings: GatewaySettings
    clients: Clients
    publishing: Publishing
    folder: Path
    workshop: Workshop = field(default_factory=lambda: Workshop(at_once=2))
    reopen: Callable[[int], Awaitable[bool]] | None = None
    _reopening: set[asyncio.Task[bool]] = field(default_factory=set)
    _open: dict[int, Office] = field(default_factory=dict)
    _replayed: dict[str, int] = field(default_factory=dict)

    def desk(self, company: str, home: Home) -> Desk | None:
        """The desk of a company in this home; None when no such company is configured here. Raises HomeLost."""
        office = self._open.get(home.number)
        if office is None or office.home is not home:
            raise HomeLost(f"home {home.number} is closing")
        return office.desks.get(company)

    def here(self, number: int) -> list[Organisation]:
        """The organisations whose home this is."""
        partitions = self.settings.kafka.partitions
        return [one for one in self.settings.organisations if partition_of(one.name, partitions) == number]

    async def opened(self, home: Home) -> None:
        """A home is ours: make its desks, start its polls."""
        await self.closing(home.number)
        desks: dict[str, Desk] = {}
        pollers: list[Poller] = []
        here = self.here(home.number)
        covered = {company.id: Covered(one.name, company.active) for one in here for company in one.companies}
        horizons = await set_horizons(home, covered, timedelta(seconds=self.settings.delivery.absence))
        proving = asyncio.Lock()
        for organisation in here:
            for one in organisation.companies:
                desk = desks[one.id] = self._desk(home, organisation, one, horizons)
                desk.colleagues = tuple(other for other, known in covered.items() if known.active and other != one.id)
                desk.proving = proving
        refused = await recall(desks, home)
        for organisation in here:
            own = {one.id: desks[one.id] for one in organisation.companies}
            severa = self.clients.severa(organisation)
            refused_since = changes_since(
                refused.get(organisation.name), self.settings.polling.retry_refused, home.broker_time()
            )
            intake = Intake(
                organisation=organisation.name,
                home=home,
                severa=severa,
                desks=own,
                polling=self.settings.polling,
                publish=self.publishing.change,
                customers=CustomerCards(severa, home, refused_since),
                rows=Feed(severa.rows_changed_since, home, refused_since),
                products=Feed(severa.products_changed_since, home, refused_since),
                units=Units(organisation.name, home, severa, own, self.settings.polling.units_again),
            )
            for desk in own.values():
                desk.company_of = intake.company
            pollers.append(Poller(intake, self.settings.severa.rate))
            self.clients.taken_over(organisation, home.held_for)
        polls = {
            one.intake.organisation: asyncio.create_task(self._poll(one), name=f"poll {one.intake.organisation}")
            for one in pollers
        }
        self._open[home.number] = Office(home, desks, polls)
        self.clients.share(self._companies(), home.held_for)
        if desks:
            log.info("home opened", home=home.number, epoch=home.epoch, companies=sorted(desks))

    async def closing(self, number: int) -> None:
        """A home goes: stop its polls, and let its part of the limits go at once; what they had begun to publish is
        the ledger's matter.
        """
        office = self._open.pop(number, None)
        if office is None:
            return
        self.clients.share(self._companies())
        for poll in office.polls.values():
            poll.cancel()
        await asyncio.gather(*office.polls.values(), return_exceptions=True)
        self._replayed |= {one.company.id: one.replayed for one in office.desks.values()}

    def ended_polls(self) -> list[str]:
        """Organisations whose poll a fault of ours has ended: nobody else begins it again. A lost home's is no such."""
        polls = [one for office in self._open.values() for one in office.polls.items()]
        return [name for name, poll in polls if poll.done() and not poll.cancelled() and poll.exception() is not None]

    def lost(self) -> list[tuple[int, float]]:
        """Events that were published and not read, and then published again: their home, and when it was first."""
        places = [(office.home.number, desk) for office in self._open.values() for desk in office.desks.values()]
        return [(home, at) for home, desk in places for at in desk.lost.values()]

    async def report_unserved(self, unserved: Mapping[Served, int]) -> None:
        """Tell of companies that no worker serves and whose home is ours. A home that is lost is told of by its next
        owner, after the next assignment.
        """
        for one, number in unserved.items():
            office = self._open.get(number)
            if office is not None:
                with contextlib.suppress(HomeLost):
                    await report_unserved(office.home, self.publishing.outcome, one.company, one.organisation)

    def held(self) -> list[dict[str, str]]:
        """The companies that are held here, each with its cause and since when."""
        desks = [desk for office in self._open.values() for desk in office.desks.values()]
        holds = [(desk.company.id, desk.hold) for desk in desks if desk.hold is not None]
        return [{"company": company, "code": hold.code, "since": hold.since} for company, hold in sorted(holds)]

    async def _poll(self, poller: Poller) -> None:
        try:
            await poller.run()
        except HomeLost as lost:
            log.warning("poll ends, the home is lost", organisation=poller.intake.organisation, why=str(lost))
            if self.reopen is not None:  # in a task of its own: reopening ends this one
                task = asyncio.create_task(self._again(poller.home.number))
                self._reopening.add(task)
                task.add_done_callback(self._reopening.discard)
        except Exception:
            log.exception("poll ended", organisation=poller.intake.organisation)
            raise

    async def _again(self, number: int) -> bool:
        return self.reopen is not None and await self.reopen(number)

    def _told(self, outcome: Outcome) -> Publish:
        log_outcome(outcome)
        return self.publishing.outcome(outcome)

    def _companies(self) -> list[str]:
        return [company for office in self._open.values() for company in office.desks]

    def _desk(self, home: Home, organisation: Organisation, company: Company, horizons: Mapping[str, datetime]) -> Desk:
        procountor = self.clients.procountor(company)
        desk = Desk(
            organisation=organisation.name,
            company=company,
            delivery=self.settings.delivery,
            severa=self.clients.severa(organisation).on_behalf(company.id),
            procountor=procountor,
            registers=Registers(company.id, organisation.name, procountor),
            publish=self._told,
            workshop=self.workshop,
            folder=self.folder,
            horizon=horizons.get(company.id, home.taken.at),
            clock=home.broker_time,
            echo_proved=home.get(f"{company.id}/echo") is not None,
            replayed=self._replayed.pop(company.id, 0),
        )
        desk.current_error = known_error(home, company.id)
        try:
            desk.horizon = max(desk.horizon, datetime.fromtimestamp(home.forgotten / 1000, UTC))  # ADR 14
            desk.hold, desk.reported = known_hold(home, company.id), known_reports(home, company.id)
        except Unreadable as error:
            desk.cannot_read(error)
        return desk
