"""Requests to Procountor's API, as data. Paths, parameters and headers are those of its OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from gateway.attachments import FileKind
from gateway.http import Request, Upload

#: The most results of a page (docs/api-facts.md 24).
PAGE = 200
#: The most ids of a call (docs/api-facts.md 82).
MOST_IDS = 200

Body = Mapping[str, object]


def token(client_id: str, client_secret: str, api_key: str) -> Request:
    """POST /oauth/token: machine to machine, one API key per company (docs/api-facts.md 19, 20)."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
        "api_key": api_key,
    }
    return Request("token", "POST", "/oauth/token", form=form)


def partners_by_number(number: str, active: bool, previous: int) -> Request:
    """Customers with this customer number, either active or inactive: no search returns both. The caller compares the
    numbers (docs/api-facts.md 27, 28, 49).
    """
    kind = (("type", "CUSTOMER"), ("active", str(active).lower()))
    query = (("customerNumber", number), *kind, *_page(previous))
    return Request("search partners", "GET", "/businesspartners", query=query)


def create_partner(body: Body) -> Request:
    """POST /businesspartners."""
    return Request("create partner", "POST", "/businesspartners", body=body, once=True)


def products(code: str, previous: int) -> Request:
    """Sales products whose code *contains* this one: the caller compares (docs/api-facts.md 27)."""
    query = (("code", code), ("type", "SALES"), *_page(previous))
    return Request("search products", "GET", "/products", query=query)


def all_products(kind: str, previous: int) -> Request:
    """The whole register of SALES, PURCHASE or TRAVEL, active and inactive."""
    return Request("list products", "GET", "/products", query=(("type", kind), *_page(previous)))


def create_product(body: Body) -> Request:
    """POST /products."""
    return Request("create product", "POST", "/products", body=body, once=True)


def invoices_by_number(original_number: str, kind: str, previous: int) -> Request:
    """Invoices of a type with this original number; the caller compares (docs/api-facts.md 28)."""
    query = (("types", kind), ("originalInvoiceNumber", original_number), *_page(previous))
    return Request("search invoices", "GET", "/invoices", query=query)


def invoices_created(since: date, until: date, kind: str, previous: int) -> Request:
    """Invoices of a type by the day of their creation. Times have no zone: allow a day on each side
    (docs/api-facts.md 23).
    """
    query = (
        ("types", kind),
        ("createdStartDate", f"{since}T00:00:00"),
        ("createdEndDate", f"{until}T23:59:59"),
        *_page(previous),
    )
    return Request("search invoices", "GET", "/invoices", query=query)


def invoice(invoice_id: int) -> Request:
    """A whole invoice."""
    return Request("read invoice", "GET", f"/invoices/{invoice_id}")


def purchases_changed(since: datetime, previous: int) -> Request:
    """Purchase invoices whose version is of this moment or later, by Procountor's own clock (docs/api-facts.md 82)."""
    query = (("types", "PURCHASE_INVOICE"), ("versionStartDate", _local(since)), *_page(previous))
    return Request("search purchase invoices", "GET", "/invoices", query=query)


def purchase_receipts_changed(since: datetime, previous: int) -> Request:
    """Their ledger receipts, likewise: dimensions that are written after the approval move only these."""
    query = (("types", "PURCHASE_INVOICE"), ("versionStartDate", _local(since)), *_page(previous))
    return Request("search ledger receipts", "GET", "/ledgerreceipts", query=query)


def invoices_by_id(ids: Sequence[int]) -> Request:
    """Whole invoices, at most 200; unknown ids are left out of the answer."""
    return Request("read invoices", "GET", f"/invoices/{_joined(ids)}")


def receipts_by_id(ids: Sequence[int]) -> Request:
    """Whole ledger receipts, likewise."""
    return Request("read ledger receipts", "GET", f"/ledgerreceipts/{_joined(ids)}")


def persons_by_identifier(identifier: str, previous: int) -> Request:
    """Business partners of type person with this identifier, which goes as a header: no personal number stands in an
    address (docs/api-facts.md 49, 74). The caller compares.
    """
    query = (("type", "PERSON"), *_page(previous))
    return Request("search persons", "GET", "/businesspartners", query=query, headers={"identifier": identifier})


def persons(page: int) -> Request:
    """One page of all persons, inactive ones too: there is no search by identifier (docs/api-facts.md 74)."""
    query = (("includeInactive", "true"), ("orderById", "ASC"), ("size", str(PAGE)), ("page", str(page)))
    return Request("list persons", "GET", "/persons", query=query)


def create_person(body: Body) -> Request:
    """POST /persons."""
    return Request("create person", "POST", "/persons", body=body, once=True)


def person(person_id: int) -> Request:
    """A whole person."""
    return Request("read person", "GET", f"/persons/{person_id}")


def update_person(person_id: int, body: Body) -> Request:
    """Write a whole person with its version. An old version is refused, so a repetition is harmless (docs/api-facts.md
    74).
    """
    return Request("write person", "PUT", f"/persons/{person_id}", body=body)


