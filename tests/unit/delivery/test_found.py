"""Decisions 5, 9, 11: what comes of an invoice that is in Procountor already, and of a question about it."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gateway.delivery import create, found, settle
from gateway.delivery.attach import attach
from gateway.delivery.identity import is_adopted
from gateway.delivery.record import Question, TransferRecord
from gateway.documents import CommandKind, ErrorInfo
from gateway.errors import refuse, transient
from gateway.events.sales_invoice import Origin
from gateway.notify.mail import render
from gateway.procountor.responses import InvoiceRead
from gateway.settings import TargetStatus
from tests.unit.delivery.one_document import SUM, OneDocument


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> OneDocument:
    return OneDocument(monkeypatch)


def invalidate(one: OneDocument, invoice_id: int) -> None:
    one.invoices[invoice_id] = replace(one.invoices[invoice_id], status="INVALIDATED")


async def edited_and_cut_off(one: OneDocument) -> None:
    """A newer revision, whose first attempt has no end."""
    one.edit(order_number="newer")
    one.refusal = transient("API_FAILED", api="Procountor", operation="find partners")
    await one.transfer()
    one.refusal = None


async def asked_about_an_invalidated_one(one: OneDocument) -> None:
    one.posts = ["made"]
    await one.transfer()
    invalidate(one, 1)
    await one.transfer()
    assert one.states == [(1, "refused")]


async def asked_about_one_from_elsewhere(one: OneDocument) -> None:
    one.posts = ["lost"]
    await one.transfer()
    one.invoices[9] = InvoiceRead(9, "UNFINISHED", "by hand", 99, None, None, 71, str(one.head.number))
    await one.transfer()
    assert one.states == [(1, "refused")]


async def test_decision_11_what_was_invalidated_under_an_open_intent_waits_for_an_operator(one: OneDocument) -> None:
    """An hour later too; also once the invoice is gone altogether."""
    await asked_about_an_invalidated_one(one)
    await one.transfer()
    assert (one.valid, one.states[-1][1]) == (0, "refused")
    gone = one.invoices.pop(1)
    await one.transfer()
    assert one.valid == 0
    one.invoices[1] = gone
    await one.ask(CommandKind.CREATE_ANYWAY)
    await one.transfer()
    assert (one.valid, one.states[-1], one.record.question) == (1, (1, "created"), None)


async def test_decision_5_what_was_invalidated_and_changed_in_severa_is_made_anew(one: OneDocument) -> None:
    """The change is the answer, also when its first attempt has no end; the old content is asked about again."""
    await asked_about_an_invalidated_one(one)
    before = one.head
    await edited_and_cut_off(one)
    newer, one.head = one.head, before
    await one.transfer()
    assert (one.valid, (3, "refused") in one.states) == (0, True)
    one.head = newer
    await one.transfer()
    assert (one.valid, one.states[-1][1], one.record.question) == (1, "created", None)


@pytest.mark.parametrize("edited", [False, True])
async def test_decision_11_what_is_from_elsewhere_is_asked_about_until_it_is_gone(
    one: OneDocument, edited: bool
) -> None:
    await asked_about_one_from_elsewhere(one)
    if edited:
        await edited_and_cut_off(one)
    await one.transfer()
    assert set(one.invoices) == {9}
    invalidate(one, 9)
    await one.transfer()
    assert (one.valid, one.states[-1]) == (1, (1 + edited, "created"))


async def test_decision_11_what_is_from_elsewhere_can_be_adopted(one: OneDocument) -> None:
    await asked_about_one_from_elsewhere(one)
    await one.ask(CommandKind.ADOPT, 9)
    await one.transfer()
    assert (set(one.invoices), one.states[-1], one.record.question) == ({9}, (1, "adopted"), None)


def typed_by_hand(one: OneDocument) -> None:
    """As another integration, or a person, made it: partner, date and total agree."""
    total = one.head.total_excluding_tax.amount
    one.invoices[9] = InvoiceRead(9, "SENT", "by hand", 3, one.head.date, total, 71, str(one.head.number), creator=5)
    one.desk.horizon = datetime(2999, 1, 1, tzinfo=UTC)


async def test_B14_an_adopted_invoice_is_marked_and_known_without_the_ledger(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is adopted again: no files, receipt or status action of ours, whatever was changed in it since."""
    typed_by_hand(one)
    await one.transfer()
    assert (one.states, one.home.open, one.desk.second_looks) == ([(1, "adopted")], {}, {})
    assert one.invoices[9].notes == f"by hand\nsevera-adopted:{one.record.revision.marker(one.key.id)[7:]}"
    one.home.values.clear()
    one.invoices[9] = replace(one.invoices[9], total_excluding_tax=None)
    monkeypatch.setattr(found, "finish", None)
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
    one.desk.procountor.write_notes = refused
    await one.transfer()
    assert (one.states, found.NOT_MARKED in one.home.told[0].notes) == ([(1, "adopted")], True)


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


