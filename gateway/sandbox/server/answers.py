"""Answers in their wire form."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway.sandbox.server.call import Answer, Json, Refusal
from gateway.sandbox.server.transports import cut


def written(body: Any) -> tuple[str, bytes]:
    """Content type and bytes of a body."""
    if isinstance(body, bytes):
        return "application/octet-stream", body
    if isinstance(body, str):
        return "text/plain", body.encode()
    return "application/json", b"" if body is None else json.dumps(body).encode()


def cut_short(request: Request, content: bytes, status: int, headers: Json) -> Response:
    """Half of the answer, then the connection is cut."""

    async def half() -> AsyncIterator[bytes]:
        yield content[: len(content) // 2]
        cut(request.scope)
        await asyncio.sleep(0.05)  # the server has sent it before it misses the rest

    return StreamingResponse(half(), status, {**headers, "content-length": str(len(content))})


def page(status: int) -> Answer:
    """A page that a proxy, a firewall or a login portal returns in the API's place."""
    text = "<html><head><title>Sign in</title></head><body>Your request was blocked.</body></html>"
    return Answer(status, text, {"content-type": "text/html; charset=utf-8", "server": "portal"})


def refused(api: str, refusal: Refusal) -> Answer:
    """The error in the API's form: Severa's 404 has no body, its 429 is plain text."""
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after is not None else {}
    if api == "procountor":
        error = {"status": refusal.status, "field": refusal.field, "message": refusal.message}
        return Answer(refusal.status, {"errors": [error]}, headers)
    if refusal.status == 429:
        return Answer(429, refusal.message, headers)
    if refusal.status == 404 and not refusal.message:
        return Answer(404)
    kind, _, text = refusal.message.partition(": ")
    details = [{"message": text or kind, "url": None, "location": None}]
    error = {"httpStatusCode": refusal.status, "type": kind, "details": details, "stack": None}
    return Answer(refusal.status, {"error": error}, headers)
