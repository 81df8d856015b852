"""One document that can't be read stops no other (Q4)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from gateway.delivery.company import CompanyContext
from gateway.polling.queue import DocumentQueues


async def test_Q4_fault_in_one_document_stops_no_other() -> None:
    put_off: list[str] = []
    context: Any = SimpleNamespace(
        company=SimpleNamespace(id="acme-fi"), in_flight={}, later=lambda key, *_: put_off.append(key)
    )
    queues, read = DocumentQueues(), asyncio.Event()

    async def broken() -> bool:
        raise TypeError("what no model knows")

    async def sound() -> bool:
        read.set()
        return True

    queues.put(cast(CompanyContext, context), "a", broken)
    queues.put(cast(CompanyContext, context), "b", sound)
    await asyncio.wait_for(read.wait(), 5)
    await queues.close()
    assert (put_off, list(context.in_flight)) == (["a"], ["b"])


async def test_decision_1_unreadable_document_rests_next_is_read() -> None:
    rested, read = list[str](), list[str]()
    context: Any = SimpleNamespace(
        company=SimpleNamespace(id="acme-fi"), in_flight={}, later=lambda key, *_: rested.append(key)
    )
    queues = DocumentQueues()

    async def odd() -> bool:
        raise ValueError("a row of another kind")

    async def plain() -> bool:
        read.append("plain")
        return False

    queues.put(context, "odd", odd)
    queues.put(context, "plain", plain)
    await asyncio.gather(*queues._tasks.values(), return_exceptions=True)
    assert (read, rested, context.in_flight) == (["plain"], ["odd"], {})


async def test_decision_3_a_company_s_documents_are_read_two_at_once() -> None:
    """One reader would wait for its turn behind the transfers, which run dry then."""
    context: Any = SimpleNamespace(company=SimpleNamespace(id="acme-fi"), in_flight={})
    queues, gate, begun = DocumentQueues(), asyncio.Event(), list[int]()

    async def read() -> bool:
        begun.append(1)
        await gate.wait()
        return True

    for key in "abcd":
        queues.put(context, key, read)
    await asyncio.sleep(0)
    most = len(begun)
    gate.set()
    await asyncio.gather(*queues._tasks.values())
    assert (most, len(begun)) == (2, 4)
