"""Severa's travel reimbursements for one organisation, under a login with their own scopes."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from gateway.attachments import FileReference
from gateway.documents import Line, TravelReimbursement
from gateway.http import CallLease, HttpTransport, Secret
from gateway.rules.register_items import UserCard
from gateway.severa import requests as shared
from gateway.severa import responses as common
from gateway.severa import travel_requests as requests
from gateway.severa import travel_responses as responses
from gateway.severa import users_requests, users_responses
from gateway.severa.calls import Page, SeveraCalls, StatusGuids

log = structlog.get_logger()


class SeveraTravel(SeveraCalls):
    """The calls of one organisation about travel reimbursements, under the organisation's rate budget."""

    def __init__(
        self,
        organisation: str,
        client_id: str,
        client_secret: Secret,
        transport: HttpTransport,
        again: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`again`: for how many seconds units of users, cost centers and guids of statuses are believed."""
        super().__init__(organisation, client_id, client_secret, transport, requests.SCOPES)
        self._again, self._clock = again, clock
        self._statuses = StatusGuids(again, clock)
        self._units: dict[str, tuple[float, str | None]] = {}
        self._cost_centers: dict[str, tuple[float, str]] = {}

    async def waiting(
        self, status_guids: Sequence[str], page_token: str | None, changed_since: datetime | None = None
    ) -> Page:
        """One page of heads in these statuses. A head without a guid is skipped: it can't be read again."""
        request = requests.reimbursements(status_guids, page_token, changed_since)
        page = await self._heads(request, page_token, responses.reimbursement, responses.odd_head)
        for head in page.unnamed:
            detail = head.error.detail
            log.error("travel reimbursement skipped: it has no guid", organisation=self.organisation, detail=detail)
        return page.named

    async def reimbursement(self, guid: str) -> TravelReimbursement | None:
        """The head of a reimbursement; None if Severa itself says that it doesn't exist."""
        reply = await self._call_if_there(requests.reimbursement(guid))
        return reply.read_of("guid", guid, responses.reimbursement) if reply is not None else None

    async def lines(self, guid: str, by_cost_center: bool = False) -> tuple[Line, ...]:
        """All lines of a reimbursement, by their days; `by_cost_center`: with the identifiers of their cost centers."""
        listed = await self._pages(partial(requests.lines, guid))
        read = sorted(listed.read(responses.line), key=lambda one: (one.line.date, one.created, one.line.id))
        centers = {one.cost_center for one in read if one.cost_center} if by_cost_center else set[str]()
        known = {center: await self._cost_center(center) for center in sorted(centers)}
        return tuple(
            replace(one.line, position=n, cost_center=known.get(one.cost_center or "") or None)
            for n, one in enumerate(read, start=1)
        )

    async def _cost_center(self, guid: str) -> str:
        read_at, known = self._cost_centers.get(guid, (float("-inf"), ""))
        if not known or self._clock() - read_at >= self._again:
            reply = await self._call_if_there(requests.cost_center(guid))
            known = reply.read_of("guid", guid, responses.cost_center) if reply is not None else ""
            self._cost_centers[guid] = self._clock(), known
        return known

    async def unit_of_user(self, guid: str) -> str | None:
        """The business unit of a user, which is the reimbursement's (decision 13); believed for a while."""
        read_at, known = self._units.get(guid, (float("-inf"), None))
        if self._clock() - read_at >= (self._again if known else min(60.0, self._again)):
            reply = await self._call(users_requests.user(guid))
            known = reply.read_of("guid", guid, users_responses.unit_of_user)
            self._units[guid] = self._clock(), known
        return known

    async def user(self, guid: str, on: dt.date) -> UserCard:
        """A user with personal number and bank account: for one step, kept nowhere (R3). `on`: today."""
        reply = await self._call(users_requests.user(guid))
        return reply.read_of("guid", guid, partial(users_responses.card, on=on))

    async def users_changed_since(self, since: datetime) -> dict[str, tuple[str, str]]:
        """Users that were added or changed since then: by guid, this guid and the time of the change."""
        listed = await self._pages(partial(users_requests.users, since))
        return {guid: (guid, stamp) for guid, stamp in self._calls.readable(listed, common.changed) if guid}

    async def lines_changed_since(self, since: datetime) -> dict[str, tuple[str, str]]:
        """Lines that were added or changed since then: by guid, the reimbursement's guid and the time of the change."""
        listed = await self._pages(partial(requests.lines_changed, since))
        lines = self._calls.readable(listed, responses.changed_line)
        return {guid: (owner, stamp) for guid, owner, stamp in lines if guid and owner}

    async def statuses(self) -> list[responses.TravelStatus]:
        """All travel reimbursement statuses in use."""
        return self._calls.readable(await self._rows(requests.statuses), responses.status)

    async def status_ids(self, *names: str) -> tuple[str, ...]:
        """The guids of the statuses with these names. Raises Configuration if a name has no status, or several."""
        return await self._statuses.find(names, self.statuses)

    async def set_status(self, guid: str, status_guid: str, lease: CallLease) -> TravelReimbursement:
        """Set a reimbursement's status; returns its new head. Raises what `lease` raises if a frozen process read the
        head too long ago: a user may have changed the status since.
        """
        reply = await self._call(requests.set_status(guid, status_guid), lease)
        return reply.read(lambda tree: responses.moved(tree, guid))

    async def pdf(self, guid: str, target: Path, most: int) -> None:
        """Download the reimbursement as Severa prints it, at most `most` bytes. Raises TooLarge, OSError."""
        await self._calls.save(requests.pdf(guid), self._turn, target, most)

    async def receipts(self, line_guid: str, count: int | None = None) -> list[FileReference]:
        """The receipts of a line; `count`: how many there are, if known."""
        return (await self._rows(partial(requests.receipts, line_guid), count)).read(responses.receipt)

    async def file(self, guid: str, target: Path, most: int) -> None:
        """Download a file of at most `most` bytes. Raises TooLarge, OSError."""
        await self._calls.save(shared.file_data(guid), self._turn, target, most)
