"""Decision 6: what becomes of the status in Severa, by what is found there, and what the outcome says of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.delivery.flow import Statuses
from gateway.delivery.record import Made, State, TransferRecord, WriteBack, record_of
from gateway.documents import (
    DocumentKey,
    Kind,
    Outcome,
    OutcomeState,
    Revision,
    SalesInvoice,
    Sequence,
    Subject,
    Target,
    Truncation,
    TruncationKind,
)
from gateway.documents.hashing import head_hash
from gateway.errors import Configuration, Permanent, Transient, configuration, refuse
from gateway.flows.sales_invoices.flow import FLOW
from gateway.http import CallLease
from gateway.notify.mail import is_over
from tests.memory_home import MemoryLedger
from tests.unit.invoices import an_invoice
from tests.unit.one_company import HOME, MemorySevera, a_context
from tests.unit.published import outcomes

STATUSES = Statuses("before", "after")
KEY = DocumentKey("acme-fi", Kind.SALES_INVOICE, "g1")
WAITING = an_invoice(status_id="before", status_name="Ready")
MOVED = replace(WAITING, status_id="other", status_name="Draft")
THERE = Target("procountor", "sales-invoice", "7", "UNFINISHED", "70", "3")
RECORD = TransferRecord(
    Revision(1, Sequence(5, 1), "c"),
    State.SETTLED,
    1,
    made=Made(THERE, adopted=True),
    write_back=WriteBack(head_hash=head_hash(WAITING)),
)
NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Fake(MemorySevera):
    """Severa as a write-back meets it, and the home and context of the document's company.

    moved    statuses that the document was moved to
    frozen   seconds for which the process stands still after each reading
    refuses  how a move ends
    """

    def __init__(self, head: SalesInvoice | None) -> None:
        super().__init__()
        self.head, self.moved = head, list[str]()
        self.clock, self.frozen, self._forgotten = 0.0, 0.0, 0
        self.refuses: Permanent | Configuration | None = None
        self.home = MemoryLedger().take(HOME, lambda: self.clock)
        self.record = RECORD
        #: A CompanyContext, whose calls the tests exchange.
        self.context: Any = a_context(severa=self, horizon=NOW, clock=NOW.timestamp)

    @property
    def record(self) -> TransferRecord:
        """What the ledger knows of the document."""
        known = record_of(self.home, str(KEY))
        assert known is not None
        return known

    @record.setter
    def record(self, record: TransferRecord) -> None:
        self.home.put(str(KEY), record.encode())

    @property
    def told(self) -> list[Outcome]:
        """Outcomes that were published."""
        return outcomes(self.home)[self._forgotten :]

    def forget(self) -> None:
        """What was published so far is of no interest any more."""
        self._forgotten = len(outcomes(self.home))

    async def invoice(self, guid: str) -> SalesInvoice | None:
        head, self.clock = self.head, self.clock + self.frozen
        return head

    async def set_status(self, guid: str, status_guid: str, lease: CallLease) -> SalesInvoice:
        lease.check()
        if self.refuses is not None:
            raise self.refuses
        assert self.head is not None
        self.moved.append(status_guid)
        self.head = replace(self.head, status_id=status_guid)
        return self.head

    async def run(self, told: Outcome | None = None) -> Fake:
        await FLOW.completion.write_back(self.home, self.context, FLOW, KEY, 1, told)
        return self


def a_result() -> Outcome:
    truncations = (Truncation("productDescription", TruncationKind.CUT, 300, 255),)
    state = OutcomeState.CREATED
    return Outcome(
        KEY,
        "nordic",
        RECORD.revision,
        1,
        state,
        Subject("1", "Customer Oy"),
        NOW,
        truncations=truncations,
        notes=("a note",),
    )


async def test_decision_6_waiting_unchanged_is_moved_silently() -> None:
    """Without another outcome."""
    done = await Fake(WAITING).run(a_result())
    assert (done.moved, done.told, done.record.write_back.done) == (["after"], [], True)


async def test_decision_6_moved_by_an_earlier_write_back_is_done() -> None:
    done = await Fake(replace(WAITING, status_id="after")).run(a_result())
    assert (done.moved, done.told, done.record.write_back.done) == ([], [], True)


async def test_decision_6_moved_by_a_user_stays_and_is_noted() -> None:
    """The result once more, as one attempt later: whoever reads the current outcome finds all of it in there."""
    done = await Fake(MOVED).run(a_result())
    assert done.moved == [] and done.record.write_back.done
    note = 'A user moved the invoice to "Draft" in Severa: it stays there.'
    assert done.told == [replace(a_result(), attempt=2, notes=("a note", note))]


async def test_decision_6_a_sweep_says_so_as_well() -> None:
    """It hasn't the result at hand, and refers to it."""
    done = await Fake(MOVED).run()
    assert [(one.state, one.attempt, len(one.notes)) for one in done.told] == [(OutcomeState.ADOPTED, 2, 2)]


async def test_decision_6_an_invoice_that_was_deleted_is_told() -> None:
    done = await Fake(None).run(a_result())
    assert [one.notes[-1] for one in done.told] == ["The invoice was deleted in Severa before its status was changed."]
    assert done.record.write_back.done


