"""Requests about users, as data (docs/api-facts.md 84)."""

from __future__ import annotations

from datetime import datetime

from gateway.http import Request
from gateway.severa.requests import paged, stamp

#: The scope of users, for a login of its own.
SCOPES = "users:read"


def user(guid: str) -> Request:
    """One user's card."""
    return Request("read user", "GET", f"/v1/users/{guid}")


def users(since: datetime | None, page_token: str | None) -> Request:
    """One page of the users, inactive ones too: all, or those that were added or changed since then."""
    query = (("changedSince", stamp(since)),) if since is not None else ()
    return Request("list users", "GET", "/v1/users", query=(*query, *paged(page_token)))
