"""What Procountor answers, as the gateway reads it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from gateway.documents import Money
from gateway.http import Response
from gateway.procountor import responses
from gateway.rules.amounts import row_net
from tests.unit.invoices import a_row


def an_invoice(currency: str, *rows: tuple[str, str], **more: Any) -> responses.InvoiceRead:
    """As it comes from the wire; rows by quantity and price."""
    lines = [{"quantity": float(quantity), "unitPrice": float(price)} for quantity, price in rows]
    tree = {"id": 1, "paymentInfo": {"currency": currency}, "invoiceRows": lines, **more}
    return responses.invoice(Response(200, {}, json.dumps(tree).encode()).json())


@pytest.mark.parametrize(
    ("currency", "total"),
    [("EUR", "0.26"), ("SEK", "0.26"), ("JPY", "0"), ("KWD", "0.250")],
)
def test_T3_missing_total_is_the_sum_of_rounded_rows(currency: str, total: str) -> None:
    """Halves away from zero, to the currency's smallest amount: else an adopted invoice would seem another (B14)."""
    row = a_row(quantity=Decimal("0.5"), unit_price=Money(Decimal("0.25"), currency))
    read = an_invoice(currency, ("0.5", "0.25"), ("0.5", "0.25"))
    assert read.total_excluding_tax == Decimal(total) == 2 * row_net(row)
    credited = an_invoice(currency, ("-0.5", "0.25"), ("-0.5", "0.25"))
    assert credited.total_excluding_tax == -Decimal(total)


def test_B14_a_total_that_is_told_goes_before_the_rows() -> None:
    told = [
        {"inAccountingCurrency": True, "excludingVatTotal": 9.0},
        {"inAccountingCurrency": False, "excludingVatTotal": 7.0},
    ]
    assert an_invoice("EUR", ("1", "5"), invoiceSumInfo=told).total_excluding_tax == Decimal("7.0")
    assert an_invoice("EUR").total_excluding_tax is None
