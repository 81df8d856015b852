"""Readers: one document that can't be read never stops its company (SPEC Q4)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from gateway.delivery.desk import Desk
from gateway.polling.readers import Readers


@dataclass
class FakeDesk:
    """What a reader needs of a desk."""

    company: Any = field(default_factory=lambda: SimpleNamespace(id="acme"))
    in_flight: dict[str, str] = field(default_factory=dict)
    rests: list[str] = field(default_factory=list)

    def later(self, key: str) -> None:
        self.rests.append(key)


async def test_Q4_a_document_that_breaks_its_reading_does_not_stop_those_behind_it() -> None:
    """With a full window no further poll would start the reader again."""
    readers, desk, read = Readers(), FakeDesk(), list[str]()

    async def breaks() -> bool:
        raise KeyError("a field that Severa always sent")

    async def goes() -> bool:
        read.append("b")
        return True

    readers.put(cast(Desk, desk), "a", breaks)
    readers.put(cast(Desk, desk), "b", goes)
    await asyncio.sleep(0.05)
    await readers.close()
    assert (read, desk.rests, list(desk.in_flight)) == (["b"], ["a"], ["b"])
