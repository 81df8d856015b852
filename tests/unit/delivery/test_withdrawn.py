"""What is said of a document that nobody waits for any more (decision 1): no more than what is known."""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import replace
from typing import Any

import pytest

from gateway.attachments import Stored
from gateway.delivery.attempt import IntentPayload
from gateway.delivery.record import Question, State, TransferRecord, record_of
from gateway.delivery.withdraw import FOUND
from gateway.delivery.withdrawn import explain
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Revision, Sequence, Truncation, TruncationKind
from gateway.flows.sales_invoices.flow import FLOW
from gateway.procountor.responses import InvoiceRead
from gateway.settings import TargetStatus
from tests.memory_home import MemoryLedger
from tests.unit.ledger.promises import FakeClock
from tests.unit.one_company import HOME, MemoryProcountor, a_company, a_context
from tests.unit.published import outcomes

KEY = DocumentKey("acme-fi", Kind.SALES_INVOICE, "8f0e")
REVISION = Revision(1, Sequence(1, 1), "c" * 64)
NOTE = IntentPayload(REVISION, 3, (Truncation("street", TruncationKind.CUT, 90, 80, kept="a" * 80),), ("a note",))
OPEN = TransferRecord(REVISION, State.OPEN, 0, number=1001)


class Withdrawn(MemoryProcountor):
    """A document that left the status. Procountor has its invoice 7, in this status and with these files, or has none.

    begun    an intent of it was found open
    waits    nobody looks before that intent has expired
    """

    def __init__(
        self, status: str = "", files: Many[str] = (), record: TransferRecord = OPEN, begun: bool = True, **sales: Any
    ) -> None:
        super().__init__()
        self.files, self.begun, self.waits, self.clock = files, begun, True, FakeClock()
        if status:
            self.invoices[7] = InvoiceRead(7, status, REVISION.marker(KEY.id), 3, None, None, 12, "1001")
        self.home = MemoryLedger().take(HOME, self.clock)
        self.home.put(str(KEY), record.encode())
        self.context = a_context(
            a_company(**sales), procountor=self, echo_proved=True, books_proved=True, unexplained={str(KEY)}
        )

    async def attachments(self, invoice_id: int) -> list[Stored]:
        assert invoice_id in self.invoices
        return [Stored(name) for name in self.files]

    @property
    def record(self) -> TransferRecord:
        """What the ledger knows of it."""
        known = record_of(self.home, str(KEY))
        assert known is not None
        return known

    async def explain(self) -> list[Outcome]:
        """What is reported of it."""
        if self.begun:
            await self.home.open_intent(str(KEY), NOTE.encode(), "nordic")
        if self.waits:
            self.clock.now += self.home.config.quarantine
        await explain(self.context, self.home, FLOW, KEY)
        return outcomes(self.home)

    async def ended(self) -> Outcome:
        """The one outcome of it; nothing of it is left open."""
        (told,) = await self.explain()
        assert (self.context.unexplained, self.home.open) == (set(), {})
        return told


async def test_decision_1_deleted_document_reports_what_is_missing() -> None:
    asked = OPEN.replace(question=Question("INVOICE_FROM_ELSEWHERE", 9))
    one = Withdrawn("UNFINISHED", target_status=TargetStatus.SENT, attachments="full", record=asked)
    told = await one.ended()
    assert (told.state, told.target and told.target.id, told.truncations) == (
        OutcomeState.CREATED,
        "7",
        NOTE.truncations,
    )
    text = " ".join(told.notes)
    for part in ("a note", "deleted in Severa", "UNFINISHED", "should be SENT", "Attached: nothing"):
        assert part in text
    assert "receipt" in text
    assert (one.record.state, one.record.made and one.record.made.content_hash) == (State.SETTLED, "c" * 64)
    assert (set(one.context.second_looks), one.record.question) == ({str(KEY)}, None)


