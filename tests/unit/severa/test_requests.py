"""The requests and the rights that they need."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.attachments import Rendition
from gateway.http import Request
from gateway.sandbox import facts
from gateway.severa import requests

SINCE = datetime(2026, 3, 2, tzinfo=UTC)
ALL = (
    requests.invoices(["s"], None),
    requests.invoice("g"),
    requests.invoice_rows("g", None),
    *(requests.billed("g", what, None) for what in (*requests.BILLED, *requests.CREDITED_BY_TOKEN)),
    *(requests.credited("g", what, 0) for what in requests.CREDITED_BY_ROW),
    requests.flat_rates("g", None),
    requests.rows_changed(SINCE, None),
    requests.products_changed(SINCE, None),
    requests.work_types_changed(SINCE, 0),
    requests.set_status("g", "s"),
    requests.invoice_pdf("g", Rendition.ALL),
    requests.invoice_files("g", 0),
    requests.file_data("g"),
    requests.invoice_settings("g"),
    requests.customer("g"),
    requests.customers_changed(SINCE, None),
    requests.project("g"),
    requests.invoice_statuses(0),
    requests.business_units(0),
    requests.products(None),
    requests.work_types(0),
    requests.travel_expense_types(0),
    requests.sales_accounts(0),
    requests.vat_rates(),
)


def scopes(request: Request) -> set[str]:
    fitting = [
        one for one in facts.operations("severa") if one.method == request.method and one.path.match(request.path)
    ]
    assert fitting, request.path
    return set(fitting[0].scopes)


def test_S2_no_right_is_asked_for_that_no_request_needs() -> None:
    assert set().union(*map(scopes, ALL)) == set(requests.SCOPES.split())
