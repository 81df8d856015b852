"""Amounts that must add up: the rows of an invoice to its totals (T3)."""

from __future__ import annotations

from decimal import Decimal

from gateway.documents import SalesInvoice
from gateway.errors import Faults, Permanent, refuse
from gateway.rules.amounts import MOST_CENTS, is_near, is_too_long, row_net
from gateway.rules.codes.currencies import CENT, minor_unit, money, rounded


def check_digits(invoice: SalesInvoice) -> None:
    """Quantities, prices and amounts fit into a JSON number without loss. Raises Permanent."""
    faults = Faults()
    for row in invoice.rows:
        for number in (row.quantity, row.unit_price.amount):
            if is_too_long(number, row.quantity * row.unit_price.amount):
                faults.add(refuse("NUMBER_TOO_LONG", row=row.position, text=row.description, value=number))
    faults.raise_all()


def check_total(invoice: SalesInvoice) -> None:
    """T3: the rows add up to Severa's totals, without VAT and with it.

    Without VAT: within a cent per row, at most 50; with VAT: within two per row, at most 100 (a whole unit if the
    currency has no cents). Discounts are negative rows, and credit notes keep their signs; a credit note that is not
    negative is refused, since Procountor would book it as a sale. Consequences are not reported: a sum with VAT if the
    sum without VAT differs, or if a row has no VAT. Raises Permanent.
    """
    if not invoice.rows:
        raise refuse("ROWS_MISSING", number=invoice.number)
    rows = sum((row_net(row, invoice.currency) for row in invoice.rows), Decimal(0))
    total = invoice.total_excluding_tax.amount
    cent = max(CENT, minor_unit(invoice.currency))
    with_vat, stated = sum_with_vat(invoice), invoice.total_including_tax.amount
    vat_known = stated and all(row.vat_percent is not None for row in invoice.rows)
    faults = Faults()
    if not is_near(rows, total, len(invoice.rows), invoice.currency):
        faults.add(_differs("TOTAL_DIFFERS", invoice, rows, total))
    elif vat_known and abs(with_vat - stated) > 2 * cent * min(len(invoice.rows), MOST_CENTS):
        faults.add(_differs("TOTAL_WITH_VAT_DIFFERS", invoice, with_vat, stated))
    if invoice.is_credit_note and total > 0:
        faults.add(refuse("CREDIT_NOTE_POSITIVE", number=invoice.number, total=money(total, invoice.currency)))
    faults.raise_all()


def sum_with_vat(invoice: SalesInvoice) -> Decimal:
    """The sum as Procountor calculates it: the VAT of each row is rounded."""
    nets = [(row_net(row, invoice.currency), row.vat_percent or Decimal(0)) for row in invoice.rows]
    return sum((net + rounded(net * percent / 100, invoice.currency) for net, percent in nets), Decimal(0))


def total_note(invoice: SalesInvoice) -> str | None:
    """A note about a total with VAT that differs because of rounding. A total of 0 in Severa isn't compared."""
    ours, stated = sum_with_vat(invoice), rounded(invoice.total_including_tax.amount, invoice.currency)
    if not stated or ours == stated:
        return None
    ours_said, stated_said = money(ours, invoice.currency), money(stated, invoice.currency)
    return f"The total with VAT is {ours_said} in Procountor and {stated_said} in Severa, because of rounding."


def _differs(code: str, invoice: SalesInvoice, rows: Decimal, total: Decimal) -> Permanent:
    shown = {"rows": money(rows, invoice.currency), "total": money(total, invoice.currency)}
    return refuse(code, "", number=invoice.number, **shown)
