"""Health means progress: 200 while events end, 503 when they stand still. Served with the metrics on one socket."""

from __future__ import annotations

import asyncio
import errno
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gateway.telemetry.exposition import CONTENT_TYPE, exposition
from gateway.telemetry.metrics import HEALTHY, REGISTRY, Reading, Registry

#: A health report: whether the worker is healthy, and facts for a person.
Report = Callable[[], tuple[bool, dict[str, Any]]]


class Health:
    """Answers `GET /` with the current report as JSON, and `GET /metrics` for Prometheus; any other path is 404."""

    def __init__(self, report: Report, registry: Registry = REGISTRY) -> None:
        self.report = report
        #: The values of the metrics that are read.
        self.readings: Callable[[], Iterable[Reading]] = tuple
        self._registry = registry
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def listen(self, host: str, ports: Sequence[int]) -> None:
        """Listen on the first free port; 0 means any. Raises OSError if none is free, or the host isn't local."""
        for last, port in enumerate(ports, 1 - len(ports)):
            try:
                self._server = await asyncio.start_server(self._answer, host, port)
                return
            except OSError as error:
                if error.errno != errno.EADDRINUSE or last == 0:
                    raise

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(5):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(await self._response(head))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _response(self, request: bytes) -> bytes:
        match request.split(b" ", 2)[1:2]:
            case [b"/"]:
                well, facts = self.report()
                body = json.dumps({"ok": well, **facts}, default=str)
                return _answer("200 OK" if well else "503 Service Unavailable", "application/json", body)
            case [b"/metrics"]:
                return _answer("200 OK", CONTENT_TYPE, await self._metrics())
        return _answer("404 Not Found", "text/plain", "")

    async def _metrics(self) -> str:
        """The state is read here, where nothing changes it in between; the page is written in a thread."""
        self._registry.observe([Reading(HEALTHY, int(self.report()[0])), *self.readings()])
        return await asyncio.to_thread(lambda: exposition(self._registry.collect()))


def _answer(status: str, content_type: str, text: str) -> bytes:
    body = text.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body