def send_to_circulation(invoice_id: int) -> Request:
    """Mark a travel invoice as complete; a repetition is refused (docs/api-facts.md 73)."""
    return Request("send to circulation", "PUT", f"/invoices/{invoice_id}/sendToCirculation")


def verify(invoice_id: int) -> Request:
    """Verify a travel invoice that is in circulation; a repetition is refused."""
    return Request("verify invoice", "PUT", f"/invoices/{invoice_id}/verify", body={})


def create_invoice(body: Body) -> Request:
    """POST /invoices: always UNFINISHED, and a duplicate is accepted like any other (docs/api-facts.md 21, 30)."""
    return Request("create invoice", "POST", "/invoices", body=body, once=True)


def approve(invoice_id: int) -> Request:
    """Approve an UNFINISHED invoice; a repetition is refused, never executed twice (docs/api-facts.md 30)."""
    return Request("approve invoice", "PUT", f"/invoices/{invoice_id}/approve", body={})


def send(invoice_id: int) -> Request:
    """Send an invoice to the customer. A sent invoice can be sent again, so it must not happen twice (docs/api-facts.md
    30).
    """
    return Request("send invoice", "PUT", f"/invoices/{invoice_id}/send", once=True)


def write_notes(invoice_id: int, notes: str) -> Request:
    """Replace an invoice's internal notes, in any status (docs/api-facts.md 39)."""
    return Request("write invoice notes", "PUT", f"/invoices/{invoice_id}/notes", body={"notes": notes})


def upload_attachment(invoice_id: int, name: str, path: Path, kind: FileKind, sent_with: bool = True) -> Request:
    """Attach a file, to be sent with its sales invoice or kept (`sent_with`). A second upload is a second file
    (docs/api-facts.md 41).
    """
    meta = {
        "name": name,
        "referenceType": "INVOICE",
        "referenceId": invoice_id,
        "sendWithInvoice": sent_with,
        "mimeType": kind.mime_type,
    }
    upload = Upload(meta, path, name, kind.mime_type)
    return Request("upload attachment", "POST", "/attachments", upload=upload, once=True)


def bank_accounts(previous: int) -> Request:
    """The company's own bank accounts."""
    return Request("list bank accounts", "GET", "/bankaccounts", query=_page(previous))


def vat_rates() -> Request:
    """VAT percentages and statuses in use."""
    return Request("read VAT rates", "GET", "/vats/default")


def exchange_rate(base: str, currency: str, day: date) -> Request:
    """Procountor's own rate of a day (docs/api-facts.md 48)."""
    kind = ("rateType", "PROCOUNTOR_ACCOUNTING_EXCHANGE_RATE")
    query = (("baseCurrency", base), ("currency", currency), ("day", day.isoformat()), kind)
    return Request("read exchange rate", "GET", "/currencies/exchangerate", query=query)


def chart_of_accounts() -> Request:
    """All ledger accounts, including inactive ones."""
    return Request("read chart of accounts", "GET", "/coa")


def dimensions() -> Request:
    """All dimensions with all their items, in one answer (docs/api-facts.md 24)."""
    return Request("list dimensions", "GET", "/dimensions")


def dimension(dimension_id: int) -> Request:
    """One dimension with all its items."""
    return Request("read dimension", "GET", f"/dimensions/{dimension_id}")


def create_dimension_item(dimension_id: int, body: Body) -> Request:
    """Create an item. Nothing makes names unique, so it must not happen twice (docs/api-facts.md 57)."""
    return Request("create dimension item", "POST", f"/dimensions/{dimension_id}/items", body=body, once=True)


def update_dimension_item(dimension_id: int, body: Body) -> Request:
    """Write a whole item, whose id is in the body (docs/api-facts.md 85). Repeating it does no harm."""
    return Request("update dimension item", "PUT", f"/dimensions/{dimension_id}/items", body=body)


def receipt(receipt_id: int) -> Request:
    """A whole ledger receipt."""
    return Request("read ledger receipt", "GET", f"/ledgerreceipts/{receipt_id}")


def update_receipt(receipt_id: int, body: Body) -> Request:
    """Write a whole receipt with its version. An old version is refused, so a repetition is harmless (docs/api-facts.md
    55).
    """
    return Request("write ledger receipt", "PUT", f"/ledgerreceipts/{receipt_id}", body=body)


def usage_settings() -> Request:
    """How the company posts its invoices."""
    return Request("read usage settings", "GET", "/company/usagesettings")


def session() -> Request:
    """The company and user of the API key (docs/api-facts.md 51)."""
    return Request("read session", "GET", "/sessioninfo")


def own_company() -> Request:
    """The company that the API key opens (docs/api-facts.md 51)."""
    return Request("read company", "GET", "/company")


def _joined(ids: Sequence[int]) -> str:
    return ",".join(map(str, ids))


def _local(moment: datetime) -> str:
    """Without a zone, in seconds."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _page(previous: int) -> tuple[tuple[str, str], ...]:
    """The page after the id `previous` (0: from the start)."""
    size = (("orderById", "ASC"), ("size", str(PAGE)))
    return (*size, ("previousId", str(previous))) if previous else size
