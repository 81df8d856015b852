"""One document that can't be read stops no other (SPEC Q4)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from gateway.delivery.desk import Desk
from gateway.polling.readers import Readers


async def test_Q4_a_fault_in_one_document_does_not_stop_the_readers_others() -> None:
    put_off: list[str] = []
    desk: Any = SimpleNamespace(company=SimpleNamespace(id="acme-fi"), in_flight={}, later=put_off.append)
    readers, read = Readers(), asyncio.Event()

    async def broken() -> bool:
        raise TypeError("what no model knows")

    async def sound() -> bool:
        read.set()
        return True

    readers.put(cast(Desk, desk), "a", broken)
    readers.put(cast(Desk, desk), "b", sound)
    await asyncio.wait_for(read.wait(), 5)
    await readers.close()
    assert (put_off, list(desk.in_flight)) == (["a"], ["b"])
