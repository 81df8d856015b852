"""Both sides of attachments, over real HTTP: what Severa draws, what Procountor takes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateway.attachments import FileKind, kind_of
from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.world.demo_world import guid
from tests.contract.sandbox.bodies import a_body, parts

INVOICE = guid("acme-fi", "invoice", 1)
PDF = f"/v1/invoices/{INVOICE}/pdf"
TRAVEL = "TRAVEL_INVOICE"


def a_file(sandbox: SandboxApis, **facts: Any) -> None:
    one = {"guid": "g", "fileGuid": "f", "invoiceGuid": INVOICE, "name": "terms.pdf", **facts}
    sandbox.change({"severa": {"nordic": {"/v1/invoicefiles": [one]}}})


@pytest.mark.sends_wrong_requests
def test_what_is_drawn_holds_what_users_attached_and_is_as_large(severa: httpx.Client, sandbox: SandboxApis) -> None:
    small = severa.get(PDF)
    a_file(sandbox, size=300_000)
    drawn = {one: severa.get(PDF, params={"pdfGetOptions": one}).content for one in ("All", "AttachmentAndBreakdown")}
    assert all(kind_of(one) is FileKind.PDF and len(one) > 300_000 for one in drawn.values())
    assert drawn["All"] != drawn["AttachmentAndBreakdown"]
    assert len(small.content) < 2000
    assert len(severa.get(PDF, params={"pdfGetOptions": "InvoiceOnly"}).content) < 2000
    assert len(severa.get("/v1/files/f/filedata").content) > 300_000
    assert [one["name"] for one in severa.get(f"/v1/invoices/{INVOICE}/files").json()] == ["terms.pdf"]
    assert severa.get(PDF, params={"pdfGetOptions": "Everything"}).status_code == 400
    assert severa.get("/v1/invoices/nothing/pdf").status_code == 404


def test_a_file_is_broken_when_the_world_wants_it(severa: httpx.Client, sandbox: SandboxApis) -> None:
    a_file(sandbox, size=10_000, description="damaged")
    damaged = severa.get(PDF).content
    assert damaged.startswith(b"%PDF-") and not damaged.rstrip().endswith(b"%%EOF")
    a_file(sandbox, description="text")
    assert kind_of(severa.get(PDF).content) is None


def test_how_rows_are_grouped_stands_under_the_invoices_guid(severa: httpx.Client, sandbox: SandboxApis) -> None:
    path = f"/v1/invoices/{INVOICE}/invoicesettings"
    assert severa.get(path).json()["workHourGrouping"] == "OneByOne"
    settings = [{"guid": INVOICE, "workHourGrouping": "Group+Attachment"}]
    sandbox.change({"severa": {"nordic": {"/v1/invoicesettings": settings}}})
    assert severa.get(path).json()["workHourGrouping"] == "Group+Attachment"


def test_an_answer_that_is_cut_short(severa: httpx.Client, sandbox: SandboxApis) -> None:
    sandbox.faults({"api": "severa", "operation": "pdfGetInvoicePdf", "kind": "cut_short"})
    with pytest.raises(httpx.HTTPError):
        severa.get(PDF)
    assert severa.get(PDF).status_code == 200


def test_X9_attachment_stands_with_invoice_duplicates_too(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    made = procountor.post("/invoices", json=a_body()).json()["id"]
    assert [procountor.post("/attachments", files=parts(made)).json()["id"] for _ in range(2)] == [1, 2]
    there = procountor.get(f"/invoices/{made}").json()["attachments"]
    assert [(one["id"], one["name"]) for one in there] == [(1, "invoice-1.pdf"), (2, "invoice-1.pdf")]
    told = [one["object"] for one in sandbox.journal(operation="saveAttachment", effect="created")]
    assert [(one["referenceId"], one["originalInvoiceNumber"]) for one in told] == [(made, "100")] * 2


@pytest.mark.parametrize(
    ("changes", "content"),
    [
        ({"undeclared": 1}, None),
        ({"sendWithInvoice": None}, None),
        ({"referenceType": "LEDGERRECEIPT"}, None),
        ({"referenceType": "INVOICES"}, None),
        ({"name": "invoice"}, None),
        ({"name": "漢.pdf"}, None),
        ({}, b"x" * 10_000_001),
    ],
)
@pytest.mark.sends_wrong_requests
def test_what_is_demanded_of_an_attachment(
    procountor: httpx.Client, sandbox: SandboxApis, changes: dict[str, Any], content: bytes | None
) -> None:
    made = procountor.post("/invoices", json=a_body()).json()["id"]
    assert procountor.post("/attachments", files=parts(made, content, **changes)).status_code == 400
    assert sandbox.journal(operation="saveAttachment", effect="created") == []


def test_X7_ten_million_bytes_are_taken_to_the_byte(procountor: httpx.Client) -> None:
    made = procountor.post("/invoices", json=a_body()).json()["id"]
    assert procountor.post("/attachments", files=parts(made, b"\r\n--" * 2_500_000)).status_code == 200


@pytest.mark.sends_wrong_requests
def test_only_parts_are_taken_and_only_sales_go_with_the_invoice(
    procountor: httpx.Client, sandbox: SandboxApis
) -> None:
    travel = {**a_body(), "id": 70, "type": TRAVEL, "status": "UNFINISHED"}
    sandbox.change({"procountor": {"acme-fi": {"/invoices": [travel]}}})
    assert procountor.post("/attachments", files=parts(70)).status_code == 400
    assert procountor.post("/attachments", files=parts(70, sendWithInvoice=False)).status_code == 200
    assert procountor.post("/attachments", files=parts(71)).status_code == 404
    assert procountor.post("/attachments", json={"name": "x"}).status_code == 400
    bare: Any = {"meta": (None, "{}", "text/plain"), "file": ("x.pdf", b"", "application/pdf")}
    assert procountor.post("/attachments", files=bare).status_code == 400
    assert procountor.post("/attachments", files={"file": ("x.pdf", b"", "application/pdf")}).status_code == 400
