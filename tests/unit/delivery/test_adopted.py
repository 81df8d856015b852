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
    invalidate,
    refused_after_its_post,
    transferred_and_put_back,
)
from tests.unit.one_company import SUM
from tests.unit.one_document import OneDocument, a_file_too_large


def typed_by_hand(document: OneDocument) -> None:
    """As another integration, or a person, made it: partner, date and total agree."""
    total = document.head.total_excluding_tax.amount
    document.invoices[9] = InvoiceRead(
        9, "SENT", "by hand", 3, document.head.date, total, 71, str(document.head.number), creator=5
    )
    document.context.horizon = datetime(2999, 1, 1, tzinfo=UTC)


async def test_B14_adopted_invoice_is_known_without_the_ledger(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is adopted again: no files, receipt or status action of ours, whatever was changed in it since."""
    typed_by_hand(document)
    await document.transfer()
    assert (document.states, document.home.open, document.context.second_looks) == ([(1, "adopted")], {}, {})
    assert (
        document.invoices[9].notes == f"by hand\nsevera-adopted:{document.record.revision.marker(document.key.id)[7:]}"
    )
    document.lose_the_ledger()
    document.invoices[9] = replace(document.invoices[9], total_excluding_tax=None)
    document.target.files = a_file_too_large()
    await document.transfer()
    assert (document.states, document.valid, document.record.adopted) == ([(1, "adopted")] * 2, 1, True)


@pytest.mark.parametrize("taken_out", [False, True])
async def test_B14_death_while_marking_leaves_an_adopted_invoice(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch, taken_out: bool
) -> None:
    """Also where nobody waits for it any more by then: it is never called withdrawn, or ours."""

    async def dies(*_: object) -> None:
        raise asyncio.CancelledError

    typed_by_hand(document)
    with monkeypatch.context() as patch:
        patch.setattr(settle, "settled", dies)
        with pytest.raises(asyncio.CancelledError):
            await document.transfer()
    if taken_out:
        document.edit(status_id="draft")
    await document.transfer(document.event(Origin.SWEEP))
    assert (document.states, document.home.open, document.record.adopted) == ([(1, "adopted")], {}, True)


async def test_B14_refused_notes_are_reported_and_change_nothing(document: OneDocument) -> None:
    async def refused(*_: object) -> None:
        raise refuse("PROCOUNTOR_REFUSED", said="too long", operation="write invoice notes")

    typed_by_hand(document)
    document.context.procountor.write_notes = refused
    await document.transfer()
    assert (document.states, resolve.NOT_MARKED in document.outcomes[0].notes) == ([(1, "adopted")], True)


async def test_decision_11_copy_is_asked_about_and_can_be_adopted(document: OneDocument) -> None:
    """Ours was invalidated, so that it is transferred again: the copy of it may be another invoice."""
    await transferred_and_put_back(document, order_number="second")
    document.invoices[2] = replace(document.invoices[1], id=2, creator=5)
    invalidate(document, 1)
    for _ in range(2):
        await document.transfer()
    assert (document.valid, document.codes) == (1, ["INVOICE_COPIED"])
    await document.ask(CommandKind.ADOPT, 2)
    await document.transfer()
    assert (document.states[-1], is_adopted(document.invoices[2].notes)) == ((2, "adopted"), True)


async def test_decision_11_credit_is_not_taken_for_the_invoice(document: OneDocument) -> None:
    """One that a person created."""
    await transferred_and_put_back(document, order_number="second")
    document.invoices[2] = replace(document.invoices[1], id=2, total_excluding_tax=-SUM)
    invalidate(document, 1)
    await document.transfer()
    assert (document.valid, document.states[-1]) == (2, (2, "created"))


async def test_decision_11_adopted_without_its_marker_is_known(
    document: OneDocument,
) -> None:
    """Also once a newer content was refused."""
    await asked_about_one_from_elsewhere(document)
    await document.ask(CommandKind.ADOPT, 9)
    await document.transfer()
    await document.write_back(1)
    document.invoices[9] = replace(document.invoices[9], notes="by hand")
    document.edit(status_id="before", order_number="second")
    for _ in range(2):
        await document.transfer()
    assert document.codes == ["INVOICE_FROM_ELSEWHERE", "INVOICE_CHANGED_AFTER_TRANSFER"]


async def test_decision_11_created_after_adoption_is_not_adopted(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked_about_one_from_elsewhere(document)
    await document.ask(CommandKind.ADOPT, 9)
    await document.transfer()
    await document.write_back(1)
    invalidate(document, 9)
    document.edit(status_id="before", order_number="second")
    await refused_after_its_post(document)
    assert (document.record.made and document.record.made.unfinished, document.record.adopted) == (True, False)
