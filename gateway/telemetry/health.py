"""Health that means progress, over a socket of our own: 200 while events end, 503 when they stand still."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

#: What health tells: whether all is well, and facts for a person.
Report = Callable[[], tuple[bool, dict[str, Any]]]


async def serve_health(host: str, port: int, report: Report) -> asyncio.Server:
    """Answer every GET with the report as JSON. Port 0 takes a free one."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(5):
                await reader.readuntil(b"\r\n\r\n")
                well, facts = report()
                body = json.dumps({"ok": well, **facts}, default=str).encode()
                status = "200 OK" if well else "503 Service Unavailable"
                head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(answer, host, port)
