"""Severa's users for one organisation, under a login with their own scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from datetime import datetime
from functools import partial

from gateway.http import HttpTransport, Secret
from gateway.http.errors import LOGIN_RULES
from gateway.rules.register_items import UserCard
from gateway.severa import users_requests as requests
from gateway.severa import users_responses as responses
from gateway.severa.calls import ANSWERS, RULES, SCOPES_MISSING, SeveraCalls

#: A missing scope of this login stops the people, and nothing else of the organisation.
_MISSING = replace(SCOPES_MISSING, code="USER_SCOPES_MISSING", words=tuple(requests.SCOPES.split()))
_ANSWERS = replace(ANSWERS, rules=(_MISSING, *RULES), login_rules=(_MISSING, *LOGIN_RULES))


class SeveraUsers(SeveraCalls):
    """The calls of one organisation about users, under the organisation's rate budget."""

    def __init__(self, organisation: str, client_id: str, client_secret: Secret, transport: HttpTransport) -> None:
        super().__init__(organisation, client_id, client_secret, transport, requests.SCOPES)
        self._calls.answers = _ANSWERS

    async def users(self, since: datetime | None, on: dt.date) -> list[responses.ListedUser]:
        """All users, or those that were added or changed since then. Users that can't be read are skipped and logged,
        as those without a guid are. `on`: today.
        """
        found = await self._pages(partial(requests.users, since))
        read = self._calls.readable(found, partial(responses.listed, on=on))
        return [one for one in read if one.user.id]

    async def user(self, guid: str, on: dt.date) -> responses.ListedUser | None:
        """A user; None if Severa itself says that it doesn't exist."""
        reply = await self._call_if_there(requests.user(guid))
        return reply.read_of("guid", guid, partial(responses.listed, on=on)) if reply is not None else None

    async def card(self, guid: str, on: dt.date) -> UserCard | None:
        """A user with number and account, likewise: for one step, kept nowhere (R3)."""
        reply = await self._call_if_there(requests.user(guid))
        return reply.read_of("guid", guid, partial(responses.card, on=on)) if reply is not None else None
