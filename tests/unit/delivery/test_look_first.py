"""What may be in Procountor already is looked for before it is made (decisions 9, 11, 12)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from gateway.delivery.recheck import second_look
from gateway.procountor.responses import InvoiceRead
from tests.unit.one_company import DELIVERY
from tests.unit.one_document import OneDocument


async def test_B14_document_older_than_the_horizon_is_looked_up(document: OneDocument) -> None:
    """The vendor's own integration made it: no marker of ours, and nothing of it in the ledger."""
    on, total = document.head.date, document.head.total_excluding_tax.amount
    document.invoices[9] = InvoiceRead(9, "SENT", "", 3, on, total, 71, str(document.head.number))
    document.context.horizon = document.head.created_at - document.context.margin + timedelta(seconds=1)
    await document.transfer()
    assert (set(document.invoices), document.states) == ({9}, [(1, "adopted")])


async def test_decision_11_a_question_outlives_the_second_look(document: OneDocument) -> None:
    """The number was taken by another invoice; an hour later it is still taken, and nobody has answered."""
    document.procountor.posts = ["lost"]
    await document.transfer()
    document.invoices[9] = InvoiceRead(
        9, "SENT", "by hand", 99, date(2026, 1, 1), Decimal(1), 71, str(document.head.number)
    )
    await document.transfer()
    await second_look(document.context, document.home, document.key)
    assert document.context.second_looks == {}
    await document.transfer()
    assert set(document.invoices) == {9}


async def test_decision_11_asked_document_is_looked_up_first(
    document: OneDocument,
) -> None:
    """Its number was taken when all were looked up; since then somebody has shortened `horizon_margin`."""
    document.invoices[9] = InvoiceRead(
        9, "SENT", "by hand", 99, date(2026, 1, 1), Decimal(1), 71, str(document.head.number)
    )
    document.context.horizon = document.head.created_at
    await document.transfer()
    document.context.delivery = DELIVERY.model_copy(update={"horizon_margin": 0.0})
    await document.transfer()
    assert (set(document.invoices), document.states) == ({9}, [(1, "refused")])


async def test_Q1_a_refused_look_up_leaves_the_intent_open(document: OneDocument) -> None:
    """It said nothing of what came of the POST; the document is refused nevertheless, so that somebody knows."""
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.procountor.unreadable = {1}
    await document.transfer()
    assert document.states == [(1, "refused")]
    assert document.home.intent(str(document.key)) is not None
