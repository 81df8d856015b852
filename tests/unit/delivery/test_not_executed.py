"""Decision 7: a call that surely was not executed leaves nothing behind it; any other end keeps its intent open."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from gateway.errors import configuration, in_doubt, refuse, transient
from gateway.ledger import Fenced, HomeLost, LeaseExpired
from gateway.ledger.rounds import surely_not_executed
from gateway.settings import TargetStatus
from tests.unit.delivery.customers import Customers
from tests.unit.one_document import OneDocument

FORBIDDEN = configuration("RIGHTS_MISSING", api="Procountor", operation="create invoice")
BUSY = transient("API_BUSY", retry_after=60.0, api="Procountor")
LOST = in_doubt("ATTEMPT_UNKNOWN", operation="create invoice")
NOT_EXECUTED: list[BaseException] = [
    FORBIDDEN,
    BUSY,
    refuse("PROCOUNTOR_REFUSED", said="x", operation="x"),
    LeaseExpired("late"),
]
PERHAPS: list[BaseException] = [LOST, asyncio.CancelledError(), KeyError("id"), Fenced("taken")]


@pytest.mark.parametrize("error", NOT_EXECUTED + PERHAPS, ids=repr)
def test_decision_7_refused_or_unbegun_calls_had_no_effect(error: BaseException) -> None:
    """An answer that can't be read may well be that of an effect."""
    assert surely_not_executed(error) == (error in NOT_EXECUTED)


async def probe(document: OneDocument) -> None:
    if document.context.hold is not None:
        document.context.hold = replace(document.context.hold, next_probe=0.0)
    await document.transfer()


def refusing(document: OneDocument, error: Exception) -> None:
    async def refused(*_: object) -> None:
        raise error

    document.context.procountor.create_invoice = refused


@pytest.mark.parametrize("lost", [0, 1])
async def test_decision_14_missing_right_holds_the_company(document: OneDocument, lost: int) -> None:
    """Each probe is over at once; also where an earlier POST had no answer, whose rounds don't grow."""
    create_invoice, document.procountor.posts = document.context.procountor.create_invoice, ["lost"] * lost
    for _ in range(lost):
        await document.transfer()
    refusing(document, FORBIDDEN)
    for _ in range(5):
        await probe(document)
        assert [intent.rounds for intent in document.home.open.values()] == [1] * lost
    assert document.codes == ["RIGHTS_MISSING"]
    document.context.procountor.create_invoice = create_invoice
    await probe(document)
    assert (document.valid, document.states[-1], document.home.open, document.context.hold) == (
        1,
        (1, "created"),
        {},
        None,
    )


async def test_decision_7_an_answer_that_cannot_be_read_is_looked_up(document: OneDocument) -> None:
    create_invoice = document.context.procountor.create_invoice

    async def unreadable(*given: object) -> None:
        await create_invoice(*given)
        raise KeyError("id")

    document.context.procountor.create_invoice = unreadable
    with pytest.raises(KeyError):
        await document.transfer()
    await document.transfer()
    assert (document.valid, document.states) == (1, [(1, "created")])


@pytest.mark.parametrize("error", [FORBIDDEN, BUSY])
async def test_decision_7_unexecuted_sending_is_retried_at_once(document: OneDocument, error: Exception) -> None:
    """What the POST's note says of truncations stands until the end."""
    ends: list[Exception] = [error]

    async def approve(*_: object) -> str:
        return "NOT_SENT"

    async def send(*_: object) -> str:
        if ends:
            raise ends.pop()
        return "SENT"

    document.configure(target_status=TargetStatus.SENT)
    document.context.procountor.approve, document.context.procountor.send = approve, send
    await document.transfer()
    assert document.home.seconds_until_expired(str(document.key)) == 0.0  # withdrawn, and open
    await probe(document)
    assert (document.valid, document.states[-1], document.home.open) == (1, (1, "created"), {})


@pytest.mark.parametrize("error", NOT_EXECUTED + PERHAPS, ids=repr)
async def test_decision_7_an_object_of_a_register_likewise(document: OneDocument, error: BaseException) -> None:
    Customers(document, error)
    with suppress(asyncio.CancelledError, HomeLost, KeyError):
        await document.transfer()
    assert (bool(document.home.open), document.valid) == (error in PERHAPS, 0)


async def test_Q1_steps_after_the_invoice_need_its_lease(document: OneDocument) -> None:
    """Approving too: harmless twice, but not after a freeze. One that was found gets a lease by a commit."""
    licences: list[Any] = []

    async def step(*given: object) -> str:
        licences.append(given[-1])
        raise BUSY if len(licences) == 1 else LOST

    document.configure(target_status=TargetStatus.APPROVED)
    document.context.procountor.approve = step
    for _ in range(2):
        await document.transfer()
    assert [licence.key for licence in licences] == [str(document.key)] * 2
    assert licences[0] is not licences[1]
