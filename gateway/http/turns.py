"""Long work in pieces: between two of them, the event loop serves others (Q4).

A register may have 20 000 entries. Work on all of them at once would hold up every call, commit and heartbeat of the
worker for seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

from gateway.http.budget import is_in_background

T = TypeVar("T")

#: Entries of a piece, which take a few milliseconds.
PIECE = 100
#: How long work in the background rests after each piece, in seconds. An invoice takes hundreds of small steps: without
#: a rest, each of them would wait for a piece.
REST_S = 0.002


async def in_turns(entries: Iterable[T], piece: int = PIECE) -> AsyncIterator[T]:
    """The entries, with a turn for others after each piece."""
    for count, entry in enumerate(entries, start=1):
        yield entry
        if count % piece == 0:
            await asyncio.sleep(REST_S if is_in_background() else 0)
