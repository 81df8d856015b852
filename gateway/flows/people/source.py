"""Users in Severa: all at first and once a day, those that changed between (ADR 32)."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime

from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import Batch, CompanyOf
from gateway.delivery.record import record_of
from gateway.documents import DocumentKey, Kind, NumberState, User
from gateway.ledger import Home
from gateway.polling.change_feed import OVERLAP
from gateway.severa.client import SeveraClient
from gateway.severa.fields import FINLAND
from gateway.severa.users_responses import ListedUser

#: For how many seconds a list of users serves the organisation's other companies.
FRESH_S = 10.0


@dataclass(slots=True)
class UserList:
    """A list of users, as it was read once for the companies of an organisation."""

    read_at: float
    users: list[ListedUser]
    #: Companies that know something newer: they have had this list, or have read a user since.
    past: set[str] = field(default_factory=set)


def today(context: CompanyContext) -> dt.date:
    """Today where the company is."""
    return context.now().astimezone(FINLAND).date()


@dataclass(slots=True)
class Users:
    """A SyncSource. Its cursor is the day of the last look at all users, and the newest change that a look showed."""

    severa: SeveraClient
    company_of: CompanyOf
    clock: Callable[[], float] = time.monotonic
    #: The last list, by the time since which it was asked for.
    _lists: dict[datetime | None, UserList] = field(default_factory=dict)

    async def changes(
        self, context: CompanyContext, home: Home, cursor: str, confirmed: str
    ) -> AsyncIterator[Batch[User]]:
        """The company's users that may have changed since the cursor, or all."""
        day = today(context)
        looked, _, newest = cursor.partition(" ")
        since = datetime.fromisoformat(newest) if newest and looked == day.isoformat() else None
        found = await self._list(context, since, day)
        own = [one.user for one in found if await self._takes_part(context, home, one)]
        stamps = [one.user.updated_at.isoformat() for one in found if one.user.updated_at is not None]
        yield Batch(tuple(own), f"{day} {max([*stamps, newest])}")

    async def read(self, context: CompanyContext, home: Home, id_: str) -> User | None:
        """The user as it is now; None if it was deleted, moved to another company, or needs no person."""
        for known in self._lists.values():
            known.past.add(context.company.id)
        found = await context.severa.users.user(id_, today(context))
        return found.user if found is not None and await self._takes_part(context, home, found) else None

    async def _list(self, context: CompanyContext, since: datetime | None, day: dt.date) -> list[ListedUser]:
        """The list, which serves each company once: a second look must not be given what is older than the first."""
        known, company = self._lists.get(since), context.company.id
        if known is None or self.clock() - known.read_at >= FRESH_S or company in known.past:
            found = await context.severa.users.users(since - OVERLAP if since is not None else None, day)
            known = UserList(self.clock(), found)
            self._lists = {since: known}
        known.past.add(company)
        return known.users

    async def _takes_part(self, context: CompanyContext, home: Home, found: ListedUser) -> bool:
        """Whether the user is the company's, and known or to be known as a person there."""
        user = found.user
        if not found.unit or await self.company_of(found.unit) != context.company.id:
            return False
        key = str(DocumentKey(context.company.id, Kind.USER, user.id))
        known = record_of(home, key) is not None or home.intent(key) is not None
        return known or (user.is_active and user.personal_id is not NumberState.MISSING)
