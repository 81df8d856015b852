"""The poll of one organisation: which lists are read when, within rate budget and windows (decisions 1, 2, 18)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from gateway.delivery.company import CompanyContext
from gateway.delivery.hold_actions import hold_unreadable, place_hold, report_over, stage_passed, track_outage
from gateway.delivery.holds import Hold, Stage
from gateway.delivery.overdue import report_waits
from gateway.errors import Configuration, GatewayError, Permanent, Varying, configuration
from gateway.http import Listed
from gateway.ledger import Home, HomeLost, Unreadable, end_quarantine
from gateway.polling.recent import RecentWindow
from gateway.polling.sweep import sweep
from gateway.polling.worklist import WorkList
from gateway.severa.client import SeveraClient

log = structlog.get_logger()

#: The most pages of recent changes that one poll reads; the whole list finds the rest.
RECENT_PAGES = 5


def _a_walk() -> Listed:
    return Listed("Severa", "list invoices", "guid")


@dataclass(slots=True)
class Poller:
    """Polls one organisation from its home."""

    work_list: WorkList
    severa: SeveraClient
    #: Calls per second that the organisation may use.
    severa_rate: float
    #: Seconds, for how long polls have failed.
    clock: Callable[[], float] = time.monotonic
    _page: str | None = None
    _walk: Listed = field(default_factory=_a_walk)
    _seen: set[str] = field(default_factory=set)
    _recent: RecentWindow = field(init=False)
    _listed: int = 0
    _failing_since: float | None = None

    def __post_init__(self) -> None:
        self._recent = RecentWindow(self.home.broker_time)

    @property
    def name(self) -> str:
        """The name of the organisation."""
        return f"{self.work_list.organisation} {self.work_list.flow.kind}"

    @property
    def home(self) -> Home:
        """The home that it polls from."""
        return self.work_list.home

    async def run(self) -> None:
        """Poll until cancelled. A failing cycle is reported and retried. Raises HomeLost."""
        try:
            while True:
                began = time.monotonic()
                try:
                    await self._poll()
                    await self._report()
                except HomeLost:
                    raise
                except Exception:  # a fault of the gateway must not end the poll of all companies
                    log.exception("poll failed", organisation=self.work_list.organisation)
                await asyncio.sleep(max(0.0, self.interval() - (time.monotonic() - began)))
        finally:
            await self.work_list.queues.close()

    async def _report(self) -> None:
        """Report documents that have waited too long; hold a company whose records can't be read."""
        for context in self._active():
            try:
                await report_waits(context, self.home, full=self.work_list.capacity(context) <= 0)
            except Unreadable as error:
                context.cannot_read(error)

    async def _poll(self) -> None:
        """One cycle, and what its result means for the companies' holds. Severa is not asked while every company waits
        for its probe. Raises HomeLost.
        """
        if self.home.lost is not None:
            raise self.home.lost
        for context in self._active():  # a company without invoices has no attempt that would end it
            await end_quarantine(self.home, context.company.id)
        for context in self.work_list.contexts.values():
            await hold_unreadable(context, self.home)
            if not context.company.active and not context.unreadable:
                await report_over(context, self.home, "the company was switched off in the settings.")
        held, self._listed = {company: context.hold for company, context in self.work_list.contexts.items()}, 0
        sweep(
            self.work_list,
            [context for context in self.work_list.contexts.values() if not self.work_list.is_on(context)],
            set(),
            0,
        )
        if not any(map(self.work_list.may_ask, self._active())):
            return
        try:
            await self.cycle()
        except HomeLost:
            raise
        except GatewayError as error:
            log.warning("poll failed", organisation=self.work_list.organisation, code=error.code, detail=error.detail)
            await self._failed(error)
        except Exception as error:  # an answer that no model can read
            log.exception("poll failed", organisation=self.work_list.organisation)
            await self._failed(error)
        else:
            await self._went_well(held)

    async def _went_well(self, held: Mapping[str, Hold | None]) -> None:
        """Clear the holds that a poll began, for each company whose statuses were found and listed."""
        self._failing_since = None
        for company, context in self.work_list.contexts.items():
            if self._listed and company in self.work_list.before:
                await stage_passed(context, self.home, Stage.POLL, held[company], self.work_list.flow.kind)
        await self._listen()

    async def _failed(self, error: Exception) -> None:
        """An error of Severa concerns every company and is reported once, not only logged (decision 14). Errors that
        may end by themselves get as long as an API gets before it is down.
        """
        self._page = None
        if self._failing_since is None:
            self._failing_since = self.clock()
        await self._listen()
        for context in self._active():
            if isinstance(error, Configuration):
                await place_hold(context, self.home, error, Stage.POLL, self.work_list.flow.kind)
            elif isinstance(error, Permanent) or self._for_long(context):
                await place_hold(context, self.home, _no_list(error), Stage.POLL, self.work_list.flow.kind)

    def _for_long(self, context: CompanyContext) -> bool:
        """Whether polls have failed for long although Severa answers. Without answers Severa is down, which is reported
        anyway.
        """
        limit, since = context.delivery.down_after, self._failing_since
        long = since is not None and self.clock() - since >= limit
        return long and self.severa.outage.seconds < limit / 2

    def _active(self) -> list[CompanyContext]:
        return [context for context in self.work_list.contexts.values() if self.work_list.is_on(context)]

    async def _listen(self) -> None:
        """If Severa is down, hold every company of its organisation (decision 14)."""
        for context in self._active():
            await track_outage(context, self.home, "Severa", self.severa.outage, Stage.POLL)

    def interval(self) -> float:
        """Seconds between two polls: listing may use at most a quarter of the rate budget (decision 18)."""
        quarter = self.severa_rate / 4
        return min(
            max(self.work_list.polling.interval_min, self._listed / quarter), self.work_list.polling.interval_max
        )

    async def cycle(self) -> None:
        """One poll: recent changes first, then on through the whole list from where the last poll stopped."""
        await self.work_list.refresh()
        await self._list_recent()
        await self._list_on()

    async def _list_recent(self) -> None:
        """List what recently came into the waiting status, so that it never queues behind a backlog (B7)."""
        since = self._recent.since()
        following: str | None = None
        for _ in range(RECENT_PAGES if since else 0):
            if not (wanted := self._wanted()):
                break
            before = self.home.commits
            page = await self.work_list.listing.page(wanted, following, since)
            self._listed += 1
            await self.work_list.consider(page, before)
            if (following := page.following) is None:
                break
        self._recent.listed()

    async def _list_on(self) -> None:
        """Continue the whole list, page by page, as far as windows and a quarter of the budget allow; then sweep."""
        for _ in range(max(1, int(self.severa_rate / 4 * self.work_list.polling.interval_min) - self._listed)):
            if not (wanted := self._wanted(full=0.5)):
                return
            if self._page is None:
                self._seen.clear()
                self._walk = _a_walk()
            before = self.home.commits
            page = await self.work_list.listing.page(wanted, self._page)
            self._page = self._walk.follow(page.following)
            self._listed += 1
            self._seen |= page.guids
            await self.work_list.consider(page, before)
            if self._page is None:
                sweep(self.work_list, self._active(), self._seen, before)
                for context in self._active():
                    context.waits.listed(self._seen, self.work_list.prefix(context))
                return

    def _wanted(self, full: float = 1.0) -> list[str]:
        """Guids of the waiting statuses of companies that are on, not held, and whose window is less full than this.

        The whole list is read for half a window at a time: a page per free place would cost more than it finds.
        """
        work_list = self.work_list
        return sorted(
            {
                work_list.before[context.company.id]
                for context in work_list.contexts.values()
                if work_list.is_on(context) and work_list.capacity(context) > work_list.limit(context) * (1 - full)
            }
        )


def _no_list(error: Exception) -> GatewayError:
    """Why no invoice of any company can be listed."""
    if isinstance(error, GatewayError):
        return configuration("LIST_FAILED", detail=error.detail, why=error.code, said=Varying(error.message))
    return configuration("LIST_FAILED", said=f"its answer can't be read ({type(error).__name__}).")
