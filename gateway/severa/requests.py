"""Requests to Severa's REST API, as data. Paths, parameters and scopes are those of its OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gateway.attachments import Rendition
from gateway.http import Request

#: Rows per page: the maximum by the parameters' texts (docs/api-facts.md 3).
PAGE = 100

#: The scopes that the gateway needs, and no others.
SCOPES = "invoices:read invoices:write files:read customers:read projects:read settings:read fees:read"


def token(client_id: str, client_secret: str, scopes: str = SCOPES) -> Request:
    """POST /v1/token: client credentials as JSON (docs/api-facts.md 2)."""
    body = {"client_id": client_id, "client_secret": client_secret, "scope": scopes}
    return Request("token", "POST", "/v1/token", body=body)


def invoices(status_guids: Iterable[str], page_token: str | None, changed_since: datetime | None = None) -> Request:
    """One page of the invoices in these statuses: all, or those changed since then."""
    query = [("invoiceStatusGuids", guid) for guid in status_guids]
    if not query:
        raise AssertionError("a list of invoices without a status would be all of them")
    if changed_since is not None:
        query.append(("changedSince", stamp(changed_since)))
    return Request("list invoices", "GET", "/v1/invoices", query=(*query, *paged(page_token)))


def invoice(guid: str) -> Request:
    """The head of one invoice."""
    return Request("read invoice", "GET", f"/v1/invoices/{guid}")


def invoice_rows(guid: str, page_token: str | None) -> Request:
    """One page of an invoice's rows (docs/api-facts.md 8)."""
    return Request("read rows", "GET", f"/v1/invoices/{guid}/invoicerows", query=paged(page_token))


#: What an invoice bills, and what a credit note credits: some lists are paged by a token, the older ones by rows
#: (docs/api-facts.md 3, 9).
BILLED = ("workhours", "projectfees", "projecttravelexpenses")
CREDITED_BY_TOKEN = ("reimbursedprojectfees",)
CREDITED_BY_ROW = ("reimbursedworkhours", "reimbursedprojecttravelexpenses")


def billed(guid: str, what: str, page_token: str | None) -> Request:
    """One page of the hours, fees or expenses that an invoice bills or credits."""
    return Request(f"list {what}", "GET", f"/v1/invoices/{guid}/{what}", query=paged(page_token))


def credited(guid: str, what: str, first_row: int) -> Request:
    """One page of the hours or expenses that a credit note credits."""
    return Request(f"list {what}", "GET", f"/v1/invoices/{guid}/{what}", query=rows(first_row))


def flat_rates(guid: str, page_token: str | None) -> Request:
    """One page of the flat rates that an invoice bills. A row names its flat rate, and each flat rate has one
    project.
    """
    return Request("list flat rates", "GET", "/v1/flatrates", query=(("invoiceGuid", guid), *paged(page_token)))


def rows_changed(since: datetime, page_token: str | None) -> Request:
    """One page of the rows of all invoices that were added or changed since then (docs/api-facts.md 4)."""
    query = (("changedSince", stamp(since)), *paged(page_token))
    return Request("list rows", "GET", "/v1/invoicerows", query=query)


def products_changed(since: datetime, page_token: str | None) -> Request:
    """One page of the products that were added or changed since then."""
    query = (("changedSince", stamp(since)), *paged(page_token))
    return Request("list products", "GET", "/v1/products", query=query)


def work_types_changed(since: datetime, first_row: int) -> Request:
    """One page of the work types that were added or changed since then."""
    query = (("changedSince", stamp(since)), *rows(first_row))
    return Request("list work types", "GET", "/v1/worktypes", query=query)


def set_status(guid: str, status_guid: str) -> Request:
    """JSON Patch of the status; repeating it does no harm (docs/api-facts.md 5, 6)."""
    body = [{"op": "Replace", "path": "/status/guid", "value": status_guid}]
    return Request("set status", "PATCH", f"/v1/invoices/{guid}", body=body)


def invoice_pdf(guid: str, rendition: Rendition) -> Request:
    """The invoice as a PDF that Severa creates (docs/api-facts.md 10)."""
    return Request("read PDF", "GET", f"/v1/invoices/{guid}/pdf", query=(("pdfGetOptions", rendition.value),))


def invoice_files(guid: str, first_row: int) -> Request:
    """One page of the files that users attached to an invoice."""
    return Request("list files", "GET", f"/v1/invoices/{guid}/files", query=rows(first_row))


def file_data(guid: str) -> Request:
    """The bytes of one file."""
    return Request("read file", "GET", f"/v1/files/{guid}/filedata")


def invoice_settings(guid: str) -> Request:
    """How an invoice groups its rows, and whether it is reverse-charged (docs/api-facts.md 10, 14)."""
    return Request("read invoice settings", "GET", f"/v1/invoices/{guid}/invoicesettings")


