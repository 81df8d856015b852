"""Decision 9: a document that ever was unknown is looked up once more, and what is there too often is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gateway.delivery.change import Origin
from gateway.delivery.recheck import due_looks, second_look
from gateway.documents import CommandKind
from gateway.procountor.responses import InvoiceRead
from tests.unit.one_company import SUM, US, a_context
from tests.unit.one_document import OneDocument


async def look(document: OneDocument) -> list[str]:
    """The second look, and the errors that were reported until then."""
    assert set(document.context.second_looks) == {str(document.key)}
    await second_look(document.context, document.home, document.key)
    assert not document.context.second_looks
    return document.codes


async def test_decision_9_unexecuted_try_keeps_the_second_look(document: OneDocument) -> None:
    document.procountor.posts = ["lost", "busy"]
    for _ in range(3):
        await document.transfer()
    assert document.states == [(1, "created")]
    assert await look(document) == []


async def test_decision_9_withdrawn_in_doubt_has_a_second_look(document: OneDocument) -> None:
    """The call may still be executed, and nobody waits for its invoice."""
    document.procountor.posts = ["lost"]
    await document.transfer()
    document.edit(status_id="draft")
    await document.transfer(document.event(Origin.SWEEP))
    assert document.states == [(1, "withdrawn")]
    assert await look(document) == []


@pytest.mark.parametrize("looked", [False, True])
async def test_decision_9_late_invoice_is_reported_not_repeated(document: OneDocument, looked: bool) -> None:
    """Its document was taken out, and is put back, before the second look or after it."""
    document.procountor.posts = ["lost"]
    await document.transfer()
    document.edit(status_id="draft")
    await document.transfer(document.event(Origin.SWEEP))
    notes = document.record.revision.marker(document.key.id)
    document.invoices[7] = InvoiceRead(7, "UNFINISHED", notes, 3, None, None, 70, str(document.head.number))
    if looked:
        assert await look(document) == ["INVOICE_LATE"]
    document.edit(status_id="before")
    for _ in range(2):
        await document.transfer()
    assert set(document.invoices) == {7}
    assert (2, "created") in document.states


async def test_B14_late_adopted_invoice_is_never_finished(document: OneDocument) -> None:
    """It was marked, and its document withdrawn before that was recorded; then it is put back."""
    document.procountor.posts = ["lost"]
    await document.transfer()
    document.edit(status_id="draft")
    await document.transfer(document.event(Origin.SWEEP))
    notes = f"severa-adopted:{document.record.revision.marker(document.key.id)[7:]}"
    document.invoices[7] = InvoiceRead(7, "UNFINISHED", notes, 3, None, SUM, 70, str(document.head.number))
    assert await look(document) == ["INVOICE_LATE"]
    assert (document.record.adopted, document.record.made and document.record.made.unfinished) == (True, False)


async def test_decision_9_second_look_searches_the_sent_numbers(document: OneDocument) -> None:
    """Two calls without an answer, each under another number; the first was executed after all look-ups."""
    for number, end in ((1001, "lost"), (1002, "lost"), (1003, "answered")):
        document.edit(number=number)
        document.procountor.posts = [end]
        await document.transfer()
    late = document.invoices[1]
    document.invoices[2] = replace(late, id=2, original_number="1001", notes=f"severa:{document.key.id}#1:{'c' * 8}")
    assert await look(document) == ["INVOICE_TWICE"]


async def found_after_all(document: OneDocument, **changes: Any) -> list[str]:
    """A call without an answer was repeated; beside its invoice there is another with the marker an hour later."""
    document.procountor.posts = ["lost"]
    for _ in range(2):
        await document.transfer()
    document.invoices[8] = replace(document.invoices[1], id=8, **changes)
    return await look(document)


@pytest.mark.parametrize("changes", [{"total_excluding_tax": -SUM}, {"creator": 5}], ids=["credit", "by a user"])
async def test_decision_9_credit_or_copy_is_no_double(document: OneDocument, changes: dict[str, Any]) -> None:
    """One that a person created."""
    assert await found_after_all(document, **changes) == []


async def test_decision_9_double_names_which_invoice_stays(document: OneDocument) -> None:
    """Procountor doesn't tell who made it."""
    assert await found_after_all(document, creator=None, date=date(2026, 3, 9), invoice_number=71) == ["INVOICE_TWICE"]
    error = document.outcomes[-1].error
    assert error is not None
    assert (
        "The gateway knows invoice 70. Procountor also has invoice 71 (2026-03-09, 100.00): a person copied"
        in error.message
    )
    assert error.remedy.endswith("If nobody copied it on purpose, invalidate it. Leave invoice 70 as it is.")


async def test_decision_9_a_double_of_an_adopted_invoice_is_told(document: OneDocument) -> None:
    """Our call was executed after its document had been adopted as another's invoice, whose marker was taken out."""
    document.procountor.posts = ["lost"]
    await document.transfer()
    document.invoices[9] = InvoiceRead(9, "SENT", "by hand", 9, None, SUM, 71, str(document.head.number), creator=5)
    await document.transfer()
    await document.ask(CommandKind.ADOPT, 9)
    await document.transfer()
    notes = document.record.revision.marker(document.key.id)
    document.invoices[9] = replace(document.invoices[9], notes="by hand")
    document.invoices[10] = replace(document.invoices[9], id=10, notes=notes, creator=US)
    assert (await look(document))[-1] == "INVOICE_TWICE"


async def test_decision_11_wanted_second_invoice_is_no_double(document: OneDocument) -> None:
    document.procountor.posts = ["executed"]
    for _ in range(2):
        await document.transfer()
    await document.write_back(1)
    document.edit(status_id="before", order_number="second")
    await document.transfer()
    await document.ask(CommandKind.CREATE_ANYWAY)
    await document.transfer()
    assert (document.valid, document.states[-1]) == (2, (2, "created"))
    assert await look(document) == ["INVOICE_CHANGED_AFTER_TRANSFER"]


async def test_decision_9_executed_refusal_is_reported_late(document: OneDocument) -> None:
    """A 4xx after the commit; its user corrects the document while the search doesn't show the invoice yet, for longer
    than any bound.
    """
    document.procountor.posts, document.procountor.behind = ["rejected"], True
    await document.transfer()
    document.edit(order_number="corrected")
    await document.transfer()
    document.procountor.behind = False
    assert document.states == [(1, "refused"), (2, "created")]
    assert await look(document) == ["PROCOUNTOR_REFUSED", "INVOICE_TWICE"]


def test_decision_9_clock_ahead_postpones_no_look_for_long() -> None:
    now, year = 1.8e9, 365 * 86_400.0
    looks = {f"acme/sales-invoice/{at}": now + at for at in (-1.0, 3599.0, year)}
    context = a_context(second_looks=looks, clock=lambda: now)
    assert [float(key.id) for key in due_looks(context)] == [-1.0, year]
