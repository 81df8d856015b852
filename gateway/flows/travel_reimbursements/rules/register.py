"""Codes of Procountor's travel register: which one a line has, and what the register says of unit and price (P4, R4).

Allowances are reported to the Incomes Register by these codes, so no default code stands in for a missing one
(docs/api-facts.md 72).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from gateway.documents import Line
from gateway.errors import Faults, Permanent, plain_number, refuse
from gateway.rules.codes.currencies import money
from gateway.rules.codes.units import unit_of
from gateway.rules.register_items import TravelProduct

#: The most decimals of a quantity.
DECIMALS = 4


def choose(line: Line, register: Sequence[TravelProduct]) -> TravelProduct:
    """The code of a line that is valid on the day of the expense. Raises Permanent: nothing is guessed."""
    code = (line.code or "").strip()
    if not code:
        raise refuse("TRAVEL_CODE_MISSING", **_about(line), type=line.name)
    own = [one for one in register if one.code == code]
    if not own:
        raise refuse("TRAVEL_CODE_UNKNOWN", **_about(line), product=code)
    valid = [one for one in own if one.is_valid(line.date)]
    if len(valid) != 1:
        name = "TRAVEL_CODE_AMBIGUOUS" if valid else "TRAVEL_CODE_NOT_VALID"
        raise refuse(name, **_about(line), product=code, day=line.date, there=said(valid or own))
    return valid[0]


def check_line(line: Line, product: TravelProduct) -> None:
    """Hold an allowance against the register: quantity, unit, price, no VAT. Raises Permanent with all faults.

    Other expenses cost what they cost: the register says nothing of them.
    """
    if not line.expense_class.is_allowance:
        return
    faults = Faults()
    about: dict[str, Any] = {**_about(line), "product": product.code, "there": said([product])}
    if line.quantity <= 0 or line.quantity != round(line.quantity, DECIMALS):
        faults.add(refuse("TRAVEL_QUANTITY_WRONG", **_about(line), quantity=plain_number(line.quantity)))
    unit = unit_of(line.unit)
    if unit and product.unit and not _same_unit(unit, product.unit):
        faults.add(refuse("TRAVEL_UNIT_DIFFERS", **about, unit=line.unit, register=product.unit))
    if product.price and (line.unit_cost.amount, line.unit_cost.currency) != (product.price, product.currency):
        faults.add(_price_differs(line, product, about))
    if line.vat_percent:
        faults.add(refuse("TRAVEL_VAT_ON_ALLOWANCE", **_about(line), percent=plain_number(line.vat_percent)))
    faults.raise_all()


def held_against(line: Line, product: TravelProduct) -> str | None:
    """A note about what an allowance was held against: code, validity, price."""
    if not line.expense_class.is_allowance:
        return None
    if not product.price:
        return f"Line {line.position} ({line.text}): code {product.code} has no price in Procountor to compare with."
    return f"Line {line.position} ({line.text}) has the price of code {product.code} in Procountor: {said([product])}."


def said(products: Iterable[TravelProduct]) -> str:
    """Validity and price of codes, for people."""
    return "; ".join(map(_said, products))


def _said(product: TravelProduct) -> str:
    if product.starts == dt.date.min and product.ends == dt.date.max:
        validity = "valid without end"
    elif product.ends == dt.date.max:
        validity = f"valid from {product.starts}"
    elif product.starts == dt.date.min:
        validity = f"valid until {product.ends}"
    else:
        validity = f"valid {product.starts} - {product.ends}"
    price = money(product.price, product.currency) if product.price else "no price"
    return f"{validity}, {price}" + ("" if product.active else ", inactive")


def _price_differs(line: Line, product: TravelProduct, about: dict[str, Any]) -> Permanent:
    price = _exact(line.unit_cost.amount, line.unit_cost.currency)
    return refuse("TRAVEL_PRICE_DIFFERS", **about, price=price, register=_exact(product.price, product.currency))


def _exact(amount: Decimal, currency: str) -> str:
    return f"{plain_number(amount)} {currency}".strip()


def _same_unit(one: str, other: str) -> bool:
    """A whole day is a day."""
    return one == other or {one, other} <= {"DAY", "FULL_DAY"}


def _about(line: Line) -> dict[str, Any]:
    return {"row": line.position, "text": line.text}
