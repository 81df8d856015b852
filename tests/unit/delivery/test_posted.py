"""Decisions 5, 7: what was posted before is looked up first, and what is gone is created again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from gateway.errors import refuse
from tests.unit.delivery.asked import (
    codes,
    invalidate,
    refused_after_its_post,
    transferred_and_put_back,
)
from tests.unit.one_company import DELIVERY
from tests.unit.one_document import OneDocument


async def test_Q1_a_corrected_copy_is_seen_before_another_invoice_is_made(one: OneDocument) -> None:
    """An accountant invalidated ours, and made a valid one of it with our number and marker."""
    await transferred_and_put_back(one, order_number="second")
    one.invoices[2] = replace(one.invoices[1], id=2)
    invalidate(one, 1)
    await one.transfer()
    assert (one.valid, codes(one)) == (1, ["INVOICE_CHANGED_AFTER_TRANSFER"])


async def test_decision_5_an_invoice_that_was_deleted_in_procountor_is_made_anew(one: OneDocument) -> None:
    await transferred_and_put_back(one, order_number="second")
    del one.invoices[1]
    await one.transfer()
    assert (one.valid, one.states[-1]) == (1, (2, "created"))


async def test_decision_5_what_was_made_and_refused_and_then_invalidated_is_made_anew(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The remedy of a receipt that can't be written is to invalidate its invoice: nobody is asked once more."""
    with monkeypatch.context() as patch:
        await refused_after_its_post(one, patch)
    invalidate(one, 1)
    await one.transfer()
    assert (one.valid, one.states[-1]) == (1, (1, "created"))


async def test_Q1_a_refusal_that_was_answered_after_the_commit_makes_no_second_invoice(one: OneDocument) -> None:
    """A 409, or a proxy's 4xx: the document is looked up before it is posted again, an hour later."""
    create_invoice = one.context.procountor.create_invoice

    async def refused(*given: object) -> None:
        await create_invoice(*given)
        raise refuse("PROCOUNTOR_REFUSED", said="conflict", operation="create invoice")

    one.context.procountor.create_invoice = refused
    for _ in range(2):
        await one.transfer()
    assert (one.valid, one.states) == (1, [(1, "refused"), (1, "created")])


async def test_Q1_what_was_refused_is_not_posted_again_before_a_search_shows_what_it_may_have_made(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 4xx after the commit, and a user who corrects the document at once: both were made, and told an hour later."""
    post, find = one.context.procountor.create_invoice, one.context.procountor.find_invoices

    async def refused(*given: object) -> None:
        await post(*given)
        raise refuse("PROCOUNTOR_REFUSED", said="conflict", operation="create invoice")

    async def nothing_yet(_: str) -> list[object]:
        return []

    with monkeypatch.context() as patch:
        patch.setattr(one.context.procountor, "create_invoice", refused)
        patch.setattr(one.context.procountor, "find_invoices", nothing_yet)
        patch.setattr(one.context, "delivery", DELIVERY.model_copy(update={"search_lag": 9.0}))
        await one.transfer()
        patch.setattr(one.context.procountor, "create_invoice", post)
        one.edit(order_number="corrected")
        await one.transfer()
    assert (one.valid, one.states) == (1, [(1, "refused")])
    assert one.context.procountor.find_invoices == find
    await one.transfer()
    assert (one.valid, codes(one)) == (1, ["PROCOUNTOR_REFUSED", "INVOICE_CHANGED_AFTER_TRANSFER"])


async def test_decision_9_a_look_up_of_what_was_posted_reads_widely_until_the_echo_is_proved(one: OneDocument) -> None:
    """Procountor may not keep our number: the search by number would find nothing."""
    await test_Q1_a_refusal_that_was_answered_after_the_commit_makes_no_second_invoice(one)
    one.context.echo_proved, one.context.first_post = False, asyncio.Lock()
    asked: list[object] = []

    async def between(*days: object) -> list[object]:
        asked.append(days)
        return []

    one.context.procountor.invoices_created_between = between
    invalidate(one, 1)
    one.edit(order_number="second")
    await one.transfer()
    assert len(asked) == 1
