"""Severa's projects and their fees for one organisation, under a login with their own scopes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from gateway.errors import transient
from gateway.http import CallLease, HttpTransport, Secret
from gateway.http.errors import LOGIN_RULES
from gateway.rules.purchases import ProjectFee, SeveraProject
from gateway.severa import fees_requests as requests
from gateway.severa import fees_responses as responses
from gateway.severa.calls import ANSWERS, RULES, SCOPES_MISSING, SeveraCalls

#: A missing scope of this login stops the fees, and nothing else of the organisation.
_MISSING = replace(SCOPES_MISSING, code="FEE_SCOPES_MISSING", words=tuple(requests.SCOPES.split()))
_ANSWERS = replace(ANSWERS, rules=(_MISSING, *RULES), login_rules=(_MISSING, *LOGIN_RULES))


class SeveraFees(SeveraCalls):
    """The calls of one organisation about project fees, under the organisation's rate budget."""

    def __init__(self, organisation: str, client_id: str, client_secret: Secret, transport: HttpTransport) -> None:
        super().__init__(organisation, client_id, client_secret, transport, requests.SCOPES)
        self._calls.answers = _ANSWERS

    async def projects_with_number(self, number: int) -> list[SeveraProject]:
        """The projects with exactly this number, open and closed."""
        listed = await self._pages(partial(requests.projects_with_number, number))
        return [one for one in listed.read(responses.project) if one.number == number]

    async def project(self, guid: str) -> SeveraProject | None:
        """A project; None if Severa itself says that it doesn't exist."""
        reply = await self._call_if_there(requests.project(guid))
        return reply.read_of("guid", guid, responses.project) if reply is not None else None

    async def fees_of_project(self, guid: str) -> list[ProjectFee]:
        """All fees of a project. Raises Transient if one can't be read: it might be the one that is looked for."""
        return (await self._pages(partial(requests.fees_of_project, guid))).read(responses.fee)

    async def fees_changed(self, since: datetime) -> list[ProjectFee]:
        """The fees of all projects that were added or changed since then, likewise."""
        return await self._each(partial(requests.fees_changed, since), responses.fee)

    async def fee(self, guid: str) -> ProjectFee | None:
        """A fee; None if Severa itself says that it doesn't exist."""
        reply = await self._call_if_there(requests.fee(guid))
        return reply.read_of("guid", guid, responses.fee) if reply is not None else None

    async def create_fee(self, body: Mapping[str, object], lease: CallLease) -> ProjectFee:
        """Create a fee. Raises InDoubt if it may have been created."""
        return (await self._call(requests.create_fee(body), lease)).read(responses.created)

    async def delete_fee(self, guid: str, lease: CallLease) -> None:
        """Delete a fee; harmless twice. Raises Transient if it is still there: an answer without a body proves nothing
        (ADR 17), so the fee is read.
        """
        request = requests.delete_fee(guid)
        if await self._calls.call_if_there(request, self._turn, lease) is not None and await self.fee(guid) is not None:
            detail = f"fee {guid} is there after its deletion"
            said = "the fee is still there"
            raise transient("ANSWER_ODD", detail=detail, api="Severa", operation=request.operation, said=said)
