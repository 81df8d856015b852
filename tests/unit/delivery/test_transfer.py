"""SPEC Q1, B9: what comes of a document when something changes between two attempts."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Any, cast

import pytest

from gateway.delivery import create, settle
from gateway.delivery.holding import hold
from gateway.delivery.holds import Hold, hold_key, known_hold
from gateway.delivery.once import licensed
from gateway.delivery.transfer import VOID
from gateway.delivery.work import Work
from gateway.documents import CommandKind, Kind
from gateway.errors import Unknown, configuration, refuse, transient, unknown
from gateway.events.sales_invoice import Origin
from gateway.ledger import LeaseExpired, RecordTooLarge
from gateway.notify.told import Told, told_key
from gateway.polling.intake import Intake
from tests.unit.delivery.one_document import OneDocument
from tests.unit.invoices import a_row


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> OneDocument:
    return OneDocument(monkeypatch)


async def another_goes_over(one: OneDocument, number: int) -> None:
    """Another document of the same company."""
    other = copy(one)
    other.head, other.key = replace(one.head, id=f"{number}", number=number), replace(one.key, id=f"{number}")
    await other.transfer()
    assert other.states[-1] == (1, "created")


def holds(one: OneDocument) -> list[tuple[str, str]]:
    """Companies whose hold was told, each with the cause's code."""
    return [(told.key.id, told.error.code) for told in one.home.told if told.key.kind is Kind.COMPANY and told.error]


async def test_Q1_a_lost_answer_is_looked_up_by_the_number_that_was_sent(one: OneDocument) -> None:
    """Severa numbers it anew, or takes its number away, while it isn't known whether the POST was executed."""
    one.edit(number=1001)
    one.posts = ["made"]
    await one.transfer()
    one.edit(number=1002)
    await one.transfer()
    assert one.valid == 1


async def test_Q1_a_look_up_that_was_refused_says_nothing_so_the_intent_stays(one: OneDocument) -> None:
    one.posts = ["made"]
    await one.transfer()
    one.unreadable = {1}
    await one.transfer()
    one.unreadable = set()
    await one.transfer()
    assert one.valid == 1


async def test_Q1_a_change_that_is_too_large_says_nothing_of_an_open_intent_so_it_stays(one: OneDocument) -> None:
    """The answer was lost; the poll refuses the change, which doesn't go through the broker."""
    one.posts = ["made"]
    await one.transfer()
    one.edit(notes="long")
    work = Work(one.event(), cast(Any, one.home), one.desk, unanswered=True)
    await settle.too_large(work, RecordTooLarge("too large", 2_000_000))
    one.edit(notes="short")
    await one.transfer()
    assert one.valid == 1


async def test_B9_put_back_is_refused_each_time_it_is_tried_again(one: OneDocument) -> None:
    """The same content, put back after a finished transfer: an hour later it isn't called created."""
    await one.transfer()
    await one.write_back(1)
    one.edit(status_id="before")
    for _ in range(2):
        await one.transfer()
    assert one.states == [(1, "created"), (2, "refused")]


async def test_decision_11_what_an_operator_asked_for_holds_for_the_revision_that_was_refused(one: OneDocument) -> None:
    """It is void when the document has changed since, the outcome says so, and it is used up all the same."""
    await one.transfer()
    await one.write_back(1)
    one.edit(status_id="before", number=1002)
    await one.transfer()
    await one.ask(CommandKind.CREATE_ANYWAY)
    one.edit(number=1003)
    for _ in range(2):
        await one.transfer()
    assert (one.valid, one.states[1:], one.home.told[-1].notes) == (1, [(2, "refused"), (3, "refused")], (VOID,))
    await one.ask(CommandKind.CREATE_ANYWAY)
    await one.transfer()
    assert (one.valid, one.states[-1], one.home.told[-1].notes) == (2, (3, "created"), ())


async def test_Q3_a_cause_that_comes_again_after_a_success_is_news(one: OneDocument) -> None:
    """What was told by mail before the invoice was created is mended; the order of what was told stays known."""
    key = told_key("acme-fi", one.key.id)
    told = Told("A|b", (1, 1, 1, 1))
    one.home.values[key] = told.encode()
    one.refusal = refuse("VAT_MISSING", row=1, text="x")
    await one.transfer()
    assert Told.decode(one.home.values[key]) == told
    one.refusal = None
    await one.transfer()
    assert Told.decode(one.home.values[key]) == told.mended() == Told("", (1, 1, 1, 1))


