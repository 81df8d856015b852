"""Requests about travel reimbursements and users, as data (docs/api-facts.md 71)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gateway.http import Request
from gateway.severa.requests import paged, rows, stamp

#: The scopes of travel reimbursements, for a login of its own.
SCOPES = "travels:read travels:write users:read files:read settings:read"


def reimbursements(
    status_guids: Iterable[str], page_token: str | None, changed_since: datetime | None = None
) -> Request:
    """One page of the reimbursements in these statuses: all, or those changed since then."""
    query = [("travelReimbursementStatusGuids", guid) for guid in status_guids]
    if not query:
        raise AssertionError("a list of reimbursements without a status would be all of them")
    if changed_since is not None:
        query.append(("changedSince", stamp(changed_since)))
    return Request("list travel reimbursements", "GET", "/v1/travelreimbursements", query=(*query, *paged(page_token)))


def reimbursement(guid: str) -> Request:
    """The head of one reimbursement."""
    return Request("read travel reimbursement", "GET", f"/v1/travelreimbursements/{guid}")


def lines(guid: str, page_token: str | None) -> Request:
    """One page of the expenses of a reimbursement."""
    path = f"/v1/travelreimbursements/{guid}/projecttravelexpenses"
    return Request("read travel expenses", "GET", path, query=paged(page_token))


def lines_changed(since: datetime, page_token: str | None) -> Request:
    """One page of the expenses of all reimbursements that were added or changed since then."""
    query = (("changedSince", stamp(since)), *paged(page_token))
    return Request("list travel expenses", "GET", "/v1/projecttravelexpenses", query=query)


def set_status(guid: str, status_guid: str) -> Request:
    """JSON Patch of the status; repeating it does no harm (docs/api-facts.md 71)."""
    body = [{"op": "Replace", "path": "/travelReimbursementStatus/guid", "value": status_guid}]
    return Request("set travel status", "PATCH", f"/v1/travelreimbursements/{guid}", body=body)


def statuses(first_row: int) -> Request:
    """One page of the travel reimbursement statuses in use."""
    query = (("active", "true"), *rows(first_row))
    return Request("list travel statuses", "GET", "/v1/travelreimbursementstatuses", query=query)


def pdf(guid: str) -> Request:
    """The reimbursement as a PDF that Severa creates."""
    return Request("read travel PDF", "GET", f"/v1/travelreimbursements/{guid}/pdf")


def receipts(line_guid: str, first_row: int) -> Request:
    """One page of the receipts of an expense."""
    return Request("list receipts", "GET", f"/v1/projecttravelexpenses/{line_guid}/files", query=rows(first_row))


def cost_center(guid: str) -> Request:
    """One cost center: an expense names it by its guid."""
    return Request("read cost center", "GET", f"/v1/costcenters/{guid}")
