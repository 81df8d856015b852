"""Requests about projects and their fees, as data (docs/api-facts.md 80)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gateway.http import Request
from gateway.severa.requests import paged, stamp

#: The scopes of project fees, for a login of its own.
SCOPES = "projects:read fees:read fees:write fees:delete"


def projects_with_number(number: int, page_token: str | None) -> Request:
    """One page of the projects with this number, open and closed; the caller compares (docs/api-facts.md 28)."""
    query = (("numbers", str(number)), *paged(page_token))
    return Request("list projects", "GET", "/v1/projects", query=query)


def project(guid: str) -> Request:
    """One project."""
    return Request("read project", "GET", f"/v1/projects/{guid}")


def fees_of_project(guid: str, page_token: str | None) -> Request:
    """One page of a project's fees."""
    return Request("list project fees", "GET", f"/v1/projects/{guid}/projectfees", query=paged(page_token))


def fees_changed(since: datetime, page_token: str | None) -> Request:
    """One page of the fees of all projects that were added or changed since then."""
    query = (("changedSince", stamp(since)), *paged(page_token))
    return Request("list all project fees", "GET", "/v1/projectfees", query=query)


def fee(guid: str) -> Request:
    """One fee."""
    return Request("read project fee", "GET", f"/v1/projectfees/{guid}")


def create_fee(body: Mapping[str, object]) -> Request:
    """POST /v1/projectfees. Nothing makes fees unique, so it must not happen twice."""
    return Request("create project fee", "POST", "/v1/projectfees", body=body, once=True)


def delete_fee(guid: str) -> Request:
    """Delete a fee: 204 and nothing else, or 404 if it is gone already."""
    return Request("delete project fee", "DELETE", f"/v1/projectfees/{guid}", bare=True)
