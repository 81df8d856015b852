"""Amounts that must add up: rows to the total (T3), parts to their row (D3)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from gateway.documents import Row, SalesInvoice
from gateway.errors import Faults, Permanent, refuse
from gateway.rules.codes.currencies import CENT, minor_unit, money, rounded

#: Digits that a JSON number carries safely.
DIGITS = 15
#: Cents by which many rows may differ from a total, without VAT.
MOST_CENTS = 50


def row_net(row: Row, currency: str = "") -> Decimal:
    """Quantity times unit price, to the smallest amount of the invoice's currency; with the row's own sign."""
    return rounded(row.quantity * row.unit_price.amount, currency or row.unit_price.currency)


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
    return f"The total with VAT is {ours_said} in Procountor and {told_said} in Severa, by rounding."


def _differs(code: str, invoice: SalesInvoice, rows: Decimal, total: Decimal) -> Permanent:
    shown = {"rows": money(rows, invoice.currency), "total": money(total, invoice.currency)}
    return refuse(code, "", number=invoice.number, **shown)


def split(amount: Decimal, weights: Sequence[Decimal], unit: Decimal = CENT) -> tuple[Decimal, ...]:
    """Parts of an amount in proportion to weights, each within a unit of its exact share; they sum to the amount.

    What rounding leaves over goes to the parts that lost most by it, the first of equals. Weights that are all zero
    count as equal. Raises ValueError: no weight, weights that cancel out, or an amount finer than the unit.
    """
    units = Fraction(amount) / Fraction(unit)
    if not weights or units.denominator != 1:
        raise ValueError(f"{amount} can't be split into {len(weights)} parts of whole {unit}")
    shares = [Fraction(weight) for weight in weights]
    if not any(shares):
        shares = [Fraction(1)] * len(weights)
    whole = sum(shares)
    if not whole:
        raise ValueError(f"the weights of {amount} cancel out")
    exact = [abs(units) * share / whole for share in shares]
    parts = [part.numerator // part.denominator for part in exact]
    left = int(abs(units)) - sum(parts)
    for at in sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])[:left]:
        parts[at] += 1
    sign = 1 if units >= 0 else -1
    return tuple(sign * part * unit for part in parts)
