"""Severa's answers about travel reimbursements."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gateway.attachments import FileReference
from gateway.documents import ExpenseClass, Line, Money, ProjectRef, TravelReimbursement
from gateway.documents.document import LONG_AGO
from gateway.errors import GatewayError, mask
from gateway.http.trees import Odd, a_list, integer, needed, number, one_of, part, text
from gateway.severa.fields import (
    NO_DAY,
    day_of,
    decimal_of,
    guid_of,
    money_of,
    of_type,
    time_of,
)
from gateway.severa.responses import OddHead, odd


@dataclass(frozen=True, slots=True)
class TravelStatus:
    """A travel reimbursement status with its flags."""

    guid: str
    name: str
    locked: bool | None = None
    approved: bool | None = None


def reimbursement(tree: object) -> TravelReimbursement:
    """TravelReimbursementOutputModel: the head, without lines."""
    status, user, currency = part(tree, "travelReimbursementStatus"), part(tree, "user"), ""
    for name in ("total", "totalExpenses"):
        currency = currency or text(part(tree, name), "currencyCode") or ""
    return TravelReimbursement(
        id=guid_of(tree),
        number=integer(tree, "number"),
        created_at=time_of(tree, "createdDateTime") or LONG_AGO,
        updated_at=time_of(tree, "lastUpdatedDateTime"),
        status_id=guid_of(status),
        status_name=text(status, "name") or "",
        date=day_of(tree, "date"),
        user_id=guid_of(user),
        user_name=mask(text(user, "name") or ""),
        title=mask(text(tree, "title") or "") or None,
        currency=currency,
        total=money_of(tree, "total", currency),
        total_expenses=money_of(tree, "totalExpenses", currency),
        advance=money_of(tree, "advancePayment", currency),
    )


def odd_head(tree: object, error: GatewayError) -> OddHead:
    """A TravelReimbursementOutputModel that `reimbursement` can't read, as far as it can be read."""
    return odd(tree, error, "travelReimbursementStatus")


def moved(tree: object, guid: str) -> TravelReimbursement:
    """The answer to a PATCH: a list with the reimbursement, as the model says, or the reimbursement."""
    head = reimbursement(tree if isinstance(tree, dict) else a_list(tree)[0])
    if head.id.lower() != guid.lower():
        raise Odd("guid: the one that was asked for is expected")
    return head


@dataclass(frozen=True, slots=True)
class LineRead:
    """A line without its position, with the guid of its cost center."""

    line: Line
    cost_center: str | None
    created: str


def line(tree: object) -> LineRead:
    """ProjectTravelExpenseOutputModel. A line without a class is no allowance."""
    type_, project, cost = part(tree, "travelExpense"), part(tree, "project"), part(tree, "unitCost")
    read = Line(
        id=guid_of(tree),
        position=0,
        expense_class=one_of(ExpenseClass, type_, "expenseClass") or ExpenseClass.OTHER,
        name=text(type_, "name") or "",
        code=text(type_, "code"),
        description=mask(text(tree, "description") or ""),
        quantity=decimal_of(tree, "quantity") or Decimal(0),
        unit_cost=Money(decimal_of(cost, "amount") or Decimal(0), text(cost, "currencyCode") or ""),
        vat_percent=decimal_of(tree, "purchaseVatRate"),
        unit=text(tree, "measurementUnit"),
        date=day_of(tree, "eventDate") or NO_DAY,
        project=ProjectRef(guid_of(project), text(project, "name") or "", integer(project, "number"))
        if guid_of(project)
        else None,
        is_reimbursed=of_type(tree, "travelReimbursementRequired", bool) is not False,
        receipts=integer(tree, "attachmentCount") or 0,
    )
    return LineRead(read, text(part(tree, "costCenter"), "guid"), text(tree, "createdDateTime") or "")


def changed_line(tree: object) -> tuple[str, str, str]:
    """ProjectTravelExpenseOutputModel: its guid, its reimbursement's guid, and the time of its last change."""
    stamp = text(tree, "lastUpdatedDateTime") or text(tree, "createdDateTime") or ""
    return guid_of(tree), guid_of(part(tree, "travelReimbursement")), stamp


def cost_center(tree: object) -> str:
    """CostCenterModel: its identifier."""
    return (text(tree, "identifier") or "").strip()


def status(tree: object) -> TravelStatus:
    """TravelReimbursementStatusModel."""
    flags = (of_type(tree, "isLocked", bool), of_type(tree, "isApproved", bool))
    return TravelStatus(guid_of(tree), text(tree, "name") or "", *flags)


def receipt(tree: object) -> FileReference:
    """ProjectTravelExpenseFileModel."""
    guid, name = needed(text(tree, "fileGuid"), "fileGuid"), needed(text(tree, "name"), "name")
    size = number(tree, "size")
    return FileReference(guid, name, int(size) if size is not None else None, text(tree, "contentType"))
