"""What version 1 wrote into the ledger is read for ever; what a record doesn't say is looked up (Q1)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from gateway.delivery.attempt import IntentPayload
from gateway.delivery.commands import asked_for
from gateway.delivery.holds import Stage, known_hold
from gateway.delivery.recheck import recall_look
from gateway.delivery.record import State, TransferRecord, is_done
from gateway.documents import CommandKind, DocumentKey, Kind, Revision, Sequence, Target, Truncation, TruncationKind
from gateway.documents.hashing import content_hash
from gateway.documents.ledger_keys import command_key, hold_key, mail_key
from gateway.errors import Permanent, Transient, refuse, transient
from gateway.ledger.horizon import _HORIZONS, Horizon
from gateway.notify.last_mail import LastMail, last_mail
from gateway.procountor.responses import InvoiceRead
from tests.memory_home import MemoryLedger
from tests.unit.one_company import a_context
from tests.unit.one_document import OneDocument

FILE = Path(__file__).parent / "version_1.json"
#: By kind; a field that is missing there was not written yet.
WRITTEN = {name: orjson.dumps(tree) for name, tree in orjson.loads(FILE.read_bytes()).items()}
HASH = "c" * 64
G = DocumentKey("acme-fi", Kind.SALES_INVOICE, "g")
REVISION = Revision(1, Sequence(1, 1), HASH)


def read(value: bytes) -> TransferRecord:
    record = TransferRecord.decode(value)
    assert record is not None
    return record


@pytest.mark.parametrize("corrected", [False, True])
async def test_Q1_refusal_of_unknown_post_is_looked_up_first(document: OneDocument, corrected: bool) -> None:
    """Procountor answered 4xx, and had created the invoice: the record does not say whether there was a POST."""
    value = WRITTEN["refused"].replace(HASH.encode(), content_hash(document.head).encode())
    document.home.put(str(document.key), value)
    document.home.next_sequence()
    there = read(value).revision.marker(document.key.id)
    document.invoices[1] = InvoiceRead(1, "UNFINISHED", there, 3, None, None, 70, str(document.head.number))
    if corrected:
        document.edit(order_number="corrected")
    await document.transfer()
    assert set(document.invoices) == {1}
    assert document.states[-1] == ((2, "refused") if corrected else (1, "created"))


@pytest.mark.parametrize("refusal", [refuse("ROWS_MISSING", number=1001), transient("API_BUSY", api="Procountor")])
async def test_Q1_document_new_to_the_ledger_costs_no_look_up(
    document: OneDocument, refusal: Permanent | Transient
) -> None:
    """So it costs no look-up, however its first attempts end."""
    document.context.procountor.find_invoices, document.refusal = None, refusal
    await document.transfer()
    document.refusal = None
    await document.transfer()
    assert document.states[-1] == (1, "created")


@pytest.mark.parametrize(
    ("value", "state", "invoice", "done"),
    [
        (WRITTEN["refused"], State.REFUSED, None, False),
        (WRITTEN["settled"], State.SETTLED, Target("procountor", "sales-invoice", "1", "UNFINISHED", "3", "2"), True),
    ],
)
def test_Q1_its_records_are_read(value: bytes, state: State, invoice: Target | None, done: bool) -> None:
    record = read(value)
    assert (record.revision, record.state, record.target) == (REVISION, state, invoice)
    assert record.was_posted
    assert is_done(value) is done
    assert read(record.encode()) == record


def test_Q1_what_else_it_wrote_is_read() -> None:
    written = {
        hold_key("acme-fi"): WRITTEN["hold"],
        command_key(G): WRITTEN["command"],
        mail_key(G): WRITTEN["mail"],
    }
    home = MemoryLedger().take()
    for key, value in written.items():
        home.put(key, value)
    hold, command = (
        known_hold(home, "acme-fi"),
        asked_for(home, G, REVISION),
    )
    assert hold is not None and command is not None
    assert (hold.code, hold.stage, hold.next_probe) == ("RIGHTS_MISSING", Stage.TRANSFER, 0.0)
    assert command.kind is CommandKind.CREATE_ANYWAY
    assert last_mail(home, mail_key(G)) == LastMail("c", (2, 3, 4))
    context = a_context()
    recall_look(context, "k", WRITTEN["look"])
    assert context.second_looks == {"acme-fi/sales-invoice/g": 1795814292.32867}
    assert IntentPayload.decode(WRITTEN["payload"]) == IntentPayload(
        REVISION, 3, (Truncation("field", TruncationKind.CUT, 9, 5),), ("note",), "h", 1001
    )
    assert _HORIZONS.decode(WRITTEN["horizon"], "k") == Horizon(datetime(2026, 1, 1, tzinfo=UTC), "nordic")
