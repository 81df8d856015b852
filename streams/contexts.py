"""Contexts per home: the companies and polls of its organisations, created with the home and dropped with it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from gateway.attachments import FileProcessor
from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import AnyFlow, AnySyncFlow, SyncFlow, TransferFlow
from gateway.delivery.hold_actions import report_unserved
from gateway.delivery.holds import known_error, known_hold, known_reports
from gateway.delivery.pauses import known_pause
from gateway.delivery.replay import Digests
from gateway.documents import DocumentKey, Kind, Outcome
from gateway.documents.ledger_keys import echo_key
from gateway.flows.registry import BY_KIND
from gateway.ledger import Covered, Home, HomeLost, Publish, Unreadable, begin_horizon, partition_of, set_horizons
from gateway.polling.poller import Poller
from gateway.polling.publisher import Publisher
from gateway.polling.sync_poller import SyncPoller
from gateway.polling.units import Units
from gateway.polling.worklist import WorkList
from gateway.registers.registers import Registers
from gateway.settings import Company, GatewaySettings, Organisation
from streams.clients import Clients
from streams.publishing import Publishing
from streams.recall import changes_since, recall
from streams.runtime.ended import log_outcome
from streams.serving import Served

log = structlog.get_logger()


@dataclass(slots=True)
class HomeContext:
    """An open home with its companies' contexts and its organisations' polls."""

    home: Home
    contexts: dict[str, CompanyContext]
    polls: dict[str, asyncio.Task[None]]
    #: Reports replays, in a task of its own.
    digests: Digests
    reporting: asyncio.Task[None]


@dataclass(slots=True)
class HomeContexts:
    """Opens and closes contexts as homes come and go (a HomeListener)."""

    settings: GatewaySettings
    clients: Clients
    publishing: Publishing
    folder: Path
    flows: Mapping[Kind, AnyFlow] = field(default_factory=lambda: BY_KIND)
    file_processor: FileProcessor = field(default_factory=lambda: FileProcessor(at_once=2))
    reopen: Callable[[int], Awaitable[bool]] | None = None
    _reopening: set[asyncio.Task[bool]] = field(default_factory=set)
    _open: dict[int, HomeContext] = field(default_factory=dict)
    _replayed: dict[str, int] = field(default_factory=dict)

    def context(self, company: str, home: Home) -> CompanyContext | None:
        """The context of a company in this home; None if this worker has no such company. Raises HomeLost."""
        home_context = self._open.get(home.number)
        if home_context is None or home_context.home is not home:
            raise HomeLost(f"home {home.number} is closing")
        return home_context.contexts.get(company)

    def here(self, number: int) -> list[Organisation]:
        """The organisations whose home this is."""
        partitions = self.settings.kafka.partitions
        return [one for one in self.settings.organisations if partition_of(one.name, partitions) == number]

    async def opened(self, home: Home) -> None:
        """The home is ours: create its contexts, start its polls."""
        await self.closing(home.number)
        contexts: dict[str, CompanyContext] = {}
        pollers: list[Poller | SyncPoller] = []
        here = self.here(home.number)
        covered = {company.id: Covered(one.name, company.active) for one in here for company in one.companies}
        horizons = await set_horizons(home, covered, timedelta(seconds=self.settings.delivery.absence))
        proving = asyncio.Lock()
        for organisation in here:
            for one in organisation.companies:
                context = contexts[one.id] = self._context(home, organisation, one, horizons)
                context.colleagues = tuple(
                    other for other, known in covered.items() if known.active and other != one.id
                )
                context.proving = proving
        refused = await recall(contexts, home)
        for organisation in here:
            own = {one.id: contexts[one.id] for one in organisation.companies}
            severa = self.clients.severa(organisation)
            units = Units(organisation.name, home, severa, own, self.settings.polling.units_again)
            known = refused.get(organisation.name)
            since = changes_since(known, self.settings.polling.retry_refused, home.broker_time())
            for flow in self.flows.values():
                if isinstance(flow, SyncFlow):
                    pollers += self._sync_pollers(home, organisation, flow, own, units)
                    continue
                assert isinstance(flow, TransferFlow)
                work_list = WorkList(
                    organisation=organisation.name,
                    home=home,
                    flow=flow,
                    listing=flow.listing(severa, home, since),
                    contexts=own,
                    polling=self.settings.polling,
                    publish=partial(self.publishing.change, flow),
                    units=units,
                    refused=known is not None,
                )
                for context in own.values():
                    context.company_of[flow.kind] = work_list.company
                pollers.append(Poller(work_list, severa, self.settings.severa.rate))
            self.clients.taken_over(organisation, home.held_for)
        polls = {one.name: asyncio.create_task(self._poll(one), name=f"poll {one.name}") for one in pollers}
        digests = Digests(home, contexts)
        reporting = asyncio.create_task(digests.run(self.settings.polling.interval_min), name="report replays")
        self._open[home.number] = HomeContext(home, contexts, polls, digests, reporting)
        self.clients.share(self._companies(), home.held_for)
        if contexts:
            log.info("home opened", home=home.number, epoch=home.epoch, companies=sorted(contexts))

    def _sync_pollers(
        self,
        home: Home,
        organisation: Organisation,
        flow: AnySyncFlow,
        contexts: Mapping[str, CompanyContext],
        units: Units,
    ) -> list[SyncPoller]:
        """Polls of one flow that keeps objects in step, one per company: the flow may be switched on at any time."""
        source = flow.source(self.clients.severa(organisation), units.of)
        publisher = Publisher(organisation.name, home, flow, partial(self.publishing.change, flow))
        found = []
        for context in contexts.values():
            context.sources[flow.kind] = source
            found.append(SyncPoller(context, publisher, source, self.settings.polling))
        return found

    async def take_in(self, settings: GatewaySettings) -> list[str]:
        """Make these the settings of all open homes, from the next step of each document on. Returns the companies that
        changed. Raises HomeLost.

        A company that becomes active begins like one that is new: what is older is looked up first.
        """
        self.settings, changed = settings, []
        companies = {one.id: one for one in settings.companies()}
        for home_context in list(self._open.values()):
            for id_, context in home_context.contexts.items():
                before, now = context.company, companies[id_]
                if before == now:
                    continue
                if now.active and not before.active:
                    context.horizon = await begin_horizon(home_context.home, id_, context.organisation)
                context.company = now
                changed.append(id_)
            active = [id_ for id_, context in home_context.contexts.items() if context.company.active]
            for id_, context in home_context.contexts.items():
                context.colleagues = tuple(one for one in active if one != id_)
        return sorted(changed)

    async def closing(self, number: int) -> None:
        """The home leaves: stop its polls and give up its part of the limits at once. What the polls had begun to
        publish is in the ledger.
        """
        home_context = self._open.pop(number, None)
        if home_context is None:
            return
        self.clients.share(self._companies())
        tasks = [*home_context.polls.values(), home_context.reporting]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._replayed |= {one.company.id: one.replayed for one in home_context.contexts.values()}

    async def report_replays(self) -> None:
        """Homes may leave: report what was counted while a commit works, since their offsets are committed now."""
        await asyncio.gather(*(one.digests.report_rest() for one in self._open.values()))

    def homes(self) -> list[HomeContext]:
        """The open homes."""
        return list(self._open.values())

    def ended_polls(self) -> list[str]:
        """Organisation and kind of each poll that a fault has stopped: nothing restarts it. A lost home is no fault."""
        polls = [one for home_context in self._open.values() for one in home_context.polls.items()]
        return [name for name, poll in polls if poll.done() and not poll.cancelled() and poll.exception() is not None]

    def lost(self) -> list[tuple[Kind, int, float]]:
        """Events that nobody read and that were published again: kind, home, and when the first of them was."""
        places = [
            (home_context.home.number, context)
            for home_context in self._open.values()
            for context in home_context.contexts.values()
        ]
        return [(DocumentKey.parse(key).kind, home, at) for home, context in places for key, at in context.lost.items()]

    async def report_unserved(self, unserved: Mapping[Served, int]) -> None:
        """Report companies that no worker serves and whose home is here. For a lost home, its next owner reports them
        after the next assignment.
        """
        for one, number in unserved.items():
            home_context = self._open.get(number)
            if home_context is not None:
                with contextlib.suppress(HomeLost):
                    await report_unserved(home_context.home, self.publishing.outcome, one.company, one.organisation)

    def held(self) -> list[dict[str, str]]:
        """The companies on hold here, each with its cause and since when."""
        contexts = [context for home_context in self._open.values() for context in home_context.contexts.values()]
        holds = [(context.company.id, "", context.hold) for context in contexts]
        holds += [(context.company.id, str(kind), one) for context in contexts for kind, one in context.pauses.items()]
        return [
            {"company": company, **({"flow": kind} if kind else {}), "code": hold.code, "since": hold.since}
            for company, kind, hold in sorted(holds, key=lambda one: one[:2])
            if hold is not None
        ]

    async def _poll(self, poller: Poller | SyncPoller) -> None:
        try:
            await poller.run()
        except HomeLost as lost:
            log.warning("poll stopped: its home was lost", poll=poller.name, why=str(lost))
            if self.reopen is not None:  # in its own task, because reopening ends this one
                task = asyncio.create_task(self._again(poller.home.number))
                self._reopening.add(task)
                task.add_done_callback(self._reopening.discard)
        except Exception:
            log.exception("poll stopped by a fault", poll=poller.name)
            raise

    async def _again(self, number: int) -> bool:
        return self.reopen is not None and await self.reopen(number)

    def _logged(self, outcome: Outcome) -> Publish:
        log_outcome(outcome)
        return self.publishing.outcome(outcome)

    def _companies(self) -> list[str]:
        return [company for home_context in self._open.values() for company in home_context.contexts]

    def _context(
        self, home: Home, organisation: Organisation, company: Company, horizons: Mapping[str, datetime]
    ) -> CompanyContext:
        procountor = self.clients.procountor(company)
        context = CompanyContext(
            organisation=organisation.name,
            company=company,
            delivery=self.settings.delivery,
            severa=self.clients.severa(organisation).on_behalf(company.id),
            procountor=procountor,
            registers=Registers(company.id, procountor),
            publish=self._logged,
            file_processor=self.file_processor,
            folder=self.folder,
            horizon=horizons.get(company.id, home.taken.at),
            clock=home.broker_time,
            echo_proved=home.get(echo_key(company.id)) is not None,
            replayed=self._replayed.pop(company.id, 0),
        )
        context.current_error = known_error(home, company.id)
        try:
            context.horizon = max(context.horizon, datetime.fromtimestamp(home.forgotten / 1000, UTC))  # ADR 14
            context.hold, context.reported = known_hold(home, company.id), known_reports(home, company.id)
            pauses = {kind: known_pause(home, company.id, kind) for kind in self.flows}
            context.pauses = {kind: paused for kind, paused in pauses.items() if paused is not None}
        except Unreadable as error:
            context.cannot_read(error)
        return context
