"""What is said of a document that nobody waits for any more (decision 1): no more than what is known."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.attachments import Stored
from gateway.delivery.attempt import IntentPayload
from gateway.delivery.record import Question, State, TransferRecord
from gateway.delivery.withdrawn import explain
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Revision, Sequence, Truncation, TruncationKind
from gateway.flows.sales_invoices.flow import FLOW
from gateway.procountor.responses import InvoiceFound, InvoiceRead
from gateway.settings import TargetStatus

KEY = DocumentKey("acme-fi", Kind.SALES_INVOICE, "8f0e")
REVISION = Revision(1, Sequence(1, 1), "c" * 64)
NOTE = IntentPayload(REVISION, 3, (Truncation("street", TruncationKind.CUT, 90, 80, kept="a" * 80),), ("a note",))
OPEN = TransferRecord(REVISION, State.OPEN, 0, number=1001)


class Fake:
    """A context and a home; Procountor has the invoice, in this status and with these files, or has none."""

    def __init__(self, status: str = "", files: tuple[str, ...] = (), **more: Any) -> None:
        self.record: TransferRecord = more.get("record", OPEN)
        self.status, self.files, self.settled = status, files, list[str]()
        self.told: Outcome | None = None
        sales = SimpleNamespace(
            status_before="Ready",
            status_after="Done",
            target_status=more.get("target", TargetStatus.UNFINISHED),
            attachments=more.get("attachments", "none"),
        )
        procountor = SimpleNamespace(find_invoices=self.find, invoice=self.read, attachments=self.attached)
        self.context = SimpleNamespace(
            company=SimpleNamespace(id="acme-fi", sales=sales),
            organisation="nordic",
            procountor=procountor,
            echo_proved=True,
            books_proved=True,
            unexplained={str(KEY)},
            delivery=SimpleNamespace(second_look=3600.0),
            second_looks={},
            clock=lambda: 1e9,
            now=lambda: datetime(2026, 3, 2, tzinfo=UTC),
            publish=self.publish,
        )
        intent = SimpleNamespace(key="k", payload=NOTE.encode()) if more.get("intent", True) else None
        self.seconds, self.notes = 0.0, REVISION.marker(KEY.id)
        self.home = SimpleNamespace(
            get=self.get,
            intent={str(KEY): intent}.get,
            commit=self.commit,
            seconds_until_expired=lambda _: self.seconds,
        )

    def get(self, key: str) -> bytes | None:
        return self.record.encode() if key == str(KEY) else None

    async def find(self, number: str) -> list[InvoiceFound]:
        assert number == "1001"
        return [InvoiceFound(7, number)] if self.status else []

    async def read(self, invoice_id: int) -> InvoiceRead:
        return InvoiceRead(invoice_id, self.status, self.notes, 3, None, None, 12, "1001")

    async def attached(self, invoice_id: int) -> list[Stored]:
        assert invoice_id == 7
        return [Stored(name) for name in self.files]

    def publish(self, outcome: Outcome) -> Outcome:
        self.told = outcome
        return outcome

    async def commit(self, *, writes: Any, publish: Any, settles: list[str]) -> None:
        self.record = cast(TransferRecord, TransferRecord.decode(writes[0].value))
        self.settled = settles

    async def explain(self) -> Outcome:
        await explain(cast(Any, self.context), cast(Any, self.home), FLOW, KEY)
        assert self.told is not None
        assert self.context.unexplained == set()
        return self.told


async def test_decision_1_deleted_document_reports_what_is_missing() -> None:
    asked = OPEN.replace(question=Question("INVOICE_FROM_ELSEWHERE", 9))
    one = Fake("UNFINISHED", target=TargetStatus.SENT, attachments="full", record=asked)
    told = await one.explain()
    assert (told.state, told.target and told.target.id, told.truncations) == (
        OutcomeState.CREATED,
        "7",
        NOTE.truncations,
    )
    text = " ".join(told.notes)
    for part in ("a note", "deleted in Severa", "UNFINISHED", "to become SENT: not done", "Attached: nothing"):
        assert part in text
    assert "receipt" in text
    assert (one.record.state, one.record.made and one.record.made.content_hash, one.settled) == (
        State.SETTLED,
        "c" * 64,
        [str(KEY)],
    )
    assert (set(one.context.second_looks), one.record.question) == ({str(KEY)}, None)


@pytest.mark.parametrize("status", ["SENT", "PAID"])
async def test_decision_1_what_was_done_is_not_called_undone(status: str) -> None:
    told = await Fake(status, ("invoice-1001.pdf",), target=TargetStatus.SENT, attachments="full").explain()
    text = " ".join(told.notes)
    assert "Attached: invoice-1001.pdf." in text
    assert "not done" not in text


async def test_decision_1_where_no_file_was_chosen_none_is_missed() -> None:
    assert "Attached" not in " ".join((await Fake("UNFINISHED").explain()).notes)


@pytest.mark.parametrize("status", ["", "INVALIDATED"])
async def test_decision_1_no_invoice_of_a_deleted_document_is_said_too(status: str) -> None:
    one = Fake(status, record=OPEN.replace(state=State.REFUSED))  # refused as not found, its intent open
    told = await one.explain()
    assert (told.state, told.target, told.truncations) == (OutcomeState.WITHDRAWN, None, ())
    assert "deleted in Severa" in told.notes[0]
    assert (one.record.state, one.settled) == (State.WITHDRAWN, [str(KEY)])


async def test_decision_11_tolerated_invoice_is_not_the_wanted_one() -> None:
    """An operator let it stand, and asked for one beside it."""
    told = await Fake("UNFINISHED", record=OPEN.replace(beside=(7,))).explain()
    assert (told.state, told.target) == (OutcomeState.WITHDRAWN, None)


async def test_decision_9_nothing_is_reported_during_a_call() -> None:
    """An event began it while the document was read, and got no answer."""
    one = Fake()
    one.seconds = 9.0
    await explain(cast(Any, one.context), cast(Any, one.home), FLOW, KEY)
    assert (one.told, one.settled, one.context.unexplained) == (None, [], {str(KEY)})


async def test_decision_1_document_out_of_the_status_is_withdrawn() -> None:
    one = Fake(intent=False)
    told = await one.explain()
    assert told.state is OutcomeState.WITHDRAWN
    assert told.notes == ("It no longer waits in Ready; no invoice of this revision was begun.",)
    assert one.settled == []


async def test_Q2_unknown_end_is_looked_up_before_withdrawal() -> None:
    """The ledger was lost, and the first attempt since had no end; no intent is open."""
    fake = Fake("UNFINISHED", intent=False)
    await explain(cast(Any, fake.context), cast(Any, fake.home), FLOW, KEY)
    assert fake.told is not None
    assert (fake.told.state, fake.record.state) == (OutcomeState.CREATED, State.SETTLED)


async def test_B14_adopted_invoice_is_neither_ours_nor_withdrawn() -> None:
    """The worker died before it was settled, and the document was deleted in Severa."""
    fake = Fake("SENT")
    fake.notes = f"by hand severa-adopted:{REVISION.marker(KEY.id)[7:]}"
    told = await fake.explain()
    assert (told.state, told.target and told.target.id) == (OutcomeState.ADOPTED, "7")
    assert (fake.record.state, fake.record.adopted, fake.settled) == (State.SETTLED, True, [str(KEY)])
    assert "complete it there" not in " ".join(told.notes)
