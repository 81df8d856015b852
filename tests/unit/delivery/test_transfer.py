"""Q1, B9: what comes of a document when something changes between two attempts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, cast

import pytest

from gateway.delivery import settle
from gateway.delivery.attempt import Attempt
from gateway.delivery.change import Origin
from gateway.delivery.recheck import second_look
from gateway.delivery.transfer import VOID
from gateway.documents import CommandKind
from gateway.documents.ledger_keys import mail_key
from gateway.errors import InDoubt, in_doubt, refuse, transient
from gateway.ledger import LeaseExpired, RecordTooLarge
from gateway.notify.last_mail import LastMail, last_mail
from gateway.polling.worklist import WorkList
from gateway.procountor.responses import InvoiceRead
from gateway.settings import Polling
from tests.unit.invoices import a_row
from tests.unit.one_document import OneDocument, a_file_too_large, a_step
from tests.unit.published import PUBLISHING


async def test_Q1_lost_answer_is_looked_up_by_the_number_sent(document: OneDocument) -> None:
    """Severa gives it another number, or takes its number away, while it isn't known whether the POST was executed."""
    document.edit(number=1001)
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.edit(number=1002)
    await document.transfer()
    assert document.valid == 1


async def test_Q1_refused_look_up_keeps_the_intent(document: OneDocument) -> None:
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.procountor.unreadable = {1}
    await document.transfer()
    document.procountor.unreadable = set()
    await document.transfer()
    assert document.valid == 1


async def test_Q1_too_large_a_change_keeps_the_intent(document: OneDocument) -> None:
    """The answer was lost; the poll refuses the change, which doesn't go through the broker."""
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.edit(notes="long")
    attempt = Attempt(document.flow, document.event(), document.home, document.context, unanswered=True)
    await settle.too_large(attempt, RecordTooLarge("too large", 2_000_000))
    document.edit(notes="short")
    await document.transfer()
    assert document.valid == 1


async def test_B9_put_back_is_refused_each_time_it_is_tried_again(document: OneDocument) -> None:
    """The same content, put back after a finished transfer: an hour later it isn't called created."""
    await document.transfer()
    await document.write_back(1)
    document.edit(status_id="before")
    for _ in range(2):
        await document.transfer()
    assert document.states == [(1, "created"), (2, "refused")]


async def test_decision_11_command_is_for_the_refused_revision(
    document: OneDocument,
) -> None:
    """It is void when the document has changed since, the outcome says so, and it is used up nevertheless."""
    await document.transfer()
    await document.write_back(1)
    document.edit(status_id="before", number=1002)
    await document.transfer()
    await document.ask(CommandKind.CREATE_ANYWAY)
    document.edit(number=1003)
    for _ in range(2):
        await document.transfer()
    assert (document.valid, document.states[1:], document.outcomes[-1].notes) == (
        1,
        [(2, "refused"), (3, "refused")],
        (VOID,),
    )
    await document.ask(CommandKind.CREATE_ANYWAY)
    await document.transfer()
    assert (document.valid, document.states[-1], document.outcomes[-1].notes) == (2, (3, "created"), ())


async def test_Q3_a_cause_that_comes_again_after_a_success_is_news(document: OneDocument) -> None:
    """What was reported by mail before the invoice was created is fixed; the order of what was reported stays known."""
    key = mail_key(document.key)
    told = LastMail("A|b", (1, 1, 1))
    document.home.put(key, told.encode())
    document.refusal = refuse("VAT_MISSING", row=1, text="x")
    await document.transfer()
    assert last_mail(document.home, key) == told
    document.refusal = None
    await document.transfer()
    assert last_mail(document.home, key) == told.cleared() == LastMail("", (1, 1, 1))