@pytest.mark.parametrize(
    "there",
    [
        InvoiceRead(8, "UNFINISHED", "severa:another#1:12345678", 3, None, None, 72, "1"),
        InvoiceRead(8, "INVALIDATED", "", 3, None, None, 72, "1"),
    ],
    ids=["another document's", "invalidated"],
)
async def test_decision_11_what_is_another_documents_or_counts_no_more_can_not_be_adopted(
    one: OneDocument, there: InvoiceRead
) -> None:
    """A slip of the operator's hand: two documents would share an invoice, or one would have none that counts."""
    await asked_about_one_from_elsewhere(one)
    one.invoices[8] = there
    await one.ask(CommandKind.ADOPT, 8)
    await one.transfer()
    error = one.home.told[-1].error
    assert (error and error.code, one.record.invoice) == ("ADOPT_IMPOSSIBLE", None)


@pytest.mark.parametrize("end", ["lost", "busy"])
async def test_decision_11_an_answer_that_is_void_before_its_post_had_an_end_is_asked_for_again(
    one: OneDocument, end: str
) -> None:
    await asked_about_one_from_elsewhere(one)
    await one.ask(CommandKind.CREATE_ANYWAY)
    one.posts = [end]
    await one.transfer()
    one.edit(order_number="newer")
    for _ in range(2):
        await one.transfer()
    assert (set(one.invoices), (2, "refused") in one.states) == ({9}, True)