@pytest.mark.parametrize("status", ["SENT", "PAID"])
async def test_decision_1_what_was_done_is_not_called_undone(status: str) -> None:
    told = await Withdrawn(status, ("invoice-1001.pdf",), target_status=TargetStatus.SENT, attachments="full").ended()
    text = " ".join(told.notes)
    assert "Attached: invoice-1001.pdf." in text
    assert "should be" not in text


async def test_decision_1_where_no_file_was_chosen_none_is_missed() -> None:
    assert "Attached" not in " ".join((await Withdrawn("UNFINISHED").ended()).notes)


@pytest.mark.parametrize("status", ["", "INVALIDATED"])
async def test_decision_1_no_invoice_of_a_deleted_document_is_said_too(status: str) -> None:
    one = Withdrawn(status, record=OPEN.replace(state=State.REFUSED))  # refused as not found, its intent open
    told = await one.ended()
    assert (told.state, told.target, told.truncations) == (OutcomeState.WITHDRAWN, None, ())
    assert "deleted in Severa" in told.notes[0]
    assert one.record.state is State.WITHDRAWN


async def test_decision_11_tolerated_invoice_is_not_the_wanted_one() -> None:
    """An operator let it stand, and asked for one beside it."""
    told = await Withdrawn("UNFINISHED", record=OPEN.replace(beside=(7,))).ended()
    assert (told.state, told.target) == (OutcomeState.WITHDRAWN, None)


async def test_decision_9_nothing_is_reported_during_a_call() -> None:
    """An event began it while the document was read, and got no answer."""
    one = Withdrawn()
    one.waits = False
    assert await one.explain() == []
    assert (set(one.home.open), one.context.unexplained) == ({str(KEY)}, {str(KEY)})


async def test_decision_1_document_out_of_the_status_is_withdrawn() -> None:
    one = Withdrawn(begun=False)
    told = await one.ended()
    assert told.state is OutcomeState.WITHDRAWN
    assert told.notes == ("The invoice left Ready in Severa. Nothing of this revision was created.",)


async def test_Q2_unknown_end_is_looked_up_before_withdrawal() -> None:
    """The ledger was lost, and the first attempt since had no end; no intent is open."""
    one = Withdrawn("UNFINISHED", begun=False)
    told = await one.ended()
    assert (told.state, one.record.state) == (OutcomeState.CREATED, State.SETTLED)
    assert told.notes[0].startswith("The invoice left Ready in Severa before")


@pytest.mark.parametrize(("content", "state"), [("c", OutcomeState.CREATED), ("d", OutcomeState.WITHDRAWN)])
async def test_Q2_unknown_end_is_looked_up_among_copies(content: str, state: OutcomeState) -> None:
    """The ledger was lost. An accountant had copied the invoice and invalidated it: the copy is of this content."""
    one = Withdrawn("INVALIDATED", begun=False)
    notes = replace(REVISION, content_hash=content * 64).marker(KEY.id)
    one.invoices[7] = replace(one.invoices[7], notes=notes)
    one.invoices[8] = replace(one.invoices[7], id=8, status="UNFINISHED", creator=5)
    assert (await one.ended()).state is state


async def test_Q2_invalidated_since_was_created() -> None:
    """The ledger was lost, and the event's first attempt since had no end; its status had been moved before."""
    told = await Withdrawn("INVALIDATED", begun=False).ended()
    assert (told.state, told.target and told.target.status) == (OutcomeState.CREATED, "INVALIDATED")
    assert told.notes == (FOUND,)


async def test_B14_adopted_invoice_is_neither_ours_nor_withdrawn() -> None:
    """The worker died before it was settled, and the document was deleted in Severa."""
    one = Withdrawn("SENT")
    one.invoices[7] = replace(one.invoices[7], notes=f"by hand severa-adopted:{REVISION.marker(KEY.id)[7:]}")
    told = await one.ended()
    assert (told.state, told.target and told.target.id) == (OutcomeState.ADOPTED, "7")
    assert (one.record.state, one.record.adopted) == (State.SETTLED, True)
    assert "complete it there" not in " ".join(told.notes)
