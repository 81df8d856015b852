"""Amounts that must add up, VAT that must be in use, terms that must be possible (SPEC T3, field table)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from gateway.documents import Row, SalesInvoice
from gateway.errors import refuse
from gateway.rules.countries import EU
from gateway.rules.terms import CompanyTerms

CENT = Decimal("0.01")
#: Longest payment term that Procountor takes, in days (API fact 2.5).
LONGEST_TERM = 999
#: VAT statuses of Procountor (API fact 2.8).
DOMESTIC, OUTSIDE_EU, EU_SALES = 1, 3, 5


def row_net(row: Row) -> Decimal:
    """Quantity times unit price, to the cent."""
    return (row.quantity * row.unit_price.amount).quantize(CENT, ROUND_HALF_UP)


def check_total(invoice: SalesInvoice) -> None:
    """T3: the rows add up to Severa's total, within a cent a row. Raises Permanent."""
    if not invoice.rows:
        raise refuse("ROWS_MISSING", number=invoice.number)
    rows = sum((row_net(row) for row in invoice.rows), Decimal(0))
    total = invoice.total_excluding_tax.amount
    if abs(rows - total) > CENT * len(invoice.rows):
        raise refuse("TOTAL_DIFFERS", number=invoice.number, rows=rows, total=total, currency=invoice.currency)


def check_vat(invoice: SalesInvoice, terms: CompanyTerms) -> None:
    """Each row's percentage is there and in use in the company. Raises Permanent."""
    for row in invoice.rows:
        if row.vat_percent is None:
            raise refuse("VAT_MISSING", row=row.position, text=row.description)
        if row.vat_percent not in terms.vat_percents:
            used = ", ".join(f"{percent.normalize():f}" for percent in sorted(terms.vat_percents))
            percent = f"{row.vat_percent.normalize():f}"
            raise refuse("VAT_NOT_IN_USE", row=row.position, text=row.description, percent=percent, used=used)


def check_term(invoice: SalesInvoice) -> None:
    """The due date is 0-999 days after the invoice's date. Raises Permanent."""
    days = (invoice.due_date - invoice.date).days
    if not 0 <= days <= LONGEST_TERM:
        raise refuse("DUE_DATE_WRONG", date=invoice.date, due_date=invoice.due_date)


def vat_status(invoice: SalesInvoice, customer_country: str | None, company_country: str) -> int:
    """Domestic at home, and wherever VAT is charged; without VAT: EU sales within the EU, else outside the EU."""
    charged = any(row.vat_percent for row in invoice.rows)
    if charged or customer_country in (None, company_country):
        return DOMESTIC
    return EU_SALES if customer_country in EU else OUTSIDE_EU