async def test_decision_6_changed_before_its_move_waits_on() -> None:
    """What was transferred is another content: moved, the change would never go over."""
    done = await Fake(replace(WAITING, order_number="newer")).run(a_result())
    assert (done.moved, done.told, done.record.write_back.done) == ([], [], False)


async def test_decision_6_changed_during_its_move_is_put_back() -> None:
    """A user saved between the reading and the move: the PATCH's own answer shows it."""
    fake = Fake(WAITING)
    move = fake.context.severa.set_status

    async def saved_meanwhile(*given: Any) -> SalesInvoice:
        moved: SalesInvoice = await move(*given)
        return replace(moved, order_number="newer")

    fake.context.severa.set_status = saved_meanwhile
    await fake.run(a_result())
    assert (fake.moved, fake.told, fake.record.write_back.done) == (["after", "before"], [], False)


async def test_decision_6_a_result_of_an_older_revision_moves_nothing() -> None:
    """The newer one has a result of its own, which says what the outcome says of it."""
    fake = Fake(WAITING)
    fake.record = RECORD.replace(revision=Revision(2, Sequence(5, 2), "c"))
    await fake.run(a_result())
    assert (fake.moved, fake.record.write_back.done) == ([], False)


async def test_decision_6_two_at_once_move_it_once() -> None:
    """The result's event and the poll's sweep."""
    fake = Fake(WAITING)
    read = fake.context.severa.invoice

    async def slowly(guid: str) -> SalesInvoice | None:
        head: SalesInvoice | None = await read(guid)
        await asyncio.sleep(0.01)
        return head

    fake.context.severa.invoice = slowly
    await asyncio.gather(fake.run(a_result()), fake.run())
    assert (fake.moved, fake.told) == (["after"], [])


async def test_decision_6_change_that_was_moved_is_put_back() -> None:
    """Also when the ledger has a newer revision by then whose attempt had no end yet."""
    moved = replace(WAITING, status_id="after", order_number="newer")
    opened = replace(RECORD, state=State.OPEN).with_write_back(head_hash="", moving=RECORD.write_back.head_hash)
    for record, back in ((RECORD, True), (opened, True), (RECORD.with_write_back(done=True), False), (None, False)):
        fake = Fake(moved)
        assert (
            await FLOW.completion.put_back(fake.context, FLOW, KEY, STATUSES, record, moved, fake.home.read_lease(""))
            is back
        )
        assert fake.moved == ["before"] * back
    same = replace(moved, order_number=WAITING.order_number)
    assert not await FLOW.completion.put_back(fake.context, FLOW, KEY, STATUSES, RECORD, same, fake.home.read_lease(""))


def test_decision_6_event_order_tells_what_a_move_hid() -> None:
    """Not by number: two changes that were published before either was handled have the same. And not by the time at
    which one is published again, from a list that was read before the move: its record tells when it was wanted first.
    """
    moved = RECORD.replace(made=Made(THERE, "c", adopted=True))
    moved = moved.with_write_back(done=True, moved_at=Sequence(5, 3))
    one = Revision(1, Sequence(5, 2), "changed")
    assert moved.taken_away(one) and moved.taken_away(replace(one, number=2))
    again = replace(one, sequence=Sequence(5, 4))
    assert not moved.taken_away(again)
    opened = moved.replace(state=State.OPEN, revision=one)
    assert opened.taken_away(again)
    assert not opened.replace(state=State.REFUSED).taken_away(again)


async def test_decision_6_status_read_before_a_freeze_is_not_moved() -> None:
    """Meanwhile another worker has left it to the user, who moved it: a thawed PATCH would be over the user's word."""
    fake = Fake(WAITING)
    fake.frozen = 60.0
    with pytest.raises(Transient):
        await fake.run(a_result())
    assert (fake.moved, fake.record.write_back.done, fake.context.unwritten) == ([], False, {str(KEY)})
    fake.frozen = 0.0
    assert (await fake.run(a_result())).moved == ["after"]


async def test_decision_6_stuck_status_is_reported_once() -> None:
    """Else nobody would know why a transferred invoice goes on waiting (promise 2)."""
    fake = Fake(WAITING)
    fake.refuses = refuse("SEVERA_REFUSED", detail="locked", operation="set status", said="locked")
    for sweeps in (1, 0):
        with pytest.raises(Permanent):
            await fake.run(a_result())
        assert [one.error.code for one in fake.told if one.error] == ["STATUS_NOT_MOVED"] * sweeps
        fake.forget()
    assert not fake.record.write_back.done
    fake.refuses = None
    await fake.run(a_result())
    assert [(one.state, one.attempt) for one in fake.told] == [(OutcomeState.CREATED, 3)]
    assert fake.record.write_back.done and fake.record.refusal.cause == ""


async def test_decision_14_severa_without_moves_holds_the_company() -> None:
    """One error, not one of each document."""
    fake = Fake(WAITING)
    fake.refuses = configuration("RIGHTS_MISSING", api="Severa", operation="set status")
    told = []
    for _ in range(3):
        with pytest.raises(Configuration):
            await fake.run(a_result())
        told += [(one.key.kind, one.error.code) for one in fake.told if one.error]
        fake.forget()
    assert told == [(Kind.COMPANY, "RIGHTS_MISSING")]
    fake.refuses = None
    await fake.run(a_result())
    assert (fake.context.hold, fake.record.write_back.done) == (None, True)
    assert [is_over(outcome) for outcome in fake.told] == [True]
