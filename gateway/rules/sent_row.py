"""A row as Procountor gets it: quantity, price and text (docs/fields.md)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gateway.documents import Row
from gateway.errors import plain_number
from gateway.rules.amounts import row_net
from gateway.rules.codes.currencies import half_up, money, rounded
from gateway.rules.fields import LONGEST_TEXT
from gateway.rules.text.fit import blank, fit

#: The smallest step of a quantity (T3; docs/api-facts.md 35).
FINEST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Measured:
    """Quantity and price, whose product is the row's net to the cent."""

    quantity: Decimal
    unit_price: Decimal
    #: The row is sent as one unit of its net.
    as_one: bool = False


def measured(row: Row, currency: str) -> Measured:
    """A quantity with at most 4 decimals, rounded up or down so that it keeps the row's net. If neither does (50
    minutes at 1 000 per hour): one unit of the net.
    """
    net, price = row_net(row, currency), row.unit_price.amount
    near = half_up(row.quantity, FINEST)
    if near == row.quantity:
        return Measured(row.quantity, price)
    other = near + (FINEST if near < row.quantity else -FINEST)
    for quantity in (near, other):
        if rounded(quantity * price, currency or row.unit_price.currency) == net:
            return Measured(quantity, price)
    sign = Decimal(-1 if row.quantity < 0 else 1)
    return Measured(sign, sign * net, as_one=True)


def whole_text(row: Row, currency: str) -> str:
    """The row's text, with quantity and price if it is sent as one unit. Blank if Severa has none."""
    if not measured(row, currency).as_one:
        return row.description
    unit = f" {row.unit.strip()}" if row.unit and row.unit.strip() else ""
    quantity, price = plain_number(row.quantity), money(row.unit_price.amount, currency)
    return f"{row.description.strip()} ({quantity}{unit} x {price})".strip()


def texts(whole: str, limit: int) -> tuple[str, str | None]:
    """The product's text and the explanation: the whole text, if the product can't hold it."""
    if len(fit("", whole, LONGEST_TEXT + 1)[0]) <= limit:
        return whole, None
    return fit("", whole, limit)[0], whole


def as_one_note(row: Row, currency: str) -> str | None:
    """A note about a row that is sent as one unit of its net."""
    if not measured(row, currency).as_one:
        return None
    text = row.description if not blank(row.description) else "without a text"
    net, quantity = money(row_net(row, currency), currency), plain_number(row.quantity)
    return (
        f"Row {row.position} ({text}) is sent as one unit of {net}: with 4 decimals, its quantity {quantity} would "
        "change the net."
    )
