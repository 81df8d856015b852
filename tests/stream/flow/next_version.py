"""A worker of a version that doesn't exist yet: `python -m tests.stream.flow.next_version SETTINGS`.

Each value of its ledger has a field that today's version doesn't know, at each depth; a refusal has another name, and
each event a header more. It reads today's records as they are.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from gateway.ledger import Home, Publish, Write
from gateway.settings import load
from gateway.telemetry.logs import set_up_logs
from streams.clients import Clients
from streams.worker import build_worker, run_worker

REFUSED, PARKED = b'"state":"refused"', b'"state":"parked"'
FIELD = "of_the_next_version"


class NextHome(Home):
    """A home whose ledger is written in the next version's words."""

    def get(self, key: str) -> bytes | None:
        value = super().get(key)
        return value and value.replace(PARKED, REFUSED)

    def items(self, prefix: str = "") -> Iterator[tuple[str, bytes]]:
        return ((key, value.replace(PARKED, REFUSED)) for key, value in super().items(prefix))

    async def _commit(self, writes: Sequence[Write], publish: Sequence[Publish], also: Callable[[], None]) -> None:
        events = [replace(one, headers=(*one.headers, (FIELD, b"1"))) for one in publish]
        await super()._commit([replace(one, value=_next(one.value)) for one in writes], events, also)


def _next(value: bytes | None) -> bytes | None:
    if value is None or not value.startswith(b"{"):
        return value
    return orjson.dumps(_with_more(orjson.loads(value))).replace(REFUSED, PARKED)


def _with_more(tree: Any, name: str = "") -> Any:
    if isinstance(tree, dict) and name != "met":  # which has causes for names
        return {**{key: _with_more(value, key) for key, value in tree.items()}, FIELD: {"since": 2}}
    return [_with_more(one) for one in tree] if isinstance(tree, list) else tree


if __name__ == "__main__":
    set_up_logs("INFO", True)
    asyncio.run(run_worker(load(Path(sys.argv[1])), Clients, partial(build_worker, homes=NextHome)))
