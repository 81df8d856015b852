"""B14, decision 11: invoices of another integration that count as a document's."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.delivery import resolve, settle
from gateway.delivery.change import Origin
from gateway.delivery.identity import is_adopted
from gateway.documents import CommandKind
from gateway.errors import refuse
from gateway.procountor.responses import InvoiceRead
from tests.unit.delivery.asked import (
    asked_about_one_from_elsewhere,
    codes,
    invalidate,
    refused_after_its_post,
    transferred_and_put_back,
)
from tests.unit.one_company import SUM
from tests.unit.one_document import OneDocument


def typed_by_hand(one: OneDocument) -> None:
    """As another integration, or a person, made it: partner, date and total agree."""
    total = one.head.total_excluding_tax.amount
    one.invoices[9] = InvoiceRead(9, "SENT", "by hand", 3, one.head.date, total, 71, str(one.head.number), creator=5)
    one.context.horizon = datetime(2999, 1, 1, tzinfo=UTC)


async def test_B14_an_adopted_invoice_is_marked_and_known_without_the_ledger(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is adopted again: no files, receipt or status action of ours, whatever was changed in it since."""
    typed_by_hand(one)
    await one.transfer()
    assert (one.states, one.home.open, one.context.second_looks) == ([(1, "adopted")], {}, {})
    assert one.invoices[9].notes == f"by hand\nsevera-adopted:{one.record.revision.marker(one.key.id)[7:]}"
    one.lose_the_ledger()
    one.invoices[9] = replace(one.invoices[9], total_excluding_tax=None)
    one.target.finish = None
    await one.transfer()
    assert (one.states, one.valid, one.record.adopted) == ([(1, "adopted")] * 2, 1, True)


@pytest.mark.parametrize("taken_out", [False, True])
async def test_B14_a_worker_that_dies_when_the_mark_is_written_leaves_an_adopted_invoice(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch, taken_out: bool
) -> None:
    """Also where nobody waits for it any more by then: it is never called withdrawn, or ours."""

    async def dies(*_: object) -> None:
        raise asyncio.CancelledError

    typed_by_hand(one)
    with monkeypatch.context() as patch:
        patch.setattr(settle, "settled", dies)
        with pytest.raises(asyncio.CancelledError):
            await one.transfer()
    if taken_out:
        one.edit(status_id="draft")
    await one.transfer(one.event(Origin.SWEEP))
    assert (one.states, one.home.open, one.record.adopted) == ([(1, "adopted")], {}, True)


async def test_B14_notes_that_procountor_does_not_take_are_told_and_change_nothing(one: OneDocument) -> None:
    async def refused(*_: object) -> None:
        raise refuse("PROCOUNTOR_REFUSED", said="too long", operation="write invoice notes")

    typed_by_hand(one)
    one.context.procountor.write_notes = refused
    await one.transfer()
    assert (one.states, resolve.NOT_MARKED in one.told[0].notes) == ([(1, "adopted")], True)


async def test_decision_11_a_copy_that_a_person_made_is_asked_about_and_can_be_adopted(one: OneDocument) -> None:
    """Ours was invalidated, so that it is transferred anew: the copy of it may be another invoice."""
    await transferred_and_put_back(one, order_number="second")
    one.invoices[2] = replace(one.invoices[1], id=2, creator=5)
    invalidate(one, 1)
    for _ in range(2):
        await one.transfer()
    assert (one.valid, codes(one)) == (1, ["INVOICE_COPIED"])
    await one.ask(CommandKind.ADOPT, 2)
    await one.transfer()
    assert (one.states[-1], is_adopted(one.invoices[2].notes)) == ((2, "adopted"), True)


async def test_decision_11_a_credit_that_a_person_made_is_not_taken_for_the_invoice(one: OneDocument) -> None:
    await transferred_and_put_back(one, order_number="second")
    one.invoices[2] = replace(one.invoices[1], id=2, total_excluding_tax=-SUM)
    invalidate(one, 1)
    await one.transfer()
    assert (one.valid, one.states[-1]) == (2, (2, "created"))


async def test_decision_11_an_adopted_invoice_whose_marker_was_taken_out_is_known_all_the_same(
    one: OneDocument,
) -> None:
    """Also once a newer content was refused."""
    await asked_about_one_from_elsewhere(one)
    await one.ask(CommandKind.ADOPT, 9)
    await one.transfer()
    await one.write_back(1)
    one.invoices[9] = replace(one.invoices[9], notes="by hand")
    one.edit(status_id="before", order_number="second")
    for _ in range(2):
        await one.transfer()
    assert codes(one) == ["INVOICE_FROM_ELSEWHERE", "INVOICE_CHANGED_AFTER_TRANSFER"]


async def test_decision_11_what_is_made_after_an_adoption_is_no_adopted_one(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked_about_one_from_elsewhere(one)
    await one.ask(CommandKind.ADOPT, 9)
    await one.transfer()
    await one.write_back(1)
    invalidate(one, 9)
    one.edit(status_id="before", order_number="second")
    with monkeypatch.context() as patch:
        await refused_after_its_post(one, patch)
    assert (one.record.made and one.record.made.unfinished, one.record.adopted) == (True, False)
