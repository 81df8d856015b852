"""What becomes of a fee when its allocation is transferred: created, replaced, deleted, or a person is asked (U3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gateway.documents import CostAllocation, Revision
from gateway.errors import Varying, plain_number, refuse
from gateway.flows.purchase_invoices.rules.fee import MappedFee
from gateway.flows.purchase_invoices.rules.marker import mark_of, without_marker
from gateway.flows.purchase_invoices.rules.memo import Memo
from gateway.flows.purchase_invoices.rules.wording import about
from gateway.rules.codes.currencies import money
from gateway.rules.purchases import ProjectFee, SeveraProject


class Action(StrEnum):
    """What to do in Severa."""

    NOTHING = "nothing"
    CREATE = "create"
    #: Delete the fee and create it again: Severa's API states no way to change an amount (ADR 29).
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact of a fee that isn't what the allocation says, in words."""

    what: str
    there: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.what} {self.there} instead of {self.wanted}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and with which fee."""

    action: Action
    fee: ProjectFee | None = None
    #: What differs: of a fee that is replaced, or that stays as a user changed it.
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at Severa found of an allocation."""

    #: The project that the allocation names; None for a withdrawn one, which needs none.
    project: SeveraProject | None
    #: Its fee.
    fee: ProjectFee | None = None
    #: The project that has the fee.
    holder: SeveraProject | None = None


def decide(
    allocation: CostAllocation,
    revision: Revision,
    looked: Looked,
    mapped: MappedFee | None,
    memo: Memo | None,
    anyway: bool = False,
) -> Decision:
    """What becomes of the fee.

    `mapped`: the fee that the allocation needs, None for a withdrawn one; `memo`: what the ledger keeps of it;
    `anyway`: an operator lets a deleted fee be created again. Raises Permanent that says what differs, where Severa
    allows no change, or where a user decided otherwise: a fee on a customer's invoice, a fee of a closed project, a fee
    that a user deleted.
    """
    fee, holder = looked.fee, looked.holder
    if allocation.withdrawn is not None:
        if fee is None:
            return Decision(Action.NOTHING)
        if fee.is_billed:
            why = _WHY[allocation.withdrawn.value]
            raise refuse("FEE_BILLED_WITHDRAWN", **about(allocation), **_of(fee), why=why)
        return _unless_closed(Decision(Action.DELETE, fee), allocation, holder)
    project = looked.project
    assert project is not None
    assert mapped is not None
    if fee is None:
        if memo is not None and memo.fee_id and not anyway:
            raise refuse("FEE_DELETED", **about(allocation), project=project.name)
        return _unless_closed(Decision(Action.CREATE), allocation, project)
    costs = cost_differences(allocation, project, fee)
    texts = _text_differences(mapped, fee)
    if not (costs or texts) or _written_for(fee, revision):
        return Decision(Action.NOTHING, fee, (*costs, *texts))
    if not fee.is_billed:
        return _unless_closed(Decision(Action.REPLACE, fee, (*costs, *texts)), allocation, holder, project)
    if costs:
        said = Varying("; ".join(map(str, costs)))
        raise refuse("FEE_BILLED", **about(allocation), **_of(fee), differs=said)
    return Decision(Action.NOTHING, fee, texts)


def cost_differences(allocation: CostAllocation, project: SeveraProject, fee: ProjectFee) -> tuple[Difference, ...]:
    """What a project's accounts would show differently: project, net cost, VAT, date."""
    found: list[Difference] = []
    if fee.project_id != project.id:
        found.append(Difference("project", fee.project_name, project.name))
    currency = fee.unit_cost.currency if fee.unit_cost is not None else allocation.amount.currency
    if (fee.cost, currency) != (allocation.amount.amount, allocation.amount.currency):
        wanted = money(allocation.amount.amount, allocation.amount.currency)
        found.append(Difference("net cost", money(fee.cost, currency), wanted))
    if fee.vat_percent != allocation.vat_percent:
        there = f"{plain_number(fee.vat_percent)} %" if fee.vat_percent is not None else "none"
        found.append(Difference("VAT", there, f"{plain_number(allocation.vat_percent)} %"))
    if fee.date != allocation.date:
        found.append(Difference("date", str(fee.date) if fee.date is not None else "none", str(allocation.date)))
    return tuple(found)


def notes(decision: Decision) -> tuple[str, ...]:
    """What the outcome says of a fee that was replaced, or that stays as it is."""
    if not decision.differences:
        return ()
    if decision.action is Action.REPLACE:
        return tuple(
            f"The fee was corrected: {one.what} {one.wanted}, before {one.there}." for one in decision.differences
        )
    return tuple(f"The fee was left as it is in Severa: {one}." for one in decision.differences)


def _written_for(fee: ProjectFee, revision: Revision) -> bool:
    """Whether the fee was written for this very content: then a user changed it in Severa, and has the last word."""
    mark = mark_of(fee.description)
    return mark is not None and mark.content == revision.content_hash[:8]


def _unless_closed(decision: Decision, allocation: CostAllocation, *projects: SeveraProject | None) -> Decision:
    for one in projects:
        if one is not None and one.is_closed:
            raise refuse("PROJECT_CLOSED", **about(allocation), project=one.name, step=_STEP[decision.action])
    return decision


def _text_differences(mapped: MappedFee, fee: ProjectFee) -> tuple[Difference, ...]:
    named = (("name", fee.name, mapped.name), ("description", without_marker(fee.description), mapped.story))
    return tuple(Difference(what, f'"{there}"', f'"{wanted}"') for what, there, wanted in named if there != wanted)


def _of(fee: ProjectFee) -> dict[str, Any]:
    invoice = f"invoice {fee.billed_by}" if fee.billed_by is not None else "an invoice"
    return {"project": fee.project_name, "fee": fee.name, "invoice": invoice}


_STEP = {Action.CREATE: "created", Action.REPLACE: "corrected", Action.DELETE: "deleted"}
_WHY = {
    "not-approved": "the invoice is no longer approved",
    "payment-denied": "the payment of the invoice was denied",
    "invalidated": "the invoice was invalidated",
    "removed": "the invoice is no longer allocated to the project",
}
