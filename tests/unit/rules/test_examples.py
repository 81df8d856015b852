"""Each file of examples/invoices: what Severa says, read and mapped, is exactly what the file says Procountor gets."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import pytest

from gateway.errors import Permanent
from gateway.http.messages import Request
from gateway.rules.dimensions import new_entries
from gateway.rules.partners import new_partner
from gateway.rules.products import new_product, row_code
from gateway.rules.receipts import Entry, Share, wanted
from gateway.rules.sales_invoice import Mapped, check_invoice, map_invoice
from gateway.sandbox import facts
from tests.unit.rules.examples import FOLDER, Example, examples

ALL = [pytest.param(one, id=name) for name, one in examples().items()]
GOOD = [pytest.param(one, id=name) for name, one in examples().items() if "invoice" in one.tree["procountor"]]
REFUSED = [pytest.param(one, id=name) for name, one in examples().items() if "refused" in one.tree["procountor"]]
OPERATIONS = {one.name: one for one in facts.operations("procountor")}


def sent(operation: str, body: dict[str, object]) -> Any:
    """The body as its bytes say it; it must be one that the operation takes."""
    content = Request("", "POST", "/", body=body).content() or b""
    assert facts.problems(OPERATIONS[operation], [], json.loads(content), repeated=False) == []
    return json.loads(content, parse_float=Decimal)


def mapped(one: Example) -> Mapped:
    check_invoice(one.invoice, one.terms)
    marker = f"severa:{one.invoice.id}#1:00000000"
    return map_invoice(one.invoice, one.terms, one.tree["procountor"]["partner_id"], one.company["products"], marker)


@pytest.mark.parametrize("one", ALL)
def test_examples_are_in_the_shapes_of_severas_api(one: Example) -> None:
    said = one.tree["severa"]
    for path, objects in (
        ("invoices", [said["invoice"]]),
        ("invoicerows", said["rows"]),
        ("customers", [said["customer"]]),
    ):
        for thing in objects:
            assert facts.wrong_object("severa", f"/v1/{path}", json.loads(json.dumps(thing, default=float))) is None


@pytest.mark.parametrize("one", GOOD)
def test_examples_table_field_by_field(one: Example) -> None:
    """T1, T2, T3, P1, P3, E1, E2, E3, F1, F7."""
    result, expected = mapped(one), one.tree["procountor"]
    assert sent("saveInvoice", result.body) == expected["invoice"]
    assert [{**asdict(cut), "kind": cut.kind.value} for cut in result.cuts] == expected.get("cuts", [])
    assert list(result.notes) == expected.get("notes", [])


@pytest.mark.parametrize("one", REFUSED)
def test_examples_refused_before_any_call(one: Example) -> None:
    with pytest.raises(Permanent) as caught:
        check_invoice(one.invoice, one.terms)
    assert {"code": caught.value.code, "message": caught.value.message} == one.tree["procountor"]["refused"]


@pytest.mark.parametrize("one", [param for param in GOOD if "partner" in param.values[0].tree["procountor"]])
def test_examples_F5_a_new_customer(one: Example) -> None:
    body, _ = new_partner(one.invoice, one.terms)
    assert sent("insertBusinessPartner", body) == one.tree["procountor"]["partner"]


@pytest.mark.parametrize("one", [param for param in GOOD if "products" in param.values[0].tree["procountor"]])
def test_examples_P2_new_products(one: Example) -> None:
    rows = {row_code(row, one.terms.default_codes)[0]: row for row in reversed(one.invoice.rows)}
    for code, expected in one.tree["procountor"]["products"].items():
        assert sent("addProduct", new_product(rows[code], code, one.terms)[0]) == expected


@pytest.mark.parametrize("one", [param for param in GOOD if "receipt" in param.values[0].tree["procountor"]])
def test_examples_D2_D3_D4_accounts_and_dimensions(one: Example) -> None:
    """L1 too."""
    receipt, invoice = one.tree["procountor"]["receipt"], one.invoice
    rows = [wanted(row, invoice.currency, _shares(receipt["shares"].get(row.position, {}))) for row in invoice.rows]
    entries = [
        Entry(e["id"], e["transactionType"], e["account"], Decimal(e["accountingValue"]), Decimal(e["vatPercent"]),
              e.get("vatStatus"), e.get("description", ""))
        for e in receipt["transactions"]
    ]  # fmt: skip
    written = [
        {
            "id": entry.entry_id,
            "account": entry.account,
            "dimensionItemValues": [
                {"dimensionId": part.dimension_id, "itemId": part.item_id, "value": part.value}
                for part in entry.dimensions
            ],
        }
        for entry in new_entries(rows, entries)
    ]
    assert written == receipt["written"]


def _shares(given: dict[int, dict[int, Any]]) -> Any:
    return tuple(
        (dimension, tuple(Share(item, Decimal(weight)) for item, weight in items.items()))
        for dimension, items in given.items()
    )


def test_examples_the_page_lists_each() -> None:
    page = (FOLDER / "README.md").read_text()
    lines = [line for line in page.splitlines() if line.startswith("| [")]
    assert lines == [f"| [{name}]({name}.yaml) | {one.tree['title']} |" for name, one in examples().items()]
    assert len(lines) >= 15
