"""Each file of examples/invoices: what Severa says, read and mapped, is exactly what the file says Procountor gets."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import pytest

from gateway.documents import Row
from gateway.errors import Permanent
from gateway.flows.sales_invoices.rules.mapping import Mapped, check_invoice, map_invoice
from gateway.flows.sales_invoices.rules.partners import new_partner
from gateway.flows.sales_invoices.rules.products import new_product, row_code
from gateway.http.messages import Request
from gateway.rules.accounts import sales_account
from gateway.rules.axes import ProjectCard, items_of
from gateway.rules.dimensions import new_entries
from gateway.rules.items import item
from gateway.rules.receipts import Axis, Entry, Wanted, chosen_shares, wanted
from gateway.sandbox import facts
from tests.examples import FOLDER, Example, examples, plain


def those_with(part: str = "") -> list[Any]:
    """The examples whose result has this part, as parameters of a test."""
    found = examples().items()
    return [pytest.param(one, id=name) for name, one in found if not part or part in one.procountor]


ALL, GOOD, REFUSED = those_with(), those_with("invoice"), those_with("refused")
OPERATIONS = {one.name: one for one in facts.operations("procountor")}


def sent(operation: str, body: dict[str, object]) -> Any:
    """The body as its bytes say it; it must be one that the operation takes."""
    content = Request("", "POST", "/", body=body).content() or b""
    assert facts.problems(OPERATIONS[operation], [], json.loads(content), repeated=False) == []
    return json.loads(content, parse_float=Decimal)


def mapped(one: Example) -> Mapped:
    check_invoice(one.invoice, one.profile)
    marker = f"severa:{one.invoice.id}#1:00000000"
    known = one.registers["products"]
    made = {code: max(known.values()) + n for n, code in enumerate(one.procountor.get("products", ()), start=1)}
    return map_invoice(one.invoice, one.profile, one.procountor["partner_id"], {**known, **made}, marker)


@pytest.mark.parametrize("one", ALL)
def test_examples_are_in_the_shapes_of_severas_api(one: Example) -> None:
    paths = {"invoice": "invoices", "rows": "invoicerows", "customer": "customers"}
    for name, things in plain(one.severa).items():
        for thing in things if isinstance(things, list) else [things]:
            assert facts.wrong_object("severa", f"/v1/{paths.get(name, name)}", thing) is None


@pytest.mark.parametrize("one", GOOD)
def test_examples_table_field_by_field(one: Example) -> None:
    """T1, T2, T3, P1, P3, E1, E2, E3, F1, F7."""
    result, expected = mapped(one), one.procountor
    assert sent("saveInvoice", result.body) == expected["invoice"]
    assert [{**asdict(cut), "kind": cut.kind.value} for cut in result.truncations] == expected.get("truncations", [])
    assert list(result.notes) == expected.get("notes", [])


@pytest.mark.parametrize("one", REFUSED)
def test_examples_refused_before_any_call(one: Example) -> None:
    with pytest.raises(Permanent) as caught:
        check_invoice(one.invoice, one.profile)
    assert {"code": caught.value.code, "message": caught.value.message} == one.procountor["refused"]


@pytest.mark.parametrize("one", those_with("partner"))
def test_examples_F5_a_new_customer(one: Example) -> None:
    body, _ = new_partner(one.invoice, one.profile)
    assert sent("insertBusinessPartner", body) == one.procountor["partner"]


@pytest.mark.parametrize("one", those_with("products"))
def test_examples_P2_new_products(one: Example) -> None:
    rows = {row_code(row, one.profile.default_codes)[0]: row for row in reversed(one.invoice.rows)}
    for code, expected in one.procountor["products"].items():
        assert sent("addProduct", new_product(rows[code], code, one.invoice.currency, one.profile)[0]) == expected


@pytest.mark.parametrize("one", those_with("receipt"))
def test_examples_L1_D1_D2_D3_D4_accounts_and_dimensions(one: Example) -> None:
    """Whatever order Procountor's entries stand in."""
    invoice, expected = one.invoice, one.procountor["receipt"]
    booked = [
        Entry(
            n,
            "ENTRY",
            _booked_on(one, row),
            entry["accountingValue"],
            Decimal(entry["vatPercent"]),
            None,
            row.description,
        )
        for n, (row, entry) in enumerate(zip(invoice.rows, expected, strict=True))
    ]
    rate = expected_rate(one)
    written = new_entries([_wanted(one, row) for row in invoice.rows], reversed(booked), rate)
    for entry, new in zip(expected, written, strict=True):
        values = {(part.dimension_id, part.item_id): part.value for part in new.dimensions}
        wants = entry.get("dimensions", {})
        assert new.account == entry["account"]
        assert values == {(number(name), number(code)): wants[name][code] for name in wants for code in wants[name]}


def expected_rate(one: Example) -> Decimal:
    """As Procountor gets it."""
    return Decimal(one.procountor["invoice"]["paymentInfo"]["currencyRate"])


def number(name: str) -> int:
    """An id of a dimension or item, unlike that of any other name."""
    return int.from_bytes(name.encode())


def _booked_on(one: Example, row: Row) -> str:
    code = row_code(row, one.profile.default_codes)[0]
    account: str = one.registers["default_accounts"].get(code) or sales_account(row) or "3000"
    return account


def _wanted(one: Example, row: Row) -> Wanted:
    names = {Axis(axis.replace("_", " ")): name for axis, name in one.settings["sales"].get("dimensions", {}).items()}
    units = {project["guid"]: project["businessUnit"]["code"] for project in one.severa.get("projects", ())}
    cards = {
        project.id: ProjectCard(item(project.number, project.name), item(units.get(project.id), None))
        for project in one.invoice.projects
    }
    parts = {
        axis: [(own.code, amount) for own, amount in several]
        for axis, several in items_of(row, one.invoice, cards, names).items()
    }
    ids = {axis: number(name) for axis, name in names.items()}
    items = {(ids[axis], code): number(code) for axis, several in parts.items() for code, _ in several}
    return wanted(row, one.invoice.currency, chosen_shares(parts, ids, items))


def test_examples_the_page_lists_each() -> None:
    page = (FOLDER / "README.md").read_text()
    lines = [line for line in page.splitlines() if line.startswith("| [")]
    assert lines == [f"| [{name}]({name}.yaml) | {one.tree['title']} |" for name, one in examples().items()]
    assert len(lines) >= 15
