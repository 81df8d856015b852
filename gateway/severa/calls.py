"""Calls of Severa's API under one login: lists read to their end, errors classified, statuses by their names."""

from __future__ import annotations

import asyncio
import copy
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeVar

from gateway.errors import Configuration, GatewayError, Permanent, Transient, configuration
from gateway.http import (
    Answers,
    CallLease,
    Calls,
    Entries,
    HttpTransport,
    Listed,
    Outage,
    Reply,
    Request,
    Rule,
    Secret,
    reading,
)
from gateway.http.errors import LOGIN_RULES
from gateway.http.trees import Json, a_list, an_object, needed, parts, text
from gateway.severa import requests, responses

T = TypeVar("T")

#: The meaning of Severa's statuses. The ExceptionTypeEnum in the body says more and becomes part of the detail.
SCOPES_MISSING = Rule(
    (400, 401, 403), Configuration, "SCOPES_MISSING", "InsufficientApiScope", tuple(requests.SCOPES.split())
)
RULES = (
    SCOPES_MISSING,
    Rule((429,), Transient, "API_BUSY"),
    Rule((401,), Configuration, "LOGIN_REFUSED"),
    Rule((403,), Configuration, "RIGHTS_MISSING"),
    Rule((408,), Transient, "API_FAILED"),
    Rule(range(400, 500), Permanent, "SEVERA_REFUSED"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """The heads of one page of waiting documents."""

    heads: tuple[Any, ...]
    #: The token of the next page.
    following: str | None = None
    #: Heads that can't be read.
    odd: tuple[responses.OddHead, ...] = ()

    @property
    def guids(self) -> set[str]:
        """The guids of all of them."""
        return {head.id for head in self.heads} | {head.guid for head in self.odd}

    @property
    def unnamed(self) -> tuple[responses.OddHead, ...]:
        """Unreadable heads without a guid: they can't be read again."""
        return tuple(head for head in self.odd if not head.guid)

    @property
    def named(self) -> Page:
        """The page without heads that have no guid."""
        heads = tuple(head for head in self.heads if head.id)
        return Page(heads, self.following, tuple(head for head in self.odd if head.guid))


class SeveraCalls:
    """The calls of one organisation under its own rate budget (10 per second are allowed)."""

    def __init__(
        self, organisation: str, client_id: str, client_secret: Secret, transport: HttpTransport, scopes: str
    ) -> None:
        self.organisation, self._turn = organisation, organisation
        self._calls = Calls(
            organisation,
            transport,
            ANSWERS,
            lambda token: {"Authorization": f"Bearer {token}", "Client_Id": client_id},
            lambda: requests.token(client_id, client_secret.get_secret_value(), scopes),
            "access_token_expires_in",
        )

    @property
    def outage(self) -> Outage:
        """How long Severa has not answered."""
        return self._calls.outage

    def on_behalf(self, company: str) -> Self:
        """The same client, with the turn of this company in the rate budget (Q4)."""
        other = copy.copy(self)
        other._turn = company
        return other

    async def _call(self, request: Request, lease: CallLease | None = None) -> Reply:
        return await self._calls.call(request, self._turn, lease)

    async def _call_if_there(self, request: Request) -> Reply | None:
        return await self._calls.call_if_there(request, self._turn)

    async def _pages(self, page: Callable[[str | None], Request]) -> Entries:
        """A list that says itself where it continues."""
        return Entries("Severa", page(None), await self._each(page, lambda entry: entry))

    async def _each(self, page: Callable[[str | None], Request], read: Callable[[Any], T]) -> list[T]:
        """The entries of such a list, which may be long: each page is read as soon as it is there. Raises Transient if
        an entry is not what the API declares.
        """
        token, first = None, page(None)
        listed = Listed("Severa", first.operation, "guid", read)
        while True:
            reply = await self._call(page(token))
            with reading("Severa", first):
                listed.keep(a_list(reply.tree))
            if (token := listed.follow(reply.following)) is None:
                return listed.entries

    async def _heads(
        self,
        request: Request,
        page_token: str | None,
        read: Callable[[object], Any],
        odd_head: Callable[[object, GatewayError], responses.OddHead],
    ) -> Page:
        """One page of heads; those that `read` can't read are the odd ones. Raises Transient for an endless list."""
        reply = await self._call(request)
        if reply.following is not None and reply.following == page_token:
            raise Listed("Severa", request.operation, "guid").endless()
        heads, odd = list[Any](), list[responses.OddHead]()
        for tree in reply.read(a_list):
            try:
                with reading("Severa", request):
                    heads.append(read(tree))
            except Transient as error:
                odd.append(odd_head(tree, error))
        return Page(tuple(heads), reply.following, tuple(odd))

    async def _rows(self, page: Callable[[int], Request], count: int | None = None) -> Entries:
        """The older lists don't say whether there are more entries: read on to an empty page, or until as many were
        read as there are (`count`, if known).
        """
        first = page(0)
        listed = Listed("Severa", first.operation, "guid")
        while count is None or listed.received < count:
            if not (some := (await self._call(page(listed.received))).read(a_list)):
                break
            listed.add(some)
        return Entries("Severa", first, listed.entries)


class Named(Protocol):
    """A status, as far as its name is looked for."""

    @property
    def guid(self) -> str:
        """Its guid."""

    @property
    def name(self) -> str:
        """Its name."""


@dataclass(slots=True)
class StatusGuids:
    """The guids of statuses by name, as last read. Shared by the clients of all companies."""

    #: For how many seconds they are believed.
    again: float
    clock: Callable[[], float]
    guids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    read_at: float = float("-inf")
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def find(self, names: Sequence[str], read: Callable[[], Awaitable[Sequence[Named]]]) -> tuple[str, ...]:
        """The guids of the statuses with these names, from one reading, so that statuses that swap names are never
        mixed up.

        Raises Configuration if a name has no status, or more than one.
        """
        async with self.reading:
            fresh = self.clock() - self.read_at < self.again
            if not (fresh and all(len(self.guids[name]) == 1 for name in names)):
                found = defaultdict(list)
                for one in await read():
                    found[one.name].append(one.guid)
                self.guids, self.read_at = found, self.clock()
            guids = self.guids
        for name in names:
            if len(guids[name]) != 1:
                there = ", ".join(sorted(name for name, ones in guids.items() for _ in ones))
                raise configuration("STATUS_UNKNOWN", status=name, count=len(guids[name]), there=there)
        return tuple(guids[name][0] for name in names)


def _said(tree: Json) -> str:
    """The error's type and messages."""
    error = an_object(needed(tree.get("error"), "error"), "error")
    messages = "; ".join(text(one, "message") or "" for one in parts(error, "details"))
    return f"{needed(text(error, 'type'), 'type')}: {messages}"


ANSWERS = Answers("Severa", RULES, _said, frozenset({401, 404}), (SCOPES_MISSING, *LOGIN_RULES))
