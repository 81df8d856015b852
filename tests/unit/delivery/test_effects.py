"""What stands in the ledger while a call is under way, and what is reported when it was in vain (decision 9, Q3)."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from gateway.delivery import settle
from gateway.delivery.apply import opened
from gateway.delivery.attempt import Attempt
from gateway.delivery.change import Changed, Origin
from gateway.delivery.record import State, TransferRecord
from gateway.documents import Revision, Sequence
from gateway.errors import Transient, in_doubt, refuse, transient
from gateway.ledger import Lease, Write
from gateway.ledger.effects import once
from tests.memory_home import CONFIG, MemoryLedger
from tests.unit.one_document import OneDocument


async def in_vain(
    document: OneDocument, code: str = "INVOICE_NOT_FOUND", number: int = 1
) -> tuple[TransferRecord, list[str]]:
    """A call under way, whose end is a refusal; its record, and all that was reported of it until then."""
    revision = Revision(number, Sequence(1, number), "c" * 64)
    change = Changed("nordic", document.key, revision, Origin.POLL, document.head)
    attempt = Attempt(document.flow, change, document.home, document.context)
    await document.home.commit(writes=[Write(attempt.key, opened(attempt).encode(), "nordic")])
    assert document.record.state is State.OPEN
    await settle.refused(attempt, refuse(code, number=1001), keep_intent=True)
    return document.record, document.codes


async def test_decision_9_Q3_each_hour_in_vain_is_reported_once(document: OneDocument) -> None:
    for attempt in range(1, 4):
        record, reported = await in_vain(document)
        assert (record.state, record.attempt, reported) == (State.REFUSED, attempt, ["INVOICE_NOT_FOUND"])


async def test_Q3_another_cause_or_revision_is_reported(document: OneDocument) -> None:
    await in_vain(document)
    await in_vain(document, "ROWS_MISSING")
    _, reported = await in_vain(document, "ROWS_MISSING", number=2)
    assert reported == ["INVOICE_NOT_FOUND", "ROWS_MISSING", "ROWS_MISSING"]


@pytest.mark.parametrize(
    "end",
    [in_doubt("ATTEMPT_UNKNOWN", operation="create invoice"), asyncio.CancelledError()],
    ids=["unknown", "cancelled"],
)
async def test_decision_9_unanswered_call_expires_from_its_end(
    end: BaseException,
) -> None:
    """Frozen in the middle of its body, it left long after its intent: a look-up that counts from there is too soon."""
    now = 0.0
    home = MemoryLedger().take(clock=lambda: now)
    lease = await home.open_intent("k", b"", "nordic")

    async def frozen(_: Lease) -> None:
        nonlocal now
        now += CONFIG.quarantine
        raise end

    with pytest.raises(type(end)):
        await once(home, lease, frozen)
    assert home.seconds_until_expired("k") == CONFIG.quarantine


@pytest.mark.parametrize(("wait", "begun"), [(CONFIG.lease, [0.0, CONFIG.lease]), (CONFIG.lease + 1, [0.0])])
async def test_decision_8_second_try_has_its_own_lease(
    monkeypatch: pytest.MonkeyPatch, wait: float, begun: list[float]
) -> None:
    """It would be refused otherwise, by its own lease; and a longer wait keeps the document's room from others."""
    now, began = 0.0, list[float]()
    home = MemoryLedger().take(clock=lambda: now)
    lease = await home.open_intent("k", b"", "nordic")

    async def slept(seconds: float) -> None:
        nonlocal now
        now += seconds

    async def busy(lease: Lease) -> str:
        lease.check()
        began.append(now)
        if len(began) == 1:
            raise transient("API_BUSY", retry_after=wait, api="Procountor")
        return "created"

    monkeypatch.setattr("gateway.ledger.effects.asyncio.sleep", slept)
    with suppress(Transient):
        assert await once(home, lease, busy) == "created"
    assert began == begun
