"""Whatever Severa says by its own schema ends in bodies that Procountor's schema takes, or in a refusal with a text.

Each field may be null or absent, and each number and text whatever its type allows (docs/fields.md, T1-T3, M4, Q1).
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.delivery.change import Changed, Origin
from gateway.delivery.outcomes import describe
from gateway.documents import DocumentKey, Kind, Revision, SalesInvoice, Sequence
from gateway.documents.hashing import content_hash
from gateway.errors import Permanent
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from gateway.flows.sales_invoices.rules.mapping import check_invoice, map_invoice
from gateway.flows.sales_invoices.rules.partners import new_partner
from gateway.flows.sales_invoices.rules.products import new_product, row_code
from gateway.http.messages import Request, Response
from gateway.rules.profile import CompanyProfile
from gateway.rules.receipts import wanted
from gateway.sandbox import facts
from gateway.severa import responses
from tests.examples import examples, plain
from tests.severa_trees import changed, trees

CODEC = Codec(FileRegistry())
OPERATIONS = {one.name: one for one in facts.operations("procountor")}
GOOD = sorted(name for name, one in examples().items() if "invoice" in one.procountor)
MODELS = {"invoice": "InvoiceOutputModel", "row": "InvoiceRowOutputModel", "customer": "CustomerModel"}
REVISION = Revision(1, Sequence(1, 1), "abc")


@st.composite
def said(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any], CompanyProfile]:
    """An example's invoice, rows and card, with some fields as Severa may say them; and its company's profile."""
    example = examples()[draw(st.sampled_from(GOOD))]
    there = copy.deepcopy(plain(example.severa))
    head = draw(changed(MODELS["invoice"], there["invoice"]))
    rows = [draw(changed(MODELS["row"], one)) if draw(st.booleans()) else one for one in there["rows"]]
    card = draw(changed(MODELS["customer"], there["customer"]))
    return head, rows, card, replace(example.profile, send_by_email=draw(st.booleans()))


@settings(max_examples=200)
@given(said())
def test_T3_M4_invoice_with_any_odd_field_maps_or_is_refused(
    answers: tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any], CompanyProfile],
) -> None:
    """Null, absent or odd."""
    head, rows, card, profile = answers
    transferred(read(head, rows, card), profile)


@settings(max_examples=60)
@given(trees(MODELS["invoice"]), st.lists(trees(MODELS["row"]), max_size=3), trees(MODELS["customer"]))
def test_T3_M4_any_invoice_of_the_schema_maps_or_is_refused(
    head: dict[str, Any], rows: list[dict[str, Any]], card: dict[str, Any]
) -> None:
    transferred(read(head, rows, card), examples()["01-common"].profile)


def read(head: Any, rows: list[Any], card: Any) -> SalesInvoice:
    """As the poll reads it, and as the event carries it."""
    invoice = responses.invoice(answer("invoicesGetInvoice", head))
    made = tuple(map(responses.row, answer("invoiceRowsGetInvoiceRowsForInvoice", rows)))
    invoice = replace(invoice, rows=made, customer=responses.customer(answer("customersGetCustomer", card)))
    key = DocumentKey("acme-fi", Kind.SALES_INVOICE, invoice.id)
    change = Changed("nordic", key, REVISION, Origin.POLL, invoice)
    name = "sales-invoice-changed"
    back = CODEC.decode(name, Changed[SalesInvoice], CODEC.encode(name, change), "t").document
    assert content_hash(back) == content_hash(invoice)
    return back


def answer(operation: str, tree: Any) -> Any:
    """By way of its bytes. It is one of Severa's model."""
    assert facts.wrong_answer("severa", operation, tree) == []
    return Response(200, {}, json.dumps(tree).encode()).json()


def transferred(invoice: SalesInvoice, profile: CompanyProfile) -> None:
    """Checked and mapped as the delivery does."""
    try:
        check_invoice(invoice, profile)
    except Permanent as error:
        describe(error)
        return
    ids = {row_code(row, profile.default_codes)[0]: n for n, row in enumerate(invoice.rows)}
    sent("insertBusinessPartner", new_partner(invoice, profile)[0])
    for row in invoice.rows:
        sent("addProduct", new_product(row, row_code(row, profile.default_codes)[0], invoice.currency, profile)[0])
        wanted(row, invoice.currency)
    body = sent("saveInvoice", map_invoice(invoice, profile, 42, ids, REVISION.marker(invoice.id)).body)
    assert len(body["invoiceRows"]) == len(invoice.rows)
    party = body["counterParty"]
    assert party["identifier"]
    assert party["counterPartyAddress"]["name"]
    assert {"street", "zip", "city"} <= set(party["counterPartyAddress"]) or body["invoiceChannel"] == "EMAIL"


def sent(operation: str, body: dict[str, object]) -> Any:
    """What is transferred: by Procountor's schema, in characters of Windows-1252 (docs/api-facts.md 22)."""
    content = Request("", "POST", "/", body=body).content() or b""
    content.decode().encode("cp1252")
    tree = json.loads(content)
    assert facts.problems(OPERATIONS[operation], [], tree, repeated=False) == []
    return tree
