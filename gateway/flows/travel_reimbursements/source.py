"""Travel reimbursements in Severa: heads, statuses, the list of waiting ones, and changes that may fix a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import Statuses
from gateway.delivery.hold_actions import holding
from gateway.delivery.record import TransferRecord
from gateway.documents import TravelReimbursement
from gateway.errors import Configuration, Varying, configuration
from gateway.ledger import Home, Lease
from gateway.polling.change_feed import ChangeFeed, read_if_possible
from gateway.severa.client import Page, SeveraClient

#: Where nothing waits: the statuses of a company whose flow is off. It is asked for nothing (S19).
NOWHERE = Statuses("", "")
#: What Severa answers without the add-on, or to a client without the scopes of travel reimbursements.
NOT_IN_USE = frozenset(("RIGHTS_MISSING", "SCOPES_MISSING", "LOGIN_REFUSED"))


class InSevera:
    """A Source."""

    async def statuses(self, context: CompanyContext) -> Statuses:
        """Guids of the statuses before and after the transfer (S9). Raises Configuration: TRAVEL_ADDON_MISSING if
        Severa has no travel reimbursements for us.
        """
        travel = context.company.travel
        if not travel.enabled:
            return NOWHERE
        with _in_use(context):
            return Statuses(*await context.severa.travel.status_ids(travel.status_before, travel.status_after))

    async def head(self, context: CompanyContext, id_: str) -> TravelReimbursement | None:
        """The reimbursement's head as it is now; None if it was deleted."""
        return await context.severa.travel.reimbursement(id_)

    async def set_status(self, context: CompanyContext, id_: str, status: str, lease: Lease) -> TravelReimbursement:
        """Set its status. Returns its new head."""
        return await context.severa.travel.set_status(id_, status, lease)


@dataclass(slots=True)
class Waiting:
    """The waiting reimbursements of one organisation (a Listing)."""

    severa: SeveraClient
    home: Home
    #: From when on a change may fix a refusal in the ledger; None if there is none.
    since: datetime | None
    users: ChangeFeed = field(init=False)
    lines: ChangeFeed = field(init=False)
    #: A company has the flow on: before that, nothing is read (S19).
    listed: bool = False

    def __post_init__(self) -> None:
        self.users = ChangeFeed(self.severa.travel.users_changed_since, self.home, self.since)
        self.lines = ChangeFeed(self.severa.travel.lines_changed_since, self.home, self.since)

    async def refresh(self, refused: bool) -> None:
        """Read changes of users and lines, while something is refused."""
        if self.listed:
            await read_if_possible("users", self.users.refresh(refused))
            await read_if_possible("travel expenses", self.lines.refresh(refused))

    async def page(self, statuses: Sequence[str], following: str | None, since: datetime | None = None) -> Page:
        """One page of heads in these statuses; `since`: only those that changed since then."""
        self.listed = True
        return await self.severa.travel.waiting(statuses, following, since)

    async def unit(self, head: TravelReimbursement) -> str:
        """The business unit of the user; "" if there is none."""
        return (await self.severa.travel.unit_of_user(head.user_id) if head.user_id else None) or ""

    async def whole(self, context: CompanyContext, head: TravelReimbursement) -> TravelReimbursement:
        """The reimbursement with its lines. If Severa doesn't let us read them, the company is held."""
        by_cost_center = bool(context.company.travel.dimensions.cost_center)
        async with holding(context, self.home):
            lines = await context.severa.travel.lines(head.id, by_cost_center)
        return replace(head, lines=lines)

    def may_be_fixed(self, head: TravelReimbursement, record: TransferRecord, commit: int) -> bool:
        """Whether its user or one of its lines has changed since this commit of the home."""
        return self.users.changes.since(commit, head.user_id) or self.lines.changes.since(commit, head.id)


@contextmanager
def _in_use(context: CompanyContext) -> Iterator[None]:
    """Says that Severa has no travel reimbursements for us, where it refuses them."""
    try:
        yield
    except Configuration as error:
        if error.code not in NOT_IN_USE:
            raise
        said, company = Varying(error.detail or error.message), context.company.id
        facts = {"organisation": context.organisation, "company": company}
        raise configuration("TRAVEL_ADDON_MISSING", error.detail, **facts, said=said) from error
