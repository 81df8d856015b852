"""The transfer flow: an attempt that breaks off by a fault of ours."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.ledger import Home
from streams.flow import Record
from streams.transfer import transfer_flow


async def test_Q3_a_document_that_breaks_its_attempt_rests_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """The poll would publish it, and the guard bury it, every five seconds for ever."""
    rests: list[str] = []
    desk = SimpleNamespace(
        is_old=lambda published_at: False,
        alone=lambda key: asyncio.Lock(),
        later=lambda key, *_: rests.append(key),
        in_flight={"acme/x/1": True},
    )
    offices: Any = SimpleNamespace(desk=lambda company, home: desk)
    revision = SimpleNamespace(number=1, sequence=SimpleNamespace(epoch=1, broker_time=lambda: 0.0))

    class Key(str):
        company = "acme"

    async def breaks(work: object) -> None:
        raise ValueError("an answer that is no JSON")

    monkeypatch.setattr("streams.transfer.transfer", breaks)
    flow = transfer_flow(cast(Any, SimpleNamespace(changes_sales_invoices="t")), offices, cast(Any, None))
    change: Any = SimpleNamespace(key=Key("acme/x/1"), revision=revision)
    with pytest.raises(ValueError, match="no JSON"):
        await flow.handle(
            change, Record("t", 0, 0, b"", b"", {}, 0), cast(Home, SimpleNamespace(epoch=1, broker_time=lambda: 0.0))
        )
    assert (rests, desk.in_flight) == (["acme/x/1"], {})
