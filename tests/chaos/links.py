"""A worker's connections, each through a small proxy of its own on loopback, so that one alone can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Link:
    """From a port of its own to another port of the loopback. `cut`: what is open is closed, what comes is refused."""

    def __init__(self, links: Links, target: int) -> None:
        self._links, self._target, self._open = links, target, set[asyncio.StreamWriter]()
        self.is_cut = False
        self._server = links.run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """From now on nothing passes."""
        self.is_cut = True
        self._links.loop.call_soon_threadsafe(self._close_all)

    def mend(self) -> None:
        """It passes again."""
        self.is_cut = False

    def _close_all(self) -> None:
        for one in list(self._open):
            one.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if not self.is_cut:
                await self._carry(reader, writer)
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Both ways, until one side ends."""
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        self._open.add(back)
        ways = [asyncio.create_task(_pump(reader, back)), asyncio.create_task(_pump(there, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            self._open.discard(back)
            back.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
        await writer.drain()


class Links:
    """All links of a run, on one loop in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, attempt: Coroutine[Any, Any, T]) -> T:
        """Run something on the loop, from another thread."""
        return asyncio.run_coroutine_threadsafe(attempt, self.loop).result(10)

    def link(self, target: int) -> Link:
        """A new one."""
        return Link(self, target)

    def close(self) -> None:
        """End all."""
        self.run(_end_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


async def _end_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)