async def test_decision_4_refused_after_its_post_is_finished(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file can't be attached: refused with its invoice, which is no reason to ask a person about it later."""
    document.target.files, files = a_file_too_large(), document.target.files
    await document.transfer()
    document.target.files = files
    await document.transfer()
    assert (document.states, document.valid) == ([(1, "refused"), (1, "created")], 1)


async def test_decision_9_unanswered_file_is_reported_after_three(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its intent stays open, so an upload that comes late isn't repeated; once it is answered for, all is well."""

    async def unanswered() -> None:
        raise in_doubt("ATTEMPT_UNKNOWN", operation="upload attachment")

    document.target.files, files = a_step("attach a.pdf", unanswered), document.target.files
    for _ in range(4):
        await document.transfer()
    assert document.states == [(1, "refused")]
    assert document.outcomes[0].error is not None
    assert document.outcomes[0].error.code == "STEP_UNANSWERED"
    assert document.home.intent(str(document.key)) is not None
    document.target.files = files
    await document.transfer()
    assert (document.states, document.valid) == ([(1, "refused"), (1, "created")], 1)


@pytest.mark.parametrize(
    "end", [in_doubt("ATTEMPT_UNKNOWN", operation="upload attachment"), LeaseExpired("the lease ran out")]
)
async def test_decision_9_late_starts_are_no_unanswered_files(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch, end: Exception
) -> None:
    """Its own call was without an answer twice before; and a lease that ran out was no call at all."""

    async def unanswered() -> None:
        raise end

    document.target.files = a_step("attach a.pdf", unanswered)
    document.procountor.posts = ["lost", "lost"]
    for _ in range(5):
        await document.transfer()
    assert (document.states, document.valid) == ([], 1)
    await document.transfer()
    assert document.states == ([(1, "refused")] if isinstance(end, InDoubt) else [])


async def test_B9_row_change_survives_an_older_write_back(
    document: OneDocument,
) -> None:
    """The answer to the first content's POST was lost, the change was published, and the worker was killed between
    settling the first and refusing the second. The next one reads the first's result before the second's event.
    """
    document.procountor.posts = ["executed"]
    await document.transfer()
    first = document.event(Origin.SWEEP)
    document.edit(rows=(a_row(description="another"),))
    second = document.event()
    await document.transfer(first)
    await document.write_back(1)
    assert document.head.status_id == "after"
    await document.transfer(second, live=False)
    assert (document.states[-1], document.head.status_id) == ((2, "refused"), "before")


async def test_B9_row_change_of_a_live_event_waits_again(
    document: OneDocument,
) -> None:
    """Its refusal says: invalidate the invoice there. Whoever does would wait in vain."""
    await document.transfer()
    document.edit(rows=(a_row(description="another"),))
    second = document.event()
    await document.write_back(1)
    await document.transfer(second)
    assert (document.states[-1], document.head.status_id) == ((2, "refused"), "before")


async def test_B9_row_change_survives_an_attempt_without_end(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Severa doesn't answer when its event comes; the document is in no list, so the sweep meets it next."""
    await document.transfer()
    document.edit(rows=(a_row(description="another"),))
    second = document.event()
    await document.write_back(1)

    async def busy(*_: object) -> None:
        raise transient("API_BUSY", api="Severa")

    with monkeypatch.context() as broken:
        broken.setattr(document.context.severa, "invoice", busy)
        await document.transfer(second)
    nothing, before = cast(Any, None), {"acme-fi": "before"}
    contexts = {"acme-fi": document.context}
    work_list = WorkList(
        "nordic",
        document.home,
        document.flow,
        nothing,
        contexts,
        Polling(),
        partial(PUBLISHING.change, document.flow),
        nothing,
        before=before,
    )
    await work_list.finish(0, document.context, document.key)
    assert (document.states, document.head.status_id) == ([(1, "created")], "before")
    await document.transfer()
    assert document.states[-1] == (2, "refused")


async def test_decision_6_status_moved_by_a_user_stays(document: OneDocument) -> None:
    """The change was published after it, so it was a user who set the status after transfer by hand."""
    await document.transfer()
    await document.write_back(1)
    document.edit(rows=(a_row(description="another"),))
    second = document.event()
    await document.transfer(second, live=False)
    assert (document.states[-1], document.head.status_id) == ((2, "withdrawn"), "after")


async def test_F6_overtaken_open_revision_is_superseded(document: OneDocument) -> None:
    document.procountor.posts = ["lost"]
    await document.transfer()
    document.edit(order_number="newer")
    await document.transfer()
    assert sorted(document.states) == [(1, "superseded"), (2, "created")]


async def test_F6_two_revisions_of_one_number_both_end(document: OneDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first was superseded before the ledger knew of it, so the second took its number. Then the worker died before
    it had committed, both events were redelivered, and Severa did not answer (found by simulation, seed 7).
    """
    first = document.event()
    document.edit(order_number="newer")
    second = document.event()

    async def busy(*_: object) -> None:
        raise transient("API_BUSY", api="Severa")

    with monkeypatch.context() as broken:
        broken.setattr(document.context.severa, "invoice", busy)
        await document.transfer(first, live=False)
        await document.transfer(second, live=False)
    await document.transfer()
    ends = [(told.revision.number, told.revision.content_hash, told.state.value) for told in document.outcomes]
    contents = [of.revision.content_hash for of in (first, second)]
    assert ends == [(1, contents[0], "superseded"), (1, contents[1], "created")]


@pytest.mark.parametrize("opened", [False, True])
async def test_F6_same_refusal_of_one_number_is_told_of_both(document: OneDocument, opened: bool) -> None:
    """Two contents were published before either was handled, so both have number 1: the second's refusal was taken for
    the first's, which had been reported. `opened`: Procountor was busy when the second was first tried.
    """
    first = document.event()
    document.edit(order_number="newer")
    second = document.event()
    document.refusal = refuse("PERIOD_CLOSED", operation="x", said="closed", api="Procountor")
    await document.transfer(first)
    if opened:
        refusal, document.refusal = document.refusal, None
        document.procountor.posts = ["busy"]
        await document.transfer(second)
        document.refusal = refusal
    await document.transfer(second)
    ends = [(told.revision.content_hash, told.attempt, told.state.value) for told in document.outcomes]
    assert ends == [(of.revision.content_hash, 1, "refused") for of in (first, second)]


async def test_F6_found_invoice_has_the_newest_equal_revision(document: OneDocument) -> None:
    """It was edited and edited back: the outcome of an older number would never be the current one."""
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.edit(order_number="newer")
    document.procountor.unreadable = {1}
    await document.transfer()
    document.edit(order_number="PO 7")
    document.procountor.unreadable = set()
    event = document.event()
    await document.transfer(event)
    assert document.states[-1] == (event.revision.number, "created")


async def test_F6_revision_that_meets_an_open_intent_is_kept(document: OneDocument) -> None:
    """It was edited while the count went on, and edited back: each revision has its outcome."""
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.edit(order_number="newer")
    document.waits = False
    await document.transfer()
    document.edit(order_number="PO 7")
    document.waits = True
    await document.transfer()
    assert sorted(document.states) == [(1, "superseded"), (2, "superseded"), (3, "created")]
    assert document.valid == 1


async def test_decision_13_moved_document_is_looked_up_here(
    document: OneDocument,
) -> None:
    """And not created here."""
    document.procountor.posts = ["lost"]
    await document.transfer()
    document.owner = "bolt-fi"
    await document.transfer()
    assert (document.states, document.valid, document.home.open) == ([(1, "withdrawn")], 0, {})


async def test_decision_13_created_before_the_move_is_settled_here(document: OneDocument) -> None:
    """Only once it is invalidated does it leave, and what the ledger knew of it here goes."""
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.owner = "bolt-fi"
    await document.transfer()
    assert (document.states, document.valid) == ([(1, "created")], 1)
    document.edit(order_number="newer")
    await document.transfer()
    assert document.states[-1] == (2, "refused")
    document.invoices[1] = replace(document.invoices[1], status="INVALIDATED")
    await document.transfer()
    assert (document.states[-1], document.record.target) == ((2, "withdrawn"), None)


async def test_decision_9_not_found_in_three_rounds_is_looked_for(document: OneDocument) -> None:
    """Also after the second look, which found nothing either: it is found at last, a day later."""
    document.procountor.posts = ["lost", "lost", "executed"]
    hidden: dict[int, InvoiceRead] = {}
    for _ in range(4):
        await document.transfer()
        hidden |= document.invoices
        document.invoices = {}
    assert [told.error and told.error.code for told in document.outcomes] == ["INVOICE_NOT_FOUND"]
    await second_look(document.context, document.home, document.key)
    document.invoices = hidden
    await document.transfer()
    assert (document.valid, document.states) == (1, [(1, "refused"), (1, "created")])


async def test_decision_9_refused_in_doubt_is_looked_up_again(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its invoice is there, and the POST whose answer was lost may still be executed."""
    document.procountor.posts = ["lost"]
    await document.transfer()
    document.target.files = a_file_too_large()
    await document.transfer()
    assert document.states == [(1, "refused")]
    assert set(document.context.second_looks) == {str(document.key)}


async def test_F6_event_with_a_newer_one_behind_it_creates_nothing(document: OneDocument) -> None:
    """An event that was read twice waits for its turn, while the poll publishes what a user has changed since."""
    document.context.waits.begin(str(document.key), 0)
    first = document.event()
    document.edit(notes="changed")
    second = document.event()
    document.context.waits.published(str(document.key), second.revision)
    await document.transfer(first)
    assert document.valid == 0
    await document.transfer(second)
    assert (document.valid, document.states) == (1, [(1, "superseded"), (1, "created")])