def customer(guid: str) -> Request:
    """One customer's card (docs/api-facts.md 11)."""
    return Request("read customer", "GET", f"/v1/customers/{guid}")


def customers_changed(since: datetime, page_token: str | None) -> Request:
    """One page of the customers added or changed since then."""
    query = (("changedSince", stamp(since)), *paged(page_token))
    return Request("list customers", "GET", "/v1/customers", query=query)


def project(guid: str) -> Request:
    """One project, for its business unit."""
    return Request("read project", "GET", f"/v1/projects/{guid}")


def invoice_statuses(first_row: int) -> Request:
    """One page of the invoice statuses in use."""
    return Request("list statuses", "GET", "/v1/invoicestatuses", query=(("active", "true"), *rows(first_row)))


def business_units(first_row: int) -> Request:
    """One page of the business units."""
    return Request("list business units", "GET", "/v1/businessunits", query=rows(first_row))


def bank_accounts(first_row: int) -> Request:
    """One page of the bank accounts in use."""
    return Request("list bank accounts", "GET", "/v1/bankaccounts", query=(("active", "true"), *rows(first_row)))


def products(page_token: str | None) -> Request:
    """One page of the products in use."""
    return Request("list products", "GET", "/v1/products", query=(("isActive", "true"), *paged(page_token)))


def work_types(first_row: int) -> Request:
    """One page of the work types in use."""
    return Request("list work types", "GET", "/v1/worktypes", query=(("active", "true"), *rows(first_row)))


def cost_centers(identifier: str, first_row: int) -> Request:
    """One page of the cost centers with this identifier; the caller compares (docs/api-facts.md 28)."""
    query = (("identifier", identifier), *rows(first_row))
    return Request("list cost centers", "GET", "/v1/costcenters", query=query)


def projects_changed(since: datetime | None, page_token: str | None) -> Request:
    """One page of the projects, open and closed: all, or those that were added or changed since then
    (docs/api-facts.md 86).
    """
    return Request("list projects", "GET", "/v1/projects", query=(*_since(since), *paged(page_token)))


def cost_centers_changed(since: datetime | None, first_row: int) -> Request:
    """One page of the cost centers, in use or not: likewise."""
    return Request("list cost centers", "GET", "/v1/costcenters", query=(*_since(since), *rows(first_row)))


def business_units_changed(since: datetime | None, first_row: int) -> Request:
    """One page of the business units, in use or not: likewise."""
    return Request("list business units", "GET", "/v1/businessunits", query=(*_since(since), *rows(first_row)))


def products_with_code(code: str, page_token: str | None) -> Request:
    """One page of the products with this code; the caller compares (docs/api-facts.md 28)."""
    return Request("list products", "GET", "/v1/products", query=(("code", code), *paged(page_token)))


def work_types_with_code(code: str, first_row: int) -> Request:
    """One page of the work types with this code."""
    return Request("list work types", "GET", "/v1/worktypes", query=(("code", code), *rows(first_row)))


def travel_types_with_code(code: str, first_row: int) -> Request:
    """One page of the travel expense types with this code."""
    query = (("code", code), *rows(first_row))
    return Request("list travel expense types", "GET", "/v1/travelexpensetypes", query=query)


def travel_expense_types(first_row: int) -> Request:
    """One page of the travel expense types in use."""
    query = (("active", "true"), *rows(first_row))
    return Request("list travel expense types", "GET", "/v1/travelexpensetypes", query=query)


def sales_accounts(first_row: int) -> Request:
    """One page of the sales accounts in use."""
    return Request("list sales accounts", "GET", "/v1/salesaccounts", query=(("active", "true"), *rows(first_row)))


def currencies(first_row: int) -> Request:
    """One page of the currencies in use."""
    return Request("list currencies", "GET", "/v1/currencies", query=(("active", "true"), *rows(first_row)))


def vat_rates() -> Request:
    """The VAT rates in use in all countries; this list has no pages."""
    return Request("list VAT rates", "GET", "/v1/vatrates", query=(("active", "true"),))


def stamp(moment: datetime) -> str:
    """A time as Severa writes it."""
    return moment.isoformat().replace("+00:00", "Z")


def paged(page_token: str | None) -> tuple[tuple[str, str], ...]:
    """The page after a token; the first without one."""
    size = (("rowCount", str(PAGE)),)
    return (*size, ("pageToken", page_token)) if page_token else size


def rows(first_row: int) -> tuple[tuple[str, str], ...]:
    """The page of an older list from a row on."""
    return ("firstRow", str(first_row)), ("rowCount", str(PAGE))


def _since(since: datetime | None) -> tuple[tuple[str, str], ...]:
    return () if since is None else (("changedSince", stamp(since)),)
