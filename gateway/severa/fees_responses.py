"""Severa's answers about projects and their fees. Fields are those of its OpenAPI models."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gateway.http.trees import Odd, a_list, flag, integer, needed, part, text
from gateway.rules.purchases import ProjectFee, SeveraProject
from gateway.severa.fields import NO_DAY, day_of, decimal_of, guid_of, money_of, of_type

#: References that users fill in on a fee, by their guids. A fee that replaces it gets them (ADR 29).
REFERENCES = ("phase", "product", "user", "costCenter", "salesAccount")


def project(tree: object) -> SeveraProject:
    """ProjectOutputModel."""
    unit = part(tree, "businessUnit")
    return SeveraProject(
        id=needed(guid_of(tree) or None, "guid"),
        number=integer(tree, "number"),
        name=text(tree, "name") or "",
        is_closed=flag(tree, "isClosed"),
        unit_id=guid_of(unit),
        unit_name=text(unit, "name") or "",
    )


def fee(tree: object) -> ProjectFee:
    """ProjectFeeOutputModel."""
    where, invoice = part(tree, "project"), part(tree, "invoice")
    day, price = day_of(tree, "eventDate"), money_of(tree, "unitPrice", "")
    return ProjectFee(
        id=needed(guid_of(tree) or None, "guid"),
        project_id=guid_of(where),
        project_name=text(where, "name") or "",
        name=text(tree, "name") or "",
        description=text(tree, "description") or "",
        quantity=decimal_of(tree, "quantity") or Decimal(0),
        unit_cost=money_of(tree, "unitCost", "") if part(tree, "unitCost") else None,
        vat_percent=decimal_of(tree, "vatRate"),
        date=day if day != NO_DAY else None,
        is_billed=bool(guid_of(invoice) or text(tree, "invoiceRowGuid")),
        billed_by=integer(invoice, "number"),
        unit_price=price if price.currency else None,
        users=_users(tree),
    )


def created(trees: object) -> ProjectFee:
    """The answer to a POST: a list with the fee."""
    several = a_list(trees)
    if len(several) != 1:
        raise Odd("the answer: a list with one project fee is expected")
    return fee(several[0])


def _users(tree: object) -> dict[str, object]:
    found: dict[str, object] = {name: {"guid": own} for name in REFERENCES if (own := guid_of(part(tree, name)))}
    said: dict[str, Any] = {
        "isBillable": of_type(tree, "isBillable", bool),
        "measurementUnit": text(tree, "measurementUnit"),
    }
    return found | {name: value for name, value in said.items() if value is not None}
