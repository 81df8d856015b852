"""The poll of one organisation: which lists are read when, within rate budget and windows (decisions 1, 2, 18)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace

import structlog

from gateway.delivery.holding import hold, listen, passed
from gateway.delivery.holds import LISTED
from gateway.delivery.replay import Digests
from gateway.errors import Configuration, GatewayError
from gateway.ledger import Home, HomeLost
from gateway.polling.intake import Intake
from gateway.polling.recent import Recent
from gateway.polling.sweep import sweep

log = structlog.get_logger()

#: Pages of what changed lately that one poll reads; the rest is found by the whole list.
RECENT_PAGES = 5


@dataclass(slots=True)
class Poller:
    """Polls one organisation from its home. `severa_rate`: calls a second that the organisation may take."""

    intake: Intake
    severa_rate: float
    _page: str | None = None
    _seen: set[str] = field(default_factory=set)
    _recent: Recent = field(default_factory=Recent)
    _listed: int = 0
    _cause: str = ""

    @property
    def home(self) -> Home:
        """The home that it polls from."""
        return self.intake.home

    async def run(self) -> None:
        """Poll until cancelled; a cycle that fails is told and tried again. Raises HomeLost."""
        digests = Digests(self.home)
        try:
            while True:
                began = time.monotonic()
                try:
                    await self.cycle()
                    await self._probe()
                    await self._listen()
                    await digests.tell(self.intake.desks)
                except Configuration as error:
                    log.error("poll failed", organisation=self.intake.organisation, code=error.code)
                    self._page = None
                    await self._hold(error)
                except GatewayError as error:
                    log.warning(
                        "poll failed", organisation=self.intake.organisation, code=error.code, detail=error.detail
                    )
                    self._page = None
                    await self._listen()
                except HomeLost:
                    raise
                except Exception:  # an answer that no model knows must not end the poll of all companies
                    log.exception("poll failed", organisation=self.intake.organisation)
                    self._page = None
                await asyncio.sleep(max(0.0, self.interval() - (time.monotonic() - began)))
        finally:
            await self.intake.readers.close()
            await digests.tell_rest(self.intake.desks)

    async def _hold(self, error: Configuration) -> None:
        """Severa refuses us: that concerns every company, and is told once, not only logged (decision 14)."""
        for desk in self.intake.desks.values():
            if desk.company.active and (desk.hold is None or desk.hold.probing()):
                await hold(desk, self.home, error, by=LISTED)
        self._cause = error.cause

    async def _probe(self) -> None:
        """Severa lets us in: what was held for that goes on. A poll that listed nothing has asked too little to say so,
        but what it was held for need not wait for its next probe. Nor does one say so that has not come yet to the
        invoice that stopped the one before.
        """
        for desk in self.intake.desks.values():
            if self._listed and not self.intake.stopped_by:
                await passed(desk, self.home, LISTED)
            elif desk.hold is not None and self._cause in desk.hold.met:
                desk.hold = replace(desk.hold, next_probe=0.0)
        self._cause = ""

    async def _listen(self) -> None:
        """Severa that is down concerns every company of its organisation (decision 14)."""
        for desk in self.intake.desks.values():
            if desk.company.active:
                await listen(desk, self.home, "Severa", self.intake.severa.silence)

    def interval(self) -> float:
        """Seconds between two polls: a quarter of the rate budget at the most goes into listing (decision 18)."""
        quarter = self.severa_rate / 4
        return min(max(self.intake.polling.interval_min, self._listed / quarter), self.intake.polling.interval_max)

    async def cycle(self) -> None:
        """One poll: what changed lately, at once; then on through the whole list, from where the last one stopped."""
        if self.home.lost is not None:
            raise self.home.lost
        await self.intake.refresh()
        self._listed = 0
        await self._list_recent()
        await self._list_on()

    async def _list_recent(self) -> None:
        """What came into the waiting status lately never stands behind a backlog (SPEC B7)."""
        since = self._recent.since()
        page: str | None = None
        for _ in range(RECENT_PAGES if since else 0):
            if not (wanted := self._wanted()):
                break
            before = self.home.commits
            heads, page = await self.intake.severa.waiting_invoices(wanted, page, since)
            self._listed += 1
            await self.intake.consider(heads, before)
            if page is None:
                break
        self._recent.listed()

    async def _list_on(self) -> None:
        """The whole list, page by page, as far as windows and a quarter of the budget reach; then the sweep."""
        for _ in range(max(1, int(self.severa_rate / 4 * self.intake.polling.interval_min) - self._listed)):
            if not (wanted := self._wanted(full=0.5)):
                return
            if self._page is None:
                self._seen.clear()
            before = self.home.commits
            heads, self._page = await self.intake.severa.waiting_invoices(wanted, self._page)
            self._listed += 1
            self._seen |= {head.id for head in heads}
            await self.intake.consider(heads, before)
            if self._page is None:
                self.intake.stopped_by = ""
                sweep(self.intake, self._seen, before)
                return

    def _wanted(self, full: float = 1.0) -> list[str]:
        """Guids of the statuses that companies wait in whose window is less full than this; switched on, not held.

        The whole list is read on for half a window at a time: a page for each free place would cost more than it finds.
        """
        intake = self.intake
        return sorted(
            {
                intake.before[desk.company.id]
                for desk in intake.desks.values()
                if desk.company.enabled
                and desk.company.sales.enabled
                and intake.room(desk) > intake.window(desk) * (1 - full)
            }
        )
