"""The rules are pure, and whatever Severa says ends in a body or in a refusal."""

from __future__ import annotations

import ast
import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import Address, Money, Row, RowKind, SalesInvoice
from gateway.errors import Permanent
from gateway.flows.sales_invoices.rules.mapping import check_invoice, map_invoice
from gateway.flows.sales_invoices.rules.products import row_code
from gateway.http.messages import Request
from gateway.rules.amounts import row_net
from gateway.rules.codes.currencies import PROCOUNTOR, rounded
from gateway.sandbox import facts
from tests.unit.invoices import PROFILE, a_row, an_invoice

ROOT = Path(__file__).parents[3]
FORBIDDEN = {"aiokafka", "asyncio", "faust", "httpx", "os", "random", "socket", "subprocess", "time"}
SAVE = next(one for one in facts.operations("procountor") if one.name == "saveInvoice")

ANY = st.none() | st.text(max_size=90) | st.text(st.characters(), max_size=20)
NUMBERS = st.decimals(-10_000, 10_000, places=4) | st.decimals(-(10**6), 10**6, places=8)
SOME = st.text(st.characters(categories=["L", "N", "S"]), min_size=1, max_size=120)


PURE = [
    *sorted((ROOT / "gateway/rules").rglob("*.py")),
    *sorted((ROOT / "gateway/flows").glob("*/rules/*.py")),
    *sorted((ROOT / "gateway/documents").glob("*.py")),
    *(ROOT / "gateway" / name for name in ("delivery/decide.py", "delivery/identity.py", "polling/due.py")),
]


@pytest.mark.parametrize("path", PURE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_core_knows_no_clock_no_network_and_no_environment(path: Path) -> None:
    tree = ast.parse(path.read_text())
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} & FORBIDDEN == set()
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert called & {"now", "today", "utcnow", "environ"} == set()


@st.composite
def rows(draw: st.DrawFn, currency: str) -> Row:
    return a_row(
        draw(st.integers(0, 99)),
        kind=draw(st.sampled_from(RowKind)),
        description=draw(ANY) or "",
        quantity=draw(NUMBERS),
        unit_price=Money(draw(NUMBERS), currency),
        vat_percent=draw(st.sampled_from([Decimal("25.5"), Decimal(0)])),
        codes=tuple(draw(st.lists(st.sampled_from(["CONS", "PM", "", " "]), max_size=3))),
        unit=draw(ANY),
        sales_account=draw(ANY),
    )


@st.composite
def invoices(draw: st.DrawFn) -> SalesInvoice:
    currency = draw(st.sampled_from(sorted(PROCOUNTOR)))
    made = tuple(draw(st.lists(rows(currency), min_size=1, max_size=4)))
    net = sum((row_net(row, currency) for row in made), Decimal(0))
    country = draw(st.sampled_from(["FI", "Ruotsi", "Germany", "US", "NOR", "Suomi"]))
    names = ("language", "receiver_name", "receiver_contact", "sender_contact", "our_reference", "your_reference")
    texts: dict[str, Any] = {
        name: draw(ANY) for name in (*names, "notes", "free_text_above", "order_number", "reference_number")
    }
    invoice = an_invoice(
        currency=currency,
        currency_rate=draw(st.decimals("0.0001", 100, places=4)),
        date=dt.date(2026, 3, 2),
        due_date=dt.date(2026, 3, 2) + dt.timedelta(days=draw(st.integers(0, 999))),
        business_id=draw(st.sampled_from(["FI01120389", "SE556016068001", "DE 123"])),
        receiver_address=Address(draw(SOME), draw(SOME), draw(SOME), country),
        receiver_email=draw(ANY),
        overdue_interest=draw(st.none() | NUMBERS),
        is_credit_note=draw(st.booleans()),
        reimburses=draw(st.none() | st.integers(1, 10**6)),
        total_excluding_tax=Money(net, currency),
        rows=made,
        **texts,
    )
    card = replace(invoice.customer, email=draw(ANY), einvoice_address=draw(ANY), einvoice_operator=draw(ANY))
    return replace(invoice, customer=card)


@given(invoices(), st.booleans(), st.sampled_from(["FI", "SE"]))
def test_whatever_severa_says_ends_in_a_body_or_in_a_refusal(invoice: SalesInvoice, by_email: bool, home: str) -> None:
    """The body is one that Procountor's model takes, and adds up to what Severa says."""
    profile = replace(PROFILE, send_by_email=by_email, country=home, currency={"FI": "EUR", "SE": "SEK"}[home])
    if refused(invoice, profile):
        return
    ids = {row_code(row, profile.default_codes)[0]: 5 for row in invoice.rows}
    mapped = map_invoice(invoice, profile, 42, ids, "severa:8f0e#1:abc")
    body = json.loads(Request("", "POST", "/", body=mapped.body).content() or b"")
    assert facts.problems(SAVE, [], body, repeated=False) == []
    assert len(body["invoiceRows"]) == len(invoice.rows)
    for row, made in zip(invoice.rows, mapped.body["invoiceRows"], strict=True):  # type: ignore[call-overload]
        assert rounded(made["quantity"] * made["unitPrice"], invoice.currency) == row_net(row, invoice.currency)
        assert made["quantity"] == round(made["quantity"], 4)


def refused(invoice: SalesInvoice, profile: Any) -> bool:
    try:
        check_invoice(invoice, profile)
    except Permanent:
        return True
    return False
