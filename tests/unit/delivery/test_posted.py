"""Decisions 5, 7: what was posted before is looked up first, and what is gone is created again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from gateway.errors import refuse
from tests.unit.delivery.asked import (
    invalidate,
    refused_after_its_post,
    transferred_and_put_back,
)
from tests.unit.one_company import DELIVERY
from tests.unit.one_document import OneDocument


async def test_Q1_corrected_copy_is_seen_before_another_post(document: OneDocument) -> None:
    """An accountant invalidated ours, and made a valid one of it with our number and marker."""
    await transferred_and_put_back(document, order_number="second")
    document.invoices[2] = replace(document.invoices[1], id=2)
    invalidate(document, 1)
    await document.transfer()
    assert (document.valid, document.codes) == (1, ["INVOICE_CHANGED_AFTER_TRANSFER"])


async def test_decision_5_deleted_invoice_is_created_again(document: OneDocument) -> None:
    await transferred_and_put_back(document, order_number="second")
    del document.invoices[1]
    await document.transfer()
    assert (document.valid, document.states[-1]) == (1, (2, "created"))


async def test_decision_5_refused_and_invalidated_is_created_again(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The remedy of a receipt that can't be written is to invalidate its invoice: nobody is asked once more."""
    await refused_after_its_post(document)
    invalidate(document, 1)
    await document.transfer()
    assert (document.valid, document.states[-1]) == (1, (1, "created"))


async def test_Q1_refusal_after_the_commit_creates_no_second_one(document: OneDocument) -> None:
    """A 409, or a proxy's 4xx: the document is looked up before it is posted again, an hour later."""
    create_invoice = document.context.procountor.create_invoice

    async def refused(*given: object) -> None:
        await create_invoice(*given)
        raise refuse("PROCOUNTOR_REFUSED", said="conflict", operation="create invoice")

    document.context.procountor.create_invoice = refused
    for _ in range(2):
        await document.transfer()
    assert (document.valid, document.states) == (1, [(1, "refused"), (1, "created")])


async def test_Q1_refused_post_waits_for_the_search(document: OneDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 4xx after the commit, and a user who corrects the document at once: both are reported an hour later."""
    post, find = document.context.procountor.create_invoice, document.context.procountor.find_invoices

    async def refused(*given: object) -> None:
        await post(*given)
        raise refuse("PROCOUNTOR_REFUSED", said="conflict", operation="create invoice")

    async def nothing_yet(_: str) -> list[object]:
        return []

    with monkeypatch.context() as patch:
        patch.setattr(document.context.procountor, "create_invoice", refused)
        patch.setattr(document.context.procountor, "find_invoices", nothing_yet)
        patch.setattr(document.context, "delivery", DELIVERY.model_copy(update={"search_lag": 9.0}))
        patch.setattr(document.context, "_opened", float("-inf"))  # no refusal of an owner before is unseen
        await document.transfer()
        patch.setattr(document.context.procountor, "create_invoice", post)
        document.edit(order_number="corrected")
        await document.transfer()
    assert (document.valid, document.states) == (1, [(1, "refused")])
    assert document.context.procountor.find_invoices == find
    await document.transfer()
    assert (document.valid, document.codes) == (1, ["PROCOUNTOR_REFUSED", "INVOICE_CHANGED_AFTER_TRANSFER"])


async def test_decision_9_look_up_without_echo_reads_widely(
    document: OneDocument,
) -> None:
    """Procountor may not keep our number: the search by number would find nothing."""
    await test_Q1_refusal_after_the_commit_creates_no_second_one(document)
    document.context.echo_proved, document.context.first_post = False, asyncio.Lock()
    asked: list[object] = []

    async def between(*days: object) -> list[object]:
        asked.append(days)
        return []

    document.context.procountor.invoices_created_between = between
    invalidate(document, 1)
    document.edit(order_number="second")
    await document.transfer()
    assert len(asked) == 1
