"""Amounts that must add up: rows to the total (SPEC T3), parts to their row (SPEC D3)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from gateway.documents import Row, SalesInvoice
from gateway.errors import refuse
from gateway.rules.currencies import CENT, minor_unit, rounded

#: Digits that a JSON number carries safely.
DIGITS = 15


def row_net(row: Row, currency: str = "") -> Decimal:
    """Quantity times unit price, to the smallest amount of the invoice's currency; with the row's own sign."""
    return rounded(row.quantity * row.unit_price.amount, currency or row.unit_price.currency)


def check_digits(invoice: SalesInvoice) -> None:
    """Quantities, prices and amounts have no more digits than a JSON number carries safely. Raises Permanent."""
    for row in invoice.rows:
        for number in (row.quantity, row.unit_price.amount):
            amount = abs(row.quantity * row.unit_price.amount)
            if max(amount, abs(number)) >= Decimal(10) ** DIGITS or len(number.normalize().as_tuple().digits) > DIGITS:
                raise refuse("NUMBER_TOO_LONG", row=row.position, text=row.description, value=number)


def check_total(invoice: SalesInvoice) -> None:
    """T3: the rows add up to Severa's total, within a cent a row (a whole unit where the currency has no cents).

    Discounts are rows with a minus, credit notes keep their signs; one that is not negative is refused, since
    Procountor would book it as a sale. Raises Permanent.
    """
    if not invoice.rows:
        raise refuse("ROWS_MISSING", number=invoice.number)
    rows = sum((row_net(row, invoice.currency) for row in invoice.rows), Decimal(0))
    total = invoice.total_excluding_tax.amount
    leeway = max(CENT, minor_unit(invoice.currency)) * len(invoice.rows)
    if abs(rows - total) > leeway:
        told = rounded(total, invoice.currency)
        raise refuse(
            "TOTAL_DIFFERS",
            number=invoice.number,
            rows=rows,
            total=told if told == total else total,
            currency=invoice.currency,
        )
    if invoice.is_credit_note and total > 0:
        raise refuse("CREDIT_NOTE_POSITIVE", number=invoice.number, total=total, currency=invoice.currency)


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
