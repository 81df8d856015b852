"""Decisions 5, 9, 11: what comes of an invoice that is in Procountor already, and of a question about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.delivery.change import Origin
from gateway.delivery.record import Question, TransferRecord
from gateway.documents import CommandKind, ErrorInfo
from gateway.errors import refuse, transient
from gateway.flows.sales_invoices.attach import attachments
from gateway.notify.mail import render
from gateway.procountor.responses import InvoiceRead
from gateway.settings import TargetStatus
from tests.unit.delivery.asked import (
    asked_about_an_invalidated_one,
    asked_about_one_from_elsewhere,
    invalidate,
    refused_after_its_post,
    transferred_and_put_back,
)
from tests.unit.one_document import OneDocument, a_file_too_large, a_step


async def edited_and_cut_off(document: OneDocument) -> None:
    """A newer revision, whose first attempt has no end."""
    document.edit(order_number="newer")
    document.refusal = transient("API_FAILED", api="Procountor", operation="find partners")
    await document.transfer()
    document.refusal = None


async def test_decision_11_invalidated_while_open_asks_operator(
    document: OneDocument,
) -> None:
    """An hour later too; also once the invoice is gone altogether."""
    await asked_about_an_invalidated_one(document)
    await document.transfer()
    assert (document.valid, document.states[-1][1]) == (0, "refused")
    gone = document.invoices.pop(1)
    await document.transfer()
    assert document.valid == 0
    document.invoices[1] = gone
    await document.ask(CommandKind.CREATE_ANYWAY)
    await document.transfer()
    assert (document.valid, document.states[-1], document.record.question) == (1, (1, "created"), None)


async def test_decision_5_invalidated_and_changed_is_created_again(document: OneDocument) -> None:
    """The change is the answer, also when its first attempt has no end; the old content is asked about again."""
    await asked_about_an_invalidated_one(document)
    before = document.head
    await edited_and_cut_off(document)
    newer, document.head = document.head, before
    await document.transfer()
    assert (document.valid, (3, "refused") in document.states) == (0, True)
    document.head = newer
    await document.transfer()
    assert (document.valid, document.states[-1][1], document.record.question) == (1, "created", None)


@pytest.mark.parametrize("edited", [False, True])
async def test_decision_11_invoice_from_elsewhere_is_asked_about(document: OneDocument, edited: bool) -> None:
    """Until it is gone."""
    await asked_about_one_from_elsewhere(document)
    if edited:
        await edited_and_cut_off(document)
    await document.transfer()
    assert set(document.invoices) == {9}
    invalidate(document, 9)
    await document.transfer()
    assert (document.valid, document.states[-1]) == (1, (1 + edited, "created"))


async def test_decision_11_what_is_from_elsewhere_can_be_adopted(document: OneDocument) -> None:
    await asked_about_one_from_elsewhere(document)
    await document.ask(CommandKind.ADOPT, 9)
    await document.transfer()
    assert (set(document.invoices), document.states[-1], document.record.question) == ({9}, (1, "adopted"), None)


@pytest.mark.parametrize(
    "there",
    [
        InvoiceRead(8, "UNFINISHED", "severa:another#1:12345678", 3, None, None, 72, "1"),
        InvoiceRead(8, "INVALIDATED", "", 3, None, None, 72, "1"),
    ],
    ids=["another document's", "invalidated"],
)
async def test_decision_11_anothers_invoice_cannot_be_adopted(document: OneDocument, there: InvoiceRead) -> None:
    """A slip of the operator's hand: two documents would share an invoice, or one would have none that counts."""
    await asked_about_one_from_elsewhere(document)
    document.invoices[8] = there
    await document.ask(CommandKind.ADOPT, 8)
    await document.transfer()
    error = document.outcomes[-1].error
    assert (error and error.code, document.record.target) == ("ADOPT_IMPOSSIBLE", None)


@pytest.mark.parametrize("end", ["lost", "busy"])
async def test_decision_11_void_answer_is_asked_for_again(document: OneDocument, end: str) -> None:
    """It was void before its POST had an end."""
    await asked_about_one_from_elsewhere(document)
    await document.ask(CommandKind.CREATE_ANYWAY)
    document.procountor.posts = [end]
    await document.transfer()
    document.edit(order_number="newer")
    for _ in range(2):
        await document.transfer()
    assert (set(document.invoices), (2, "refused") in document.states) == ({9}, True)


