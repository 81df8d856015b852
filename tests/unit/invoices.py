"""A common invoice and terms, to be changed in one place by each test."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from gateway.documents import Address, Customer, Money, Row, RowKind, SalesInvoice
from gateway.rules.profile import CompanyProfile, DefaultCodes
from gateway.rules.vat_statuses import VatStatus, VatTerms
from gateway.sandbox.world.demo_vat import vat_statuses

PROFILE = CompanyProfile(
    country="FI",
    currency="EUR",
    iban="FI2112345600000785",
    default_codes=DefaultCodes("GEN", "WORK", "TRAVEL"),
    send_by_email=False,
    may_create_partners=True,
    may_create_products=True,
    vat_percents=frozenset([Decimal("25.5"), Decimal(0)]),
    vat=VatTerms(tuple(VatStatus(one["vatStatus"], one["description"], one["sales"]) for one in vat_statuses("FI"))),
)


def a_row(position: int = 1, **changes: Any) -> Row:
    row = Row(
        id=f"row-{position}",
        position=position,
        kind=RowKind.HOURS,
        description="Consulting",
        quantity=Decimal("7.5"),
        unit_price=Money(Decimal(92), "EUR"),
        vat_percent=Decimal("25.5"),
        codes=("CONS",),
        unit="h",
    )
    return replace(row, **changes)


def an_invoice(**changes: Any) -> SalesInvoice:
    rows = changes.pop("rows", (a_row(),))
    nets = [(row.quantity * row.unit_price.amount, row.vat_percent or Decimal(0)) for row in rows]
    net = sum((net for net, _ in nets), Decimal(0))
    with_vat = sum((net * (1 + percent / 100) for net, percent in nets), Decimal(0))
    invoice = SalesInvoice(
        id="8f0e",
        number=1001,
        created_at=datetime(2026, 3, 1, 8, 0, tzinfo=UTC),
        updated_at=datetime(2026, 3, 2, 8, 0, 0, 250_000, tzinfo=UTC),
        status_id="s1",
        status_name="Ready",
        business_unit_id="u1",
        date=dt.date(2026, 3, 2),
        due_date=dt.date(2026, 3, 16),
        currency="EUR",
        currency_rate=Decimal(1),
        language="fi",
        customer=Customer("c1", "Asiakas Oy", number=77, business_id="2112345-7"),
        business_id="FI 01120389",
        receiver_name="Asiakas Oy",
        receiver_contact="Maija Meri",
        receiver_email=None,
        receiver_address=Address("Mannerheimintie 1", "00100", "Helsinki", "Suomi"),
        sender_contact="Ville Virta",
        our_reference="our",
        your_reference="your",
        notes=None,
        free_text_above="above",
        free_text_below=None,
        order_number="PO 7",
        reference_number=None,
        overdue_interest=Decimal(8),
        is_credit_note=False,
        reimburses=None,
        total_excluding_tax=Money(net, "EUR"),
        total_including_tax=Money(with_vat.quantize(Decimal("0.01")), "EUR"),
        rows=rows,
    )
    return replace(invoice, **changes)
