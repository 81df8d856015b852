"""Amounts that must add up: the rows of an invoice to its totals (T3)."""

from __future__ import annotations

from decimal import Decimal

from gateway.documents import SalesInvoice
from gateway.errors import Faults, Permanent, refuse
from gateway.rules.amounts import row_net
from gateway.rules.codes.currencies import CENT, minor_unit, money, rounded

#: Digits that a JSON number carries safely.
DIGITS = 15
#: Cents by which many rows may differ from a total, without VAT.
MOST_CENTS = 50


def check_digits(invoice: SalesInvoice) -> None:
    """Quantities, prices and amounts have no more digits than a JSON number carries safely. Raises Permanent."""
    faults = Faults()
    for row in invoice.rows:
        for number in (row.quantity, row.unit_price.amount):
            amount = abs(row.quantity * row.unit_price.amount)
            if max(amount, abs(number)) >= Decimal(10) ** DIGITS or len(number.normalize().as_tuple().digits) > DIGITS:
                faults.add(refuse("NUMBER_TOO_LONG", row=row.position, text=row.description, value=number))
    faults.raise_all()


def check_total(invoice: SalesInvoice) -> None:
    """T3: the rows add up to Severa's totals, without VAT and with it.

    Without: within a cent a row, 50 at the most; with: within two a row, 100 at the most (a whole unit where the
    currency has no cents). Discounts are rows with a minus, credit notes keep their signs; one that is not negative is
    refused, since Procountor would book it as a sale. What only follows is not told: a sum with VAT where that without
    differs, or where a row has no VAT. Raises Permanent.
    """
    if not invoice.rows:
        raise refuse("ROWS_MISSING", number=invoice.number)
    rows = sum((row_net(row, invoice.currency) for row in invoice.rows), Decimal(0))
    total = invoice.total_excluding_tax.amount
    cent = max(CENT, minor_unit(invoice.currency))
    with_vat, told = sum_with_vat(invoice), invoice.total_including_tax.amount
    vat_known = told and all(row.vat_percent is not None for row in invoice.rows)
    faults = Faults()
    if abs(rows - total) > cent * min(len(invoice.rows), MOST_CENTS):
        faults.add(_differs("TOTAL_DIFFERS", invoice, rows, total))
    elif vat_known and abs(with_vat - told) > 2 * cent * min(len(invoice.rows), MOST_CENTS):
        faults.add(_differs("TOTAL_WITH_VAT_DIFFERS", invoice, with_vat, told))
    if invoice.is_credit_note and total > 0:
        faults.add(refuse("CREDIT_NOTE_POSITIVE", number=invoice.number, total=money(total, invoice.currency)))
    faults.raise_all()


def sum_with_vat(invoice: SalesInvoice) -> Decimal:
    """As Procountor reckons it: the VAT of each row is rounded."""
    nets = [(row_net(row, invoice.currency), row.vat_percent or Decimal(0)) for row in invoice.rows]
    return sum((net + rounded(net * percent / 100, invoice.currency) for net, percent in nets), Decimal(0))


def total_note(invoice: SalesInvoice) -> str | None:
    """What to say of a total with VAT that differs by rounding. Without one in Severa (0) it isn't compared."""
    ours, told = sum_with_vat(invoice), rounded(invoice.total_including_tax.amount, invoice.currency)
    if not told or ours == told:
        return None
    ours_said, told_said = money(ours, invoice.currency), money(told, invoice.currency)
    return f"The total with VAT is {ours_said} in Procountor and {told_said} in Severa, because of rounding."


def _differs(code: str, invoice: SalesInvoice, rows: Decimal, total: Decimal) -> Permanent:
    shown = {"rows": money(rows, invoice.currency), "total": money(total, invoice.currency)}
    return refuse(code, "", number=invoice.number, **shown)
