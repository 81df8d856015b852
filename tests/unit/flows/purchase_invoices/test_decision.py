"""What becomes of a fee (U3, U4, ADR 29)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gateway.documents import CostAllocation, ItemRef, Withdrawal
from gateway.errors import Permanent
from gateway.flows.purchase_invoices.memo import decoded, encoded
from gateway.flows.purchase_invoices.rules.decision import Action, Decision, Looked, decide, notes
from gateway.flows.purchase_invoices.rules.fee import map_fee, replacing
from gateway.flows.purchase_invoices.rules.memo import Memo, deleting
from gateway.rules.purchases import ProjectFee, SeveraProject
from tests.unit.allocations import KEY, PROFILE, PROJECT, a_fee, a_revision, an_allocation, eur

CLOSED = replace(PROJECT, is_closed=True)
#: The ledger knows that it had a fee.
HAD = Memo(an_allocation(), "f-guid")


def decided(
    allocation: CostAllocation,
    fee: ProjectFee | None,
    memo: Memo | None = None,
    project: SeveraProject = PROJECT,
    holder: SeveraProject = PROJECT,
    anyway: bool = False,
) -> Decision:
    revision = a_revision(allocation, 2)
    mapped = map_fee(allocation, project.id, PROFILE, KEY, revision)
    return decide(allocation, revision, Looked(project, fee, holder if fee else None), mapped, memo, anyway)


def test_U1_a_new_allocation_gets_a_fee() -> None:
    assert decided(an_allocation(), None) == Decision(Action.CREATE)


def test_U2_an_allocation_whose_fee_is_there_gets_no_second_one() -> None:
    assert decided(an_allocation(), a_fee()).action is Action.NOTHING


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": eur("60")}, "net cost 60.00 EUR, before 100.00 EUR"),
        ({"vat_percent": Decimal(14)}, "VAT 14 %, before 25.5 %"),
        ({"date": dt.date(2026, 4, 1)}, "date 2026-04-01, before 2026-03-02"),
    ],
)
def test_U3_a_changed_share_replaces_its_fee(changes: dict[str, Any], said: str) -> None:
    found = decided(an_allocation(**changes), a_fee())
    assert (found.action, notes(found)) == (Action.REPLACE, (f"The fee was corrected: {said}.",))


def test_U3_a_moved_share_replaces_its_fee_on_the_other_project() -> None:
    moved = an_allocation(item=ItemRef(12, "1002"))
    found = decided(moved, a_fee(), project=SeveraProject("other", 1002, "Hosting"))
    assert (found.action, str(found.differences[0])) == (Action.REPLACE, "project Renewal instead of Hosting")


def test_U3_a_changed_text_replaces_a_free_fee_only() -> None:
    """Nobody is asked about the text of a billed fee."""
    now = an_allocation(text="Design and travel", supplier_number="2026-78")
    assert decided(now, a_fee()).action is Action.REPLACE
    billed = decided(now, a_fee(is_billed=True))
    assert (billed.action, len(billed.differences)) == (Action.NOTHING, 2)
    assert all("left as it is" in note for note in notes(billed))


@pytest.mark.parametrize("why", Withdrawal)
def test_U3_a_withdrawn_share_deletes_its_fee(why: Withdrawal) -> None:
    gone = an_allocation(withdrawn=why)
    assert decided(gone, a_fee()).action is Action.DELETE
    assert decided(gone, None, HAD) == Decision(Action.NOTHING)
    with pytest.raises(Permanent, match="on invoice 88 to a customer") as one:
        decided(gone, a_fee(is_billed=True, billed_by=88))
    assert one.value.code == "FEE_BILLED_WITHDRAWN"


def test_U3_a_billed_fee_is_left_and_the_difference_said() -> None:
    with pytest.raises(Permanent, match=r"net cost 100\.00 EUR instead of 60\.00 EUR") as one:
        decided(an_allocation(amount=eur("60")), a_fee(is_billed=True))
    assert one.value.code == "FEE_BILLED"
    assert decided(an_allocation(), a_fee(is_billed=True)).action is Action.NOTHING


def test_U3_a_fee_that_a_user_deleted_is_not_created_again() -> None:
    """Unless an operator says so."""
    with pytest.raises(Permanent, match="a user deleted it") as one:
        decided(an_allocation(), None, HAD)
    assert one.value.code == "FEE_DELETED"
    assert decided(an_allocation(), None, HAD, anyway=True) == Decision(Action.CREATE)


def test_U3_a_fee_that_the_gateway_deleted_is_created_again() -> None:
    """A worker died between deletion and creation, or a withdrawn invoice was approved again."""
    ours = Memo(an_allocation(), deleted=deleting(a_fee()))
    for memo in (ours, decoded(encoded(ours), "")):
        assert decided(an_allocation(amount=eur("60")), None, memo) == Decision(Action.CREATE)


def test_U3_a_memo_keeps_what_users_filled_in() -> None:
    """Through the ledger: the fee that comes after a crash is the same as without one."""
    users = {"phase": {"guid": "phase"}, "isBillable": True, "measurementUnit": "h"}
    old, now = a_fee(users=users, unit_price=eur("120.10")), an_allocation(amount=eur("60"))
    memo = decoded(encoded(Memo(replace(now, withdrawn=Withdrawal.REMOVED), "f", deleted=deleting(old))), "")
    assert memo is not None
    assert (memo.allocation, memo.fee_id) == (replace(now, withdrawn=Withdrawal.REMOVED), "f")
    assert memo.deleted is not None
    mapped = map_fee(now, PROJECT.id, PROFILE, KEY, a_revision(now))
    assert replacing(mapped, memo.deleted, PROJECT.id) == replacing(mapped, deleting(old), PROJECT.id)
    assert decoded("", "") is None


def test_U3_a_user_who_changed_the_fee_has_the_last_word() -> None:
    """Until something changes in Procountor: the marker says which content the fee was written for."""
    by_hand = a_fee(unit_cost=eur("90"))
    found = decided(an_allocation(), by_hand)
    assert (found.action, notes(found)) == (
        Action.NOTHING,
        ("The fee was left as it is in Severa: net cost 90.00 EUR instead of 100.00 EUR.",),
    )
    assert decided(an_allocation(amount=eur("60")), by_hand).action is Action.REPLACE


def test_U3_a_fee_that_has_the_text_that_was_sent_is_left() -> None:
    """Not the uncut one: the fee would be replaced, or noted, at each change of anything else."""
    long = an_allocation(text="x" * 300, supplier="Tukku " * 300)
    written_before = a_fee(long, number=1)
    now = replace(long, number=5002)
    assert decided(now, written_before).differences == ()


def test_U4_a_closed_project_is_no_error_while_nothing_changes() -> None:
    """Projects close in the normal course of things."""
    assert decided(an_allocation(), a_fee(), project=CLOSED).action is Action.NOTHING
    changed, gone = an_allocation(amount=eur("60")), an_allocation(withdrawn=Withdrawal.REMOVED)
    for allocation, fee, step in (
        (changed, None, "created"),
        (changed, a_fee(), "corrected"),
        (gone, a_fee(), "deleted"),
    ):
        with pytest.raises(Permanent, match=f"is not {step}") as one:
            decided(allocation, fee, project=CLOSED, holder=CLOSED)
        assert one.value.code == "PROJECT_CLOSED"


def test_U4_a_fee_is_not_moved_away_from_a_closed_project() -> None:
    with pytest.raises(Permanent, match=r"Old, which is closed.* not corrected"):
        decided(an_allocation(amount=eur("60")), a_fee(), holder=SeveraProject("old", 1000, "Old", is_closed=True))


def test_U3_a_fee_without_cost_vat_or_date_differs() -> None:
    found = decided(an_allocation(text="Other"), a_fee(unit_cost=None, vat_percent=None, date=None))
    assert [one.there for one in found.differences[:3]] == ["0.00 EUR", "none", "none"]
