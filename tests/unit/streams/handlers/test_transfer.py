"""The transfer flow: an attempt that breaks off by a fault of ours."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.flows.sales_invoices.flow import FLOW
from streams.handlers.transfer import transfer_handler
from streams.runtime.handler import Record


class Key(str):
    company = "acme"


class Breaking:
    """A flow whose attempt breaks off by a fault of ours, and the context that it leaves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rests: list[tuple[Any, ...]] = []
        self.context: Any = SimpleNamespace(
            is_old=lambda published_at: False,
            alone=lambda key: asyncio.Lock(),
            later=lambda key, error, seconds: self.rests.append((key, error.code, seconds)),
            in_flight={"acme/x/1": True},
            buried={},
        )
        home_contexts: Any = SimpleNamespace(context=lambda company, home: self.context)
        monkeypatch.setattr("streams.handlers.transfer.transfer", self.breaks)
        self.flow = transfer_handler(
            FLOW, cast(Any, SimpleNamespace(changes=lambda kind: "t")), home_contexts, cast(Any, None)
        )

    async def breaks(self, attempt: object) -> None:
        raise ValueError("a fault of ours")

    async def handle(self, content: str = "c") -> None:
        revision = SimpleNamespace(number=1, sequence=SimpleNamespace(epoch=1), content_hash=content)
        change: Any = SimpleNamespace(key=Key("acme/x/1"), revision=revision)
        home: Any = SimpleNamespace(epoch=1, broker_time=lambda: 0.0)
        await self.flow.handle(change, Record("t", 0, 0, b"", b"", {}, 0), home)


async def test_Q3_document_that_breaks_its_attempt_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The poll would publish it, and the guard bury it, every five seconds for ever."""
    one = Breaking(monkeypatch)
    with pytest.raises(ValueError, match="fault of ours"):
        await one.handle()
    assert (one.rests, one.context.in_flight) == ([("acme/x/1", "UNEXPECTED", 300.0)], {})


async def test_Q5_a_fault_of_ours_makes_one_dead_letter_a_content(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish and dead letter don't go round; what waits is reported by the net (F6)."""
    one, letters = Breaking(monkeypatch), 0
    for content in ("c", "c", "c", "changed", "changed"):
        try:
            await one.handle(content)
        except ValueError:
            letters += 1
    assert (letters, len(one.rests)) == (2, 5)
