"""The transfer flow: an attempt that breaks off by a fault of ours."""

from __future__ import annotations

import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.delivery.change import Changed, Origin
from gateway.documents import DocumentKey, Kind, Revision, SalesInvoice, Sequence
from gateway.flows.sales_invoices.flow import FLOW
from streams.handlers.transfer import BURIED_AGAIN, transfer_handler
from streams.runtime.handler import Record
from tests.memory_home import MemoryLedger
from tests.unit.invoices import an_invoice
from tests.unit.one_company import HOME, MemorySevera, a_context
from tests.unit.published import PUBLISHING
from tests.unit.streams.one_home import contexts_of

KEY = DocumentKey("acme-fi", Kind.SALES_INVOICE, "1")


class BrokenSevera(MemorySevera):
    """A client with a fault of ours."""

    async def invoice(self, guid: str) -> SalesInvoice | None:
        raise ValueError("a fault of ours")


class Breaking:
    """A handler whose attempts break off, and the context that they leave."""

    def __init__(self) -> None:
        self.home = MemoryLedger().take(HOME)
        self.context = a_context(severa=BrokenSevera(), in_flight={str(KEY): True})
        home_contexts = contexts_of(self.context, home=self.home)
        self.handler = transfer_handler(FLOW, PUBLISHING.topics, home_contexts, PUBLISHING)

    async def handle(self, content: str = "c") -> None:
        revision = Revision(1, Sequence(1, 1), content)
        change: Changed[Any] = Changed("nordic", KEY, revision, Origin.POLL, an_invoice())
        with capture_logs():  # to draw a traceback takes seconds
            await self.handler.handle(change, Record("t", 0, 0, b"", b"", {}, 0), self.home)

    @property
    def rests(self) -> float:
        """For how many seconds the document rests from now on."""
        until, _ = self.context._later.pop(str(KEY), (0.0, 0.0))
        return until - time.monotonic()


async def test_Q3_document_that_breaks_its_attempt_rests() -> None:
    """The poll would publish it, and the guard bury it, every five seconds for ever."""
    breaking = Breaking()
    with pytest.raises(ValueError, match="fault of ours"):
        await breaking.handle()
    assert breaking.rests == pytest.approx(BURIED_AGAIN, abs=5)
    assert breaking.context.in_flight == {}


async def test_Q5_a_fault_of_ours_makes_one_dead_letter_a_content() -> None:
    """Publish and dead letter don't go round; what waits is reported by the net (F6)."""
    breaking, letters = Breaking(), 0
    for content in ("c", "c", "c", "changed", "changed"):
        try:
            await breaking.handle(content)
        except ValueError:
            letters += 1
        assert breaking.rests > 0
    assert letters == 2
