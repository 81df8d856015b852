"""Health means progress: 200 while events end, 503 when they stand still. Served on a socket of our own."""

from __future__ import annotations

import asyncio
import errno
import json
from collections.abc import Callable, Sequence
from typing import Any

#: A health report: whether the worker is healthy, and facts for a person.
Report = Callable[[], tuple[bool, dict[str, Any]]]


class Health:
    """Answers `GET /` with the current report as JSON; any other path is 404."""

    def __init__(self, report: Report) -> None:
        self.report = report
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
                writer.write(self._response(head))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    def _response(self, request: bytes) -> bytes:
        path = request.split(b" ", 2)[1:2]
        if path != [b"/"]:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        well, facts = self.report()
        body = json.dumps({"ok": well, **facts}, default=str).encode()
        status = "200 OK" if well else "503 Service Unavailable"
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"Connection: close\r\n\r\n" + body
