"""The POST and what follows it: alone until the number is kept, closed when not executed, no step twice (S14)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from gateway.procountor.responses import InvoiceRead
from gateway.settings import TargetStatus
from tests.unit.one_document import OneDocument


@pytest.mark.parametrize("kept", [True, False])
async def test_decision_11_posts_go_one_by_one_until_echo(document: OneDocument, kept: bool) -> None:
    """A Procountor that keeps no number of ours would have hundreds that no look-up finds, before anybody notices."""
    create, at_once = document.context.procountor.create_invoice, 0

    async def post(*given: Any) -> InvoiceRead:
        nonlocal at_once
        at_once += 1
        await asyncio.sleep(0.01)
        assert at_once == 1
        at_once -= 1
        made: InvoiceRead = await create(*given)
        return made if kept else replace(made, original_number=None)

    document.context.procountor.create_invoice = post
    document.context.echo_proved, document.context.first_post = False, asyncio.Lock()
    await asyncio.gather(document.transfer(), document.another(2001).transfer(), document.another(2002).transfer())
    assert len(document.invoices) == (3 if kept else 1)
    assert (document.context.hold and document.context.hold.code) == (None if kept else "ECHO_MISSING")


async def test_decision_7_unexecuted_post_leaves_nothing_open(document: OneDocument) -> None:
    """The next attempt need not count out what never was."""
    document.procountor.posts = ["busy"]
    await document.transfer()
    assert (document.home.open, document.invoices) == ({}, {})
    document.waits = False
    await document.transfer()
    assert document.states == [(1, "created")]


@pytest.mark.parametrize(("there", "does"), [("UNFINISHED", ["approve", "send"]), ("NOT_SENT", ["send"]), ("SENT", [])])
async def test_S14_action_before_a_lost_answer_is_not_repeated(
    document: OneDocument, there: str, does: list[str]
) -> None:
    """The customer would have the invoice twice; an approval that an accountant took back would be overruled."""
    done: list[str] = []

    async def approve(*_: Any) -> str:
        done.append("approve")
        return "NOT_SENT"

    async def send(*_: Any) -> str:
        done.append("send")
        return "SENT"

    document.context.procountor.approve, document.context.procountor.send = approve, send
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.configure(target_status=TargetStatus.SENT)
    document.invoices[1] = replace(document.invoices[1], status=there)
    await document.transfer()
    assert (done, document.states, document.record.target and document.record.target.status) == (
        does,
        [(1, "created")],
        "SENT",
    )