async def test_decision_11_what_was_asked_is_answered_by_an_invoice_that_lacks_its_files_still(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_large(*_: object) -> None:
        raise refuse("ATTACHMENT_TOO_LARGE", file="a.pdf", size=2, limit=1)

    await asked_about_one_from_elsewhere(one)
    await one.ask(CommandKind.CREATE_ANYWAY)
    monkeypatch.setattr(create, "attach", too_large)
    await one.transfer()
    assert (one.valid, one.states[-1], one.record.question) == (2, (1, "refused"), None)


async def test_decision_11_what_a_person_was_asked_reads_back_as_written(one: OneDocument) -> None:
    await asked_about_one_from_elsewhere(one)
    assert one.record.question == Question("INVOICE_FROM_ELSEWHERE", 9, one.record.revision.content_hash, 71)
    assert TransferRecord.decode(one.record.encode()) == one.record


async def test_decision_5_what_is_found_with_an_older_content_is_left_as_it_is(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not sent to the customer, the outcome says so, and a person is asked about the newer content."""
    calls: list[str] = []

    async def finish(*_: object) -> None:
        calls.append("finish")

    monkeypatch.setattr(found, "finish", finish)
    one.desk.company.sales.target_status = TargetStatus.SENT
    one.posts = ["made"]
    await one.transfer()
    one.edit(order_number="corrected")
    await one.transfer()
    assert (calls, one.states) == ([], [(1, "created"), (2, "refused")])
    notes = " ".join(one.home.told[0].notes)
    for part in ("changed in Severa", "UNFINISHED", "to become SENT: not done", "receipt"):
        assert part in notes


async def test_decision_5_a_number_that_was_taken_away_leaves_no_invoice_without_its_end(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found by the number that was sent; files, which are named by it, are not attached."""
    monkeypatch.setattr(create, "attach", attach)
    one.desk.company.sales.attachments = "full"
    one.posts = ["made"]
    await one.transfer()
    one.edit(number=None, status_id="draft")
    await one.transfer(one.event(Origin.SWEEP))
    assert (one.states, one.home.open) == ([(1, "created"), (2, "withdrawn")], {})
    assert "Its files may be missing." in one.home.told[0].notes


async def unfinished(one: OneDocument, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Its invoice is made, and its ledger receipt is refused once; the steps that follow are written down."""
    steps: list[str] = []

    async def write_receipt(*_: object) -> None:
        steps.append("receipt")

    with monkeypatch.context() as patch:
        await refused_after_its_post(one, patch)
    assert (one.states, one.record.unfinished) == ([(1, "refused")], True)
    monkeypatch.setattr(create, "write_receipt", write_receipt)
    return steps


def a_strangers(one: OneDocument, invoice_id: int, notes: str = "made by hand") -> None:
    """The key opens another company of Procountor: the id is somebody else's there."""
    one.invoices = {invoice_id: InvoiceRead(invoice_id, "UNFINISHED", notes, 99, None, None, 4711, "other")}


def codes(one: OneDocument) -> list[str]:
    return [told.error.code for told in one.home.told if told.error]


@pytest.mark.parametrize("notes", ["made by hand", "severa:another#1:12345678"])
async def test_Q1_an_invoice_that_is_not_this_documents_is_not_touched_and_a_person_is_asked(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch, notes: str
) -> None:
    """Neither finished, nor told to be invalidated; the operator's word creates the document's own."""
    steps = await unfinished(one, monkeypatch)
    a_strangers(one, 1, notes)
    for _ in range(2):
        await one.transfer()
    assert (steps, codes(one)) == ([], ["PERIOD_CLOSED", "INVOICE_NOT_MARKED"])
    await one.ask(CommandKind.CREATE_ANYWAY)
    await one.transfer()
    assert (one.states[-1], sorted(one.invoices), one.record.beside) == ((1, "created"), [1, 2], ())


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
    assert (one.record.unfinished, one.record.adopted) == (True, False)


async def refused_after_its_post(one: OneDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    async def closed(*_: object) -> None:
        raise refuse("PERIOD_CLOSED", said="closed")

    monkeypatch.setattr(create, "write_receipt", closed)
    await one.transfer()


async def transferred_and_put_back(one: OneDocument, **changes: object) -> None:
    await one.transfer()
    await one.write_back(1)
    one.edit(status_id="before", **changes)


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
    create_invoice = one.desk.procountor.create_invoice

    async def refused(*given: object) -> None:
        await create_invoice(*given)
        raise refuse("PROCOUNTOR_REFUSED", said="conflict", operation="create invoice")

    one.desk.procountor.create_invoice = refused
    for _ in range(2):
        await one.transfer()
    assert (one.valid, one.states) == (1, [(1, "refused"), (1, "created")])


async def test_Q1_what_was_refused_is_not_posted_again_before_a_search_shows_what_it_may_have_made(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 4xx after the commit, and a user who corrects the document at once: both were made, and told an hour later."""
    post, find, marked = one.desk.procountor.create_invoice, one.desk.procountor.find_invoices, list[str]()

    async def refused(*given: object) -> None:
        await post(*given)
        raise refuse("PROCOUNTOR_REFUSED", said="conflict", operation="create invoice")

    async def nothing_yet(_: str) -> list[object]:
        return []

    with monkeypatch.context() as patch:
        patch.setattr(one.desk.procountor, "create_invoice", refused)
        patch.setattr(one.desk.procountor, "find_invoices", nothing_yet)
        patch.setattr(one.desk, "post_refused", marked.append)
        await one.transfer()
        patch.setattr(one.desk.procountor, "create_invoice", post)
        patch.setattr(one.desk, "seconds_unseen", lambda key: 9.0 if key in marked else 0.0)
        one.edit(order_number="corrected")
        await one.transfer()
    assert (one.valid, one.states) == (1, [(1, "refused")])
    assert one.desk.procountor.find_invoices == find
    await one.transfer()
    assert (one.valid, codes(one)) == (1, ["PROCOUNTOR_REFUSED", "INVOICE_CHANGED_AFTER_TRANSFER"])


async def test_decision_9_a_look_up_of_what_was_posted_reads_widely_until_the_echo_is_proved(one: OneDocument) -> None:
    """Procountor may not keep our number: the search by number would find nothing."""
    await test_Q1_a_refusal_that_was_answered_after_the_commit_makes_no_second_invoice(one)
    one.desk.echo_proved, one.desk.first_post = False, asyncio.Lock()
    asked: list[object] = []

    async def between(*days: object) -> list[object]:
        asked.append(days)
        return []

    one.desk.procountor.invoices_created_between = between
    invalidate(one, 1)
    one.edit(order_number="second")
    await one.transfer()
    assert len(asked) == 1


def told(one: OneDocument) -> ErrorInfo:
    """What the last outcome says."""
    error = one.home.told[-1].error
    assert error is not None
    return error


async def test_B8_an_invoice_from_elsewhere_is_named_by_its_number_with_what_differs(one: OneDocument) -> None:
    one.posts = ["lost"]
    await one.transfer()
    there = InvoiceRead(9002, "UNFINISHED", "by hand", 99, None, Decimal("391"), 71, str(one.head.number))
    one.invoices[9002] = replace(there, date=dt.date(2026, 3, 1), customer="Muu Oy", currency="EUR")
    await one.transfer()
    error = told(one)
    assert error.message == (
        "Procountor has invoice 71 with the number 1001, and the gateway did not make it. It differs from the invoice "
        "in Severa: the customer is Muu Oy there, Asiakas Oy in Severa; the date is 2026-03-01 there, 2026-03-02 in "
        "Severa; the sum without VAT is 391.00 EUR there, 690.00 EUR in Severa."
    )
    assert "9002" not in error.message + error.remedy and error.detail == "id in Procountor: 9002"


async def test_B8_an_invoice_of_another_document_is_not_said_to_be_from_elsewhere(one: OneDocument) -> None:
    """A number that was given twice in Severa: we made the other one ourselves."""
    one.posts = ["lost"]
    await one.transfer()
    number = str(one.head.number)
    one.invoices[9] = InvoiceRead(9, "UNFINISHED", "severa:other#1:abcdef01", 3, None, None, 71, number)
    await one.transfer()
    assert codes(one) == ["INVOICE_NUMBER_USED"]
    invalidate(one, 9)
    await one.transfer()
    assert one.states[-1] == (1, "created")


async def test_B8_a_refusal_of_an_invoice_that_was_transferred_names_it_in_procountor(one: OneDocument) -> None:
    """Whatever the newer content lacks: the mail's subject doesn't say that the invoice was not transferred."""
    await transferred_and_put_back(one, order_number="second")
    await one.transfer()
    assert (codes(one), told(one).message.count("invoice 70")) == (["INVOICE_CHANGED_AFTER_TRANSFER"], 1)
    invalidate(one, 1)
    one.refusal = refuse("VAT_MISSING", row=1, text="x")
    await one.transfer()
    for outcome in one.home.told[-2:]:
        assert outcome.invoice is not None
        assert "was not transferred" not in render(outcome, ["a@b.fi"], "g@acme.fi")["Subject"]
