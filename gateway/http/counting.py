"""Calls are counted by API, kind of operation and status."""

from __future__ import annotations

from collections.abc import Awaitable

from gateway.errors import GatewayError
from gateway.http.messages import Request, Response, TooLarge
from gateway.telemetry.metrics import CALLS, count

#: The status of a call without an answer.
NONE = "none"


def kind_of(request: Request) -> str:
    """`change` or `read`."""
    return "change" if request.changes else "read"


async def counted(api: str, operation: str, call: Awaitable[Response]) -> Response:
    """The answer to a call, which is counted. A call that was never sent, since its lease had expired, is not."""
    try:
        answer = await call
    except TooLarge:
        count(CALLS, api=api, operation=operation, status="200")
        raise
    except GatewayError:
        count(CALLS, api=api, operation=operation, status=NONE)
        raise
    count(CALLS, api=api, operation=operation, status=str(answer.status))
    return answer
