"""The server's connections, so that they can be cut in the middle of a call."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

_open: dict[tuple[str, int], asyncio.Transport] = {}


class CuttableProtocol(H11Protocol):
    """uvicorn's protocol, which remembers its connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember it by the client's address."""
        super().connection_made(transport)
        _open[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        _open.pop(self.transport.get_extra_info("peername")[:2], None)
        super().connection_lost(exc)


def cut(scope: MutableMapping[str, Any]) -> None:
    """Cut the connection of a call, without an answer. A server without sockets puts its own `cut` there."""
    if "cut" in scope:
        scope["cut"]()
        return
    transport = _open.get(tuple(scope["client"]))
    if transport is not None:
        transport.abort()
