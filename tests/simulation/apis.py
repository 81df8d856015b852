"""Both sandbox APIs without sockets: requests go straight to the sandbox, by ways that take time and may be cut."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from functools import partial
from random import Random
from typing import Any

import httpx
from starlette.requests import Request

from gateway.sandbox.server.apis import Apis
from gateway.sandbox.server.journal import Journal
from gateway.sandbox.world.file import prepare
from tests.simulation.loop import PROCESS, Process

#: Seconds that a way takes, at the least and more by chance.
WAY = (0.002, 0.02)
#: Seconds after which a connection that nobody answers is given up.
CONNECT = 20.0
#: httpcore's events along the way, as the transport of the gateway listens to them.
HEAD, BODY = "http11.send_request_headers.started", "http11.send_request_body.started"


#: Whose call the server is at.
CALLER: ContextVar[str] = ContextVar("caller", default="")


def _by(entry: dict[str, Any]) -> None:
    """The journal names the worker that called."""
    entry["by"] = CALLER.get()


Journal.listeners.append(_by)


#: The call that must not happen twice.
INVOICE = ("POST", "/procountor/invoices")


class _Cut(Exception):
    """The server has cut the connection."""


class Carrier(httpx.AsyncBaseTransport):
    """Carries requests of all processes; what the server does, it does in its own name, whoever asked.

    `is_cut`: whether a process reaches an API, "severa" or "procountor". `reached`: told how far a call has come.
    """

    def __init__(self, world: Any, seed: int) -> None:
        self.apis = Apis(prepare(world))
        self.random = Random(f"apis {seed}")
        self.reached: Callable[[str], None] = lambda point: None
        self.is_cut: Callable[[Process | None, str], bool] = lambda process, api: False
        self._own: Context = copy_context()
        self._count = itertools.count(1)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One call. Raises httpx's errors."""
        api, process = request.url.path.split("/")[1], PROCESS.get()
        await self._way()
        if self.is_cut(process, api):
            raise httpx.ConnectError("refused", request=request)
        trace = request.extensions.get("trace")
        await self._point(request, "begins")
        if trace is not None:
            await trace(HEAD, {})
            await self._point(request, "head")
            await trace(BODY, {})
        body = bytearray()
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for piece in request.stream:
            body += piece
        arriving = self._arrive(request, bytes(body), partial(self.is_cut, process, api))
        serving = asyncio.get_running_loop().create_task(arriving, context=self._for(process))
        try:
            await self._point(request, "sent")
            status, headers, content = await asyncio.shield(serving)
        except _Cut:
            raise httpx.RemoteProtocolError("the server has cut the connection", request=request) from None
        await self._point(request, "answered")
        await self._way()
        if self.is_cut(process, api):
            raise httpx.ReadError("cut", request=request)
        return httpx.Response(status, headers=headers, content=content, request=request)

    def _for(self, process: Process | None) -> Context:
        """The server's own context, which knows who calls."""
        context = self._own.copy()
        context.run(CALLER.set, process.name if process is not None else "")
        return context

    async def _point(self, request: httpx.Request, phase: str) -> None:
        """A process that dies here does not go on. One that freezes here goes on here: a signal stops it between two
        instructions, and no timer of it runs before the next await.
        """
        name = "invoice" if (request.method, request.url.path) == INVOICE else request.method
        self.reached(f"{name} {phase}")
        process = PROCESS.get()
        if process is not None and (process.frozen or not process.alive):
            await asyncio.sleep(0)

    async def _arrive(
        self, request: httpx.Request, body: bytes, is_cut: Callable[[], bool]
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """What has left a process arrives, whatever becomes of the process. Raises httpx.WriteError."""
        await self._way()
        if is_cut():
            raise httpx.WriteError("cut", request=request)
        return await self._serve(request, body)

    async def _way(self) -> None:
        await asyncio.sleep(WAY[0] + WAY[1] * self.random.random())

    async def _serve(self, request: httpx.Request, body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """The sandbox's own handler, as a server would call it."""
        _, api, path = request.url.path.split("/", 2)
        cuts: list[None] = []
        scope = {
            "type": "http",
            "asgi": {"spec_version": "2.4"},  # whoever sends is told of a disconnection, and listens for none
            "method": request.method,
            "path": request.url.path,
            "path_params": {"api": api, "path": path},
            "query_string": request.url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("memory", next(self._count)),
            "cut": lambda: cuts.append(None),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        response = await self.apis.serve(Request(scope, receive))
        status, headers, content = 0, [], bytearray()

        async def send(message: Any) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], message["headers"]
            else:
                content.extend(message.get("body", b""))

        await response(scope, receive, send)
        if cuts:
            raise _Cut
        return status, headers, bytes(content)
