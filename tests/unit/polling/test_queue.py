"""One document that can't be read stops no other (Q4)."""

from __future__ import annotations

import asyncio

from gateway.polling.queue import DocumentQueues
from tests.unit.one_company import a_context


async def test_Q4_fault_in_one_document_stops_no_other() -> None:
    context = a_context()
    queues, read = DocumentQueues(), asyncio.Event()

    async def broken() -> bool:
        raise TypeError("what no model knows")

    async def sound() -> bool:
        read.set()
        return True

    queues.put(context, "a", broken)
    queues.put(context, "b", sound)
    await asyncio.wait_for(read.wait(), 5)
    await queues.close()
    assert ([context.resting(key) for key in "ab"], list(context.in_flight)) == ([True, False], ["b"])


async def test_decision_1_unreadable_document_rests_next_is_read() -> None:
    read = list[str]()
    context, queues = a_context(), DocumentQueues()

    async def odd() -> bool:
        raise ValueError("a row of another kind")

    async def plain() -> bool:
        read.append("plain")
        return False

    queues.put(context, "odd", odd)
    queues.put(context, "plain", plain)
    await asyncio.gather(*queues._tasks.values(), return_exceptions=True)
    assert (read, context.in_flight) == (["plain"], {})
    assert [context.resting(key) for key in ("odd", "plain")] == [True, False]


async def test_decision_3_a_company_s_documents_are_read_two_at_once() -> None:
    """One reader would wait for its turn behind the transfers, which run dry then."""
    context, queues, gate, begun = a_context(), DocumentQueues(), asyncio.Event(), list[int]()

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