async def test_decision_4_what_was_refused_after_its_post_is_finished_when_that_can_be_done(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file can't be attached: refused with its invoice, which is no reason to ask a person about it later."""

    async def too_large(*_: object) -> None:
        raise refuse("ATTACHMENT_TOO_LARGE", file="a.pdf", size=2, limit=1)

    with monkeypatch.context() as broken:
        broken.setattr(create, "attach", too_large)
        await one.transfer()
    await one.transfer()
    assert (one.states, one.valid) == ([(1, "refused"), (1, "created")], 1)


async def test_decision_9_a_file_that_is_never_answered_for_is_told_after_three_rounds(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its intent stays open, so an upload that comes late isn't repeated; once it is answered for, all is well."""

    async def unanswered(work: Any, invoice: Any, lease: Any) -> None:
        await licensed(work, invoice, lease)
        raise unknown("ATTEMPT_UNKNOWN", operation="upload attachment")

    with monkeypatch.context() as broken:
        broken.setattr(create, "attach", unanswered)
        for _ in range(4):
            await one.transfer()
        assert one.states == [(1, "refused")]
        assert one.home.told[0].error is not None
        assert one.home.told[0].error.code == "STEP_UNANSWERED"
        assert one.home.intent(str(one.key)) is not None
    await one.transfer()
    assert (one.states, one.valid) == ([(1, "refused"), (1, "created")], 1)


@pytest.mark.parametrize(
    "end", [unknown("ATTEMPT_UNKNOWN", operation="upload attachment"), LeaseExpired("the lease ran out")]
)
async def test_decision_9_rounds_of_the_invoice_itself_and_late_starts_are_no_unanswered_files(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch, end: Exception
) -> None:
    """Its own call was without an answer twice before; and a lease that ran out was no call at all."""

    async def unanswered(work: Any, invoice: Any, lease: Any) -> None:
        await licensed(work, invoice, lease)
        raise end

    monkeypatch.setattr(create, "attach", unanswered)
    one.posts = ["lost", "lost"]
    for _ in range(5):
        await one.transfer()
    assert (one.states, one.valid) == ([], 1)
    await one.transfer()
    assert one.states == ([(1, "refused")] if isinstance(end, Unknown) else [])


async def test_B9_a_change_of_rows_alone_is_not_forgotten_when_the_older_result_is_written_back_first(
    one: OneDocument,
) -> None:
    """The answer to the first content's POST was lost, the change was published, and the worker was killed between
    settling the first and refusing the second. The next one reads the first's result before the second's event.
    """
    one.posts = ["made"]
    await one.transfer()
    first = one.event(Origin.SWEEP)
    one.edit(rows=(a_row(description="another"),))
    second = one.event()
    await one.transfer(first)
    await one.write_back(1)
    assert one.head.status_id == "after"
    await one.transfer(second, live=False)
    assert (one.states[-1], one.head.status_id) == ((2, "refused"), "before")


async def test_B9_a_change_of_rows_alone_that_was_moved_waits_again_also_when_its_event_is_live(
    one: OneDocument,
) -> None:
    """Its refusal says: invalidate the invoice there. Whoever does would wait in vain."""
    await one.transfer()
    one.edit(rows=(a_row(description="another"),))
    second = one.event()
    await one.write_back(1)
    await one.transfer(second)
    assert (one.states[-1], one.head.status_id) == ((2, "refused"), "before")


async def test_B9_a_change_of_rows_alone_that_was_moved_is_not_forgotten_by_an_attempt_without_an_end(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Severa doesn't answer when its event comes; the document is in no list, so the sweep meets it next."""
    await one.transfer()
    one.edit(rows=(a_row(description="another"),))
    second = one.event()
    await one.write_back(1)

    async def busy(*_: object) -> None:
        raise transient("API_BUSY", api="Severa")

    with monkeypatch.context() as broken:
        broken.setattr(one.desk.severa, "invoice", busy)
        await one.transfer(second)
    intake: Any = Intake.__new__(Intake)
    intake.home, intake.before = one.home, {"acme-fi": "before"}
    await intake.finish(0, one.desk, one.key)
    assert (one.states, one.head.status_id) == ([(1, "created")], "before")
    await one.transfer()
    assert one.states[-1] == (2, "refused")


async def test_decision_6_what_a_user_moved_after_a_write_back_stays_moved(one: OneDocument) -> None:
    """The change was published after it, so it was a user who set the status after transfer by hand."""
    await one.transfer()
    await one.write_back(1)
    one.edit(rows=(a_row(description="another"),))
    second = one.event()
    await one.transfer(second, live=False)
    assert (one.states[-1], one.head.status_id) == ((2, "withdrawn"), "after")


async def test_F6_a_revision_that_a_newer_one_overtakes_while_it_is_open_is_superseded(one: OneDocument) -> None:
    one.posts = ["lost"]
    await one.transfer()
    one.edit(order_number="newer")
    await one.transfer()
    assert sorted(one.states) == [(1, "superseded"), (2, "created")]


async def test_F6_what_is_found_is_told_under_the_newest_revision_of_its_content(one: OneDocument) -> None:
    """It was edited and edited back: the outcome of an older number would never be the current one."""
    one.posts = ["made"]
    await one.transfer()
    one.edit(order_number="newer")
    one.unreadable = {1}
    await one.transfer()
    one.edit(order_number="PO 7")
    one.unreadable = set()
    event = one.event()
    await one.transfer(event)
    assert one.states[-1] == (event.revision.number, "created")


async def test_F6_a_revision_that_meets_an_open_intent_is_not_forgotten(one: OneDocument) -> None:
    """It was edited while the count went on, and edited back: each revision has its outcome."""
    one.posts = ["made"]
    await one.transfer()
    one.edit(order_number="newer")
    one.home.ripe = False
    await one.transfer()
    one.edit(order_number="PO 7")
    one.home.ripe = True
    await one.transfer()
    assert sorted(one.states) == [(1, "superseded"), (2, "superseded"), (3, "created")]
    assert one.valid == 1


async def test_decision_13_what_moved_to_another_company_is_looked_up_here_and_not_made_here(one: OneDocument) -> None:
    one.posts = ["lost"]
    await one.transfer()
    one.company = "bolt-fi"
    await one.transfer()
    assert (one.states, one.valid, one.home.open) == ([(1, "withdrawn")], 0, {})


async def test_decision_13_what_was_made_before_it_moved_is_settled_here(one: OneDocument) -> None:
    """Only once it is invalidated does it leave, and what the ledger knew of it here goes."""
    one.posts = ["made"]
    await one.transfer()
    one.company = "bolt-fi"
    await one.transfer()
    assert (one.states, one.valid) == ([(1, "created")], 1)
    one.edit(order_number="newer")
    await one.transfer()
    assert one.states[-1] == (2, "refused")
    one.invoices[1] = replace(one.invoices[1], status="INVALIDATED")
    await one.transfer()
    assert (one.states[-1], one.record.invoice) == ((2, "withdrawn"), None)


async def test_decision_14_an_api_that_is_down_for_reads_too_holds_the_company_once(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before minutes have gone; a probe tells nothing anew; any answer takes the hold off, and no other hold."""
    now = 0.0
    one.silence.clock = lambda: now
    one.refusal = transient("API_UNREACHABLE", api="Procountor")
    one.silence.nothing_heard()
    await one.transfer()
    assert one.desk.hold is None
    now = 301.0
    await one.transfer()
    one.desk.hold = held = replace(one.desk.hold, next_probe=0.0)
    await one.transfer()
    assert [told.error.code for told in one.home.told if told.error] == ["API_DOWN"]
    assert one.desk.hold.wait == 2 * held.wait
    one.silence.heard(200)
    one.desk.hold = Hold("LOGIN_REFUSED", "c", "m", "2026", 15.0, 0.0)
    await one.transfer()
    assert one.desk.hold.code == "LOGIN_REFUSED"
    one.desk.hold = held
    await one.transfer()
    assert one.desk.hold is None


async def test_decision_14_a_withdrawal_does_not_end_a_hold(one: OneDocument) -> None:
    """It was the probe, and asked Procountor nothing: whether the key works now isn't known."""
    event = one.event()
    one.edit(status_id="draft")
    one.desk.hold = held = Hold("LOGIN_REFUSED", "c", "m", "2026", 15.0, 0.0)
    await one.transfer(event, live=False)
    assert (one.states, one.desk.hold) == ([(1, "withdrawn")], held)
    one.edit(status_id="before")
    await one.transfer()
    assert (one.states[-1], one.desk.hold) == ((2, "created"), None)


async def test_decision_14_a_hold_ends_when_the_document_that_met_its_cause_goes_over(one: OneDocument) -> None:
    """An invoice that needs no dimension goes over all the while: that says nothing, and nothing is told anew."""
    told = [("acme-fi", "DIMENSION_MISSING")]
    for number in (2001, 2002):
        one.refusal = configuration("DIMENSION_MISSING", dimension="Project", count=0, there="none")
        await one.transfer()
        one.desk.hold = replace(one.desk.hold, next_probe=0.0)
        one.refusal = None
        await another_goes_over(one, number)
        assert holds(one) == told
    await one.transfer()
    assert (one.desk.hold, holds(one)) == (None, told)
    assert hold_key("acme-fi") not in one.home.values


async def test_decision_14_a_hold_ends_with_any_document_once_the_one_that_met_its_cause_had_its_end(
    one: OneDocument,
) -> None:
    one.refusal = configuration("DIMENSION_MISSING", dimension="Project", count=0, there="none")
    await one.transfer()
    one.desk.hold = replace(one.desk.hold, next_probe=0.0)
    one.refusal = refuse("VAT_MISSING", row=1, text="x")
    await one.transfer()
    one.refusal = None
    assert one.desk.hold is not None
    await another_goes_over(one, 2001)
    assert one.desk.hold is None


async def test_decision_14_causes_that_come_by_turns_are_each_told_once(one: OneDocument) -> None:
    """Two dimensions are missing, or what was under way meets the cause that the company is held for already."""
    for dimension in ("Project", "Unit", "Project", "Unit"):
        one.refusal = configuration("DIMENSION_MISSING", dimension=dimension, count=0, there="none")
        await one.transfer()
        one.desk.hold = replace(one.desk.hold, next_probe=0.0)
    assert len(holds(one)) == 2
    one.desk.hold = held = replace(one.desk.hold, next_probe=9e12)
    await hold(one.desk, cast(Any, one.home), one.refusal)
    assert one.desk.hold is held
    one.desk.hold = replace(held, next_probe=0.0)
    one.refusal = None
    await one.transfer()
    assert one.desk.hold is None


async def test_decision_14_a_hold_of_the_version_before_ends_with_the_next_document(one: OneDocument) -> None:
    value = b'{"code":"X","cause":"c","message":"m","since":"2026-01-01T00:00:00+00:00","wait":15.0,"next_probe":9e12}'
    one.home.values[hold_key("acme-fi")] = value
    one.desk.hold = known_hold(cast(Any, one.home), "acme-fi")
    await one.transfer()
    assert one.desk.hold is None


async def test_decision_14_the_probe_of_a_held_company_does_not_believe_what_was_read_before(one: OneDocument) -> None:
    """A bank account that is missing is judged by a list that is believed for an hour: the mend would not be seen."""
    doubts: list[bool] = []
    one.desk.registers.doubt = lambda: doubts.append(True)
    await one.transfer()
    assert not doubts
    one.edit(order_number="newer")
    one.desk.hold = Hold("BANK_ACCOUNT_MISSING", "c", "m", "2026", 15.0, 0.0)
    await one.transfer()
    assert doubts


async def test_decision_9_what_was_unknown_is_looked_up_again_also_when_it_is_refused(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its invoice is there, and the POST whose answer was lost may still be executed."""

    async def too_large(*_: object) -> None:
        raise refuse("ATTACHMENT_TOO_LARGE", file="a.pdf", size=2, limit=1)

    one.posts = ["lost"]
    await one.transfer()
    monkeypatch.setattr(create, "attach", too_large)
    await one.transfer()
    assert one.states == [(1, "refused")]
    assert set(one.desk.second_looks) == {str(one.key)}
