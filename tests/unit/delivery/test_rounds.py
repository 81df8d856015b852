"""Decision 9: without an answer, three creations; then look-ups only, and a creation on an operator's command."""

from __future__ import annotations

import pytest

from gateway.delivery.attempt import Attempt
from gateway.documents import CommandKind, SalesInvoice
from gateway.errors import refuse
from gateway.ledger import Lease
from gateway.ledger.effects import Effect
from gateway.settings import TargetStatus
from tests.unit.delivery.customers import LOST, Customers
from tests.unit.one_document import OneDocument, a_step


@pytest.mark.parametrize("edited", [False, True])
async def test_decision_9_posts_three_times_then_on_command(document: OneDocument, edited: bool) -> None:
    """Procountor's index stands for a day, and nothing is answered. A change in Severa is no word about it."""
    document.procountor.posts, document.procountor.behind = ["executed"] * 9, True
    for _ in range(8):
        await document.transfer()
    if edited:
        document.edit(order_number="another")
        await document.transfer()
    reported = ["INVOICE_NOT_FOUND"] * (1 + edited)
    assert (document.valid, document.codes) == (3, reported)
    await document.ask(CommandKind.RETRY)
    for _ in range(8):
        await document.transfer()
    assert (document.valid, document.codes) == (4, [*reported, "INVOICE_NOT_FOUND"])


async def test_decision_9_document_that_must_not_be_posted_waits(document: OneDocument) -> None:
    """No customer, no product: its steps aren't begun."""
    document.procountor.posts = ["lost"] * 3
    for _ in range(4):
        await document.transfer()
    document.refusal = refuse("ROWS_MISSING", number=1)
    await document.transfer()
    assert document.codes == ["INVOICE_NOT_FOUND"]


async def test_decision_9_looking_hourly_puts_no_second_look_off(document: OneDocument) -> None:
    document.procountor.posts = ["lost"] * 3
    for _ in range(3):
        await document.transfer()
    due = dict(document.context.second_looks)
    for _ in range(3):
        await document.transfer()
    assert document.context.second_looks == due
    document.edit(status_id="draft")
    await document.transfer(live=False)
    assert (document.states[-1], document.home.open) == ((1, "withdrawn"), {})


async def test_decision_9_unanswered_sending_repeats_on_command(document: OneDocument) -> None:
    """It still reads NOT_SENT each time."""
    sent: list[int] = []

    async def send(invoice_id: int, _: object) -> str:
        sent.append(invoice_id)
        raise LOST

    async def approve(*_: object) -> str:
        return "NOT_SENT"

    document.configure(target_status=TargetStatus.SENT)
    document.context.procountor.approve, document.context.procountor.send = approve, send
    for _ in range(9):
        await document.transfer()
    assert (len(sent), document.codes) == (4, ["STEP_UNANSWERED"])  # under the POST's own lease, and three rounds more
    await document.ask(CommandKind.RETRY)
    for _ in range(4):
        await document.transfer()
    assert (len(sent), document.codes) == (5, ["STEP_UNANSWERED"] * 2)


async def test_decision_9_ended_step_counts_not_for_the_next(document: OneDocument) -> None:
    """Five files, each executed and not answered: each is found, and none is uploaded twice."""
    there: list[str] = []

    def files(attempt: Attempt[SalesInvoice]) -> tuple[Effect, ...]:
        def attach(name: str) -> Effect:
            async def upload(lease: Lease) -> None:
                there.append(name)
                raise LOST

            async def is_there() -> bool:
                return name in there

            return Effect(f"attach {name}", upload, is_there)

        return tuple(map(attach, "abcde"))

    document.target.files = files
    for _ in range(6):
        await document.transfer()
    assert (there, document.codes, document.states) == (list("abcde"), [], [(1, "created")])


async def test_decision_9_customer_is_created_three_times(document: OneDocument) -> None:
    there = Customers(document)
    for _ in range(8):
        await document.transfer()
    assert (len(there.created), document.codes, document.valid) == (3, ["REGISTER_UNANSWERED"], 0)
    assert "the customer 77" in document.outcomes[0].error.message  # type: ignore[union-attr]
    await document.ask(CommandKind.RETRY)
    for _ in range(8):
        await document.transfer()
    assert (len(there.created), document.codes) == (4, ["REGISTER_UNANSWERED"] * 2)


async def test_decision_9_customer_found_at_last_frees_documents(document: OneDocument) -> None:
    there = Customers(document)
    for _ in range(4):
        await document.transfer()
    there.behind = False
    await document.transfer()
    assert (document.states[-1], len(there.created), document.home.open) == ((1, "created"), 3, {})


async def test_decision_9_a_files_upload_is_repeated_on_a_word_only(document: OneDocument) -> None:
    uploads: list[int] = []

    async def upload() -> None:
        uploads.append(1)
        raise LOST

    document.target.files = a_step("attach a.pdf", upload)
    for _ in range(9):
        await document.transfer()
    assert (len(uploads), document.codes) == (4, ["STEP_UNANSWERED"])
