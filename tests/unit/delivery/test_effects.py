"""What stands in the ledger while a call is under way, and what is told when it was in vain (decision 9, Q3)."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.delivery import settle
from gateway.delivery.apply import opened
from gateway.delivery.attempt import Attempt
from gateway.delivery.change import Changed, Origin
from gateway.delivery.record import State, TransferRecord
from gateway.documents import DocumentKey, Kind, Outcome, Revision, SalesInvoice, Sequence
from gateway.errors import Transient, in_doubt, refuse, transient
from gateway.flows.sales_invoices.flow import FLOW
from gateway.ledger import Lease, Write
from gateway.ledger.effects import once
from tests.unit.invoices import an_invoice
from tests.unit.ledger.fake_kafka import PROFILE, FakeProducer, a_home

KEY = DocumentKey("acme-fi", Kind.SALES_INVOICE, "8f0e")


class Fake:
    """A home that keeps what is written, and a context whose outcomes are counted."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.told: list[str] = []
        home = SimpleNamespace(get=self.values.get, intent=lambda _: None, commit=self.commit, broker_time=time.time)
        sales = SimpleNamespace(status_before="Ready", status_after="Done")
        context = SimpleNamespace(
            organisation="nordic",
            company=SimpleNamespace(id="acme-fi", sales=sales, fingerprint=lambda: "f"),
            now=lambda: datetime(2026, 3, 2, tzinfo=UTC),
            publish=self.publish,
            proofs=lambda _: [],
            unexplained=set[str](),
        )
        self.home, self.context = cast(Any, home), cast(Any, context)

    def publish(self, outcome: Outcome) -> Outcome:
        assert outcome.error is not None
        self.told.append(outcome.error.code)
        return outcome

    async def commit(self, *, writes: list[Write], publish: Any = (), settles: Any = ()) -> None:
        self.values.update({one.key: one.value for one in writes if one.value is not None})

    def attempt(self, number: int = 1) -> Attempt[SalesInvoice]:
        revision = Revision(number, Sequence(1, number), "c" * 64)
        return Attempt(FLOW, Changed("nordic", KEY, revision, Origin.POLL, an_invoice()), self.home, self.context)

    async def in_vain(self, code: str = "INVOICE_NOT_FOUND", number: int = 1) -> TransferRecord | None:
        """A call under way, whose end is a refusal."""
        attempt = self.attempt(number)
        await self.home.commit(writes=[Write(attempt.key, opened(attempt).encode(), "nordic")])
        assert attempt.record is not None and attempt.record.state is State.OPEN
        await settle.refused(attempt, refuse(code, number=1001), keep_intent=True)
        return attempt.record


async def test_decision_9_Q3_each_hour_in_vain_is_told_once() -> None:
    one = Fake()
    for attempt in range(1, 4):
        record = await one.in_vain()
        assert record is not None and (record.state, record.attempt) == (State.REFUSED, attempt)
    assert one.told == ["INVOICE_NOT_FOUND"]


async def test_Q3_another_cause_or_revision_is_told_all_the_same() -> None:
    one = Fake()
    await one.in_vain()
    await one.in_vain("ROWS_MISSING")
    await one.in_vain("ROWS_MISSING", number=2)
    assert one.told == ["INVOICE_NOT_FOUND", "ROWS_MISSING", "ROWS_MISSING"]


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
    home = a_home(FakeProducer(), lambda: now)
    lease = await home.open_intent("k", b"", "nordic")

    async def frozen(_: Lease) -> None:
        nonlocal now
        now += PROFILE.quarantine
        raise end

    with pytest.raises(type(end)):
        await once(home, lease, frozen)
    assert home.seconds_until_expired("k") == PROFILE.quarantine
    await home.close(0.1)


@pytest.mark.parametrize(("wait", "begun"), [(PROFILE.lease, [0.0, PROFILE.lease]), (PROFILE.lease + 1, [0.0])])
async def test_decision_8_second_try_has_its_own_lease(
    monkeypatch: pytest.MonkeyPatch, wait: float, begun: list[float]
) -> None:
    """It would be refused otherwise, by its own lease; and a longer wait keeps the document's room from others."""
    now, began = 0.0, list[float]()
    home = a_home(FakeProducer(), lambda: now)
    lease = await home.open_intent("k", b"", "nordic")

    async def slept(seconds: float) -> None:
        nonlocal now
        now += seconds

    async def busy(lease: Lease) -> str:
        lease.check()
        began.append(now)
        if len(began) == 1:
            raise transient("API_BUSY", retry_after=wait, api="Procountor")
        return "made"

    monkeypatch.setattr("gateway.ledger.effects.asyncio.sleep", slept)
    with suppress(Transient):
        assert await once(home, lease, busy) == "made"
    assert began == begun
    monkeypatch.undo()
    await home.close(0.1)