async def test_decision_11_invoice_without_files_answers(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It still lacks them when it is found."""

    await asked_about_one_from_elsewhere(document)
    await document.ask(CommandKind.CREATE_ANYWAY)
    document.target.files = a_file_too_large()
    await document.transfer()
    assert (document.valid, document.states[-1], document.record.question) == (2, (1, "refused"), None)


async def test_decision_11_question_reads_back_as_written(document: OneDocument) -> None:
    await asked_about_one_from_elsewhere(document)
    assert document.record.question == Question("INVOICE_FROM_ELSEWHERE", 9, document.record.revision.content_hash, 71)
    assert TransferRecord.decode(document.record.encode()) == document.record


async def test_decision_5_found_with_older_content_is_left(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not sent to the customer, the outcome says so, and a person is asked about the newer content."""
    calls: list[str] = []

    async def step() -> None:
        calls.append("receipt")

    document.configure(target_status=TargetStatus.SENT)
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.target.files = a_step("write receipt", step)
    document.edit(order_number="corrected")
    await document.transfer()
    assert (calls, document.states) == ([], [(1, "created"), (2, "refused")])
    notes = " ".join(document.outcomes[0].notes)
    for part in ("changed in Severa", "UNFINISHED", "should be SENT", "receipt"):
        assert part in notes


async def test_decision_5_removed_number_still_finds_the_invoice(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found by the number that was sent; files, which are named by it, are not attached."""
    document.target.files = attachments
    document.configure(attachments="full")
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.edit(number=None, status_id="draft")
    await document.transfer(document.event(Origin.SWEEP))
    assert (document.states, document.home.open) == ([(1, "created"), (2, "withdrawn")], {})
    assert "Its files may be missing." in document.outcomes[0].notes


async def unfinished(document: OneDocument, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Its invoice is made, and its ledger receipt is refused once; the steps that follow are written down."""
    steps: list[str] = []

    async def write_receipt() -> None:
        steps.append("receipt")

    await refused_after_its_post(document)
    assert (document.states, document.record.made and document.record.made.unfinished) == ([(1, "refused")], True)
    document.target.files = a_step("write receipt", write_receipt)
    return steps


def a_strangers(document: OneDocument, invoice_id: int, notes: str = "made by hand") -> None:
    """The key opens another company of Procountor: the id is somebody else's there."""
    document.invoices = {invoice_id: InvoiceRead(invoice_id, "UNFINISHED", notes, 99, None, None, 4711, "other")}


@pytest.mark.parametrize("notes", ["made by hand", "severa:another#1:12345678"])
async def test_Q1_anothers_invoice_is_asked_about_not_touched(
    document: OneDocument, monkeypatch: pytest.MonkeyPatch, notes: str
) -> None:
    """Neither finished, nor reported to be invalidated; the operator's word creates the document's own."""
    steps = await unfinished(document, monkeypatch)
    a_strangers(document, 1, notes)
    for _ in range(2):
        await document.transfer()
    assert (steps, document.codes) == ([], ["PERIOD_CLOSED", "INVOICE_NOT_MARKED"])
    await document.ask(CommandKind.CREATE_ANYWAY)
    await document.transfer()
    assert (document.states[-1], sorted(document.invoices), document.record.beside) == ((1, "created"), [1, 2], ())


def told(document: OneDocument) -> ErrorInfo:
    """What the last outcome says."""
    error = document.outcomes[-1].error
    assert error is not None
    return error


async def test_B8_invoice_from_elsewhere_is_named_with_differences(document: OneDocument) -> None:
    document.procountor.posts = ["lost"]
    await document.transfer()
    there = InvoiceRead(9002, "UNFINISHED", "by hand", 99, None, Decimal("391"), 71, str(document.head.number))
    document.invoices[9002] = replace(there, date=dt.date(2026, 3, 1), customer="Muu Oy", currency="EUR")
    await document.transfer()
    error = told(document)
    assert error.message == (
        "Procountor has invoice 71 with the number 1001, and the gateway did not create it. It differs from the "
        "invoice in Severa: the customer is Muu Oy in Procountor, Asiakas Oy in Severa; the date is 2026-03-01 in "
        "Procountor, 2026-03-02 in Severa; the sum without VAT is 391.00 EUR in Procountor, 690.00 EUR in Severa."
    )
    assert "9002" not in error.message + error.remedy and error.detail == "id in Procountor: 9002"


async def test_B8_invoice_of_another_document_is_named_as_such(document: OneDocument) -> None:
    """A number that was given twice in Severa: we made the other one ourselves."""
    document.procountor.posts = ["lost"]
    await document.transfer()
    number = str(document.head.number)
    document.invoices[9] = InvoiceRead(9, "UNFINISHED", "severa:other#1:abcdef01", 3, None, None, 71, number)
    await document.transfer()
    assert document.codes == ["INVOICE_NUMBER_USED"]
    invalidate(document, 9)
    await document.transfer()
    assert document.states[-1] == (1, "created")


async def test_B8_refusal_names_the_invoice_in_procountor(document: OneDocument) -> None:
    """Whatever the newer content lacks: the mail's subject doesn't say that the invoice was not transferred."""
    await transferred_and_put_back(document, order_number="second")
    await document.transfer()
    assert (document.codes, told(document).message.count("invoice 70")) == (["INVOICE_CHANGED_AFTER_TRANSFER"], 1)
    invalidate(document, 1)
    document.refusal = refuse("VAT_MISSING", row=1, text="x")
    await document.transfer()
    for outcome in document.outcomes[-2:]:
        assert outcome.target is not None
        assert "was not transferred" not in render(outcome, ["a@b.fi"], "g@acme.fi")["Subject"]
