"""A thin adapter to httpx: rate budget, deadline, and lease check at the last point before bytes leave."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import httpx

from gateway.http.budget import Permit, RateBudget
from gateway.http.errors import connection_error, retry_after
from gateway.http.messages import CallLease, Request, Response, TooLarge, Upload
from gateway.http.outage import Outage
from gateway.http.unpacking import BodyUnreadable, unpacked
from gateway.telemetry.spans import called

#: httpcore's event after the connection is established and before the first byte of the request leaves.
LAST_POINT = "http11.send_request_headers.started"
#: httpcore's event between a request's head and its body.
BODY = "http11.send_request_body.started"
#: Bytes of one piece of a body. The next piece waits until the kernel has taken this one.
PIECE = 16_384
#: What a download accepts: the bytes, an error's text, and last any other type (a PDF).
DOWNLOADS = "application/octet-stream, application/json;q=0.9, */*;q=0.1"
#: The time for a whole download, in call timeouts; each piece has one call timeout.
WHOLE = 10
#: The most bytes of an answer that is not a file, unpacked: one answer has all items of a company's dimensions.
MOST_ANSWER = 64_000_000
#: How long one 429 pauses all calls, in seconds: at least (also without Retry-After), and at most.
LEAST_REST, MOST_REST = 1.0, 60.0


class _TooLong(Exception):
    """An answer has more bytes than any real one."""


class _CutOff(Exception):
    """The rest of a request must not leave: its lease expired after the first byte had left."""


@dataclass(slots=True)
class _LastPoint:
    """httpcore calls this while it sends. The call counts in the rate budget from here (Q4).

    The process may be frozen at any step. Whatever it sends after it thaws must stay within the time that others wait:
    lease plus call timeout (decision 9). So the lease is checked again before the body, and before each piece of it.
    """

    lease: CallLease | None
    permit: Permit
    call_timeout: float = 0.0
    #: Whether bytes may have left.
    sent: bool = False

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        if event == LAST_POINT:
            await self.permit.due()
            if self.lease is not None:
                self.lease.check()
            self.permit.sent()
            self.sent = True
        elif event == BODY:
            self.check()

    def check(self, late: float = 0.0) -> None:
        """Called after the first byte has left. Raises _CutOff."""
        if self.lease is None:
            return
        try:
            self.lease.check(late)
        except Exception as error:
            raise _CutOff(str(error)) from error


@dataclass(slots=True)
class _Pieces(httpx.AsyncByteStream):
    """A body in small pieces. A slow upload may continue after its lease for at most one call timeout."""

    body: AsyncIterable[bytes]
    last_point: _LastPoint

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self.body:
            for start in range(0, len(chunk), PIECE):
                self.last_point.check(self.last_point.call_timeout)
                yield chunk[start : start + PIECE]


class HttpTransport:
    """Sends the requests of one API under one budget."""

    def __init__(
        self,
        api: str,
        base_url: str,
        budget: RateBudget,
        call_timeout: float,
        carrier: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.api, self.budget, self._timeout = api, budget, call_timeout
        self._base = base_url.rstrip("/")
        self.outage = Outage()
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=20.0)
        self._client = httpx.AsyncClient(
            transport=carrier, timeout=None, limits=limits, http2=False, follow_redirects=False
        )

    async def send(self, request: Request, company: str, lease: CallLease | None = None) -> Response:
        """Send a request when the budget allows. A call that changes anything needs a lease (decision 8).

        Raises Transient (surely not executed, or harmless to repeat), InDoubt (may have been executed), and what the
        lease's check raises (nothing was sent).
        """
        if request.changes and lease is None:
            raise AssertionError(f"{request.operation} changes what is there, and has no lease")
        async with self.budget.call(company) as turn:
            if lease is not None:
                await lease.renew_if_due()
            with called(self.api, self._base, request, company) as answered:
                answer = await self._send(request, _LastPoint(lease, turn, self._timeout))
                answered(answer.status)
                return answer

    async def _send(self, request: Request, last_point: _LastPoint) -> Response:
        try:
            with ExitStack() as until_sent:
                async with asyncio.timeout(self._timeout):
                    return self._rested(await self._whole(self._built(request, last_point, until_sent)))
        except TimeoutError:
            why = f"no answer within {self._timeout} s"
        except (httpx.HTTPError, httpx.InvalidURL, BodyUnreadable, _CutOff, _TooLong) as error:
            why = repr(error)
        self.outage.no_answer()
        raise connection_error(request, self.api, last_point.sent, why)

    async def _whole(self, request: httpx.Request) -> Response:
        """Send a request and read its answer to the end."""
        answer = await self._client.send(request, stream=True)
        try:
            return Response(answer.status_code, dict(answer.headers), await _body(answer))
        finally:
            await answer.aclose()

    def _built(self, request: Request, last_point: _LastPoint, until_sent: ExitStack) -> httpx.Request:
        content = request.content()
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", **request.headers}
        if content is not None:
            headers["Content-Type"] = "application/json"
        built = self._client.build_request(
            request.method,
            self._base + request.path,
            params=list(request.query),
            headers=headers,
            content=content,
            data=dict(request.form) if request.form else None,
            files=_parts(request.upload, until_sent) if request.upload else None,
            extensions={"trace": last_point},
        )
        assert isinstance(built.stream, httpx.AsyncByteStream)
        built.stream = _Pieces(built.stream, last_point)
        return built

    async def download(self, request: Request, company: str, target: Path, most: int) -> Response:
        """Download into `target`, piece by piece. An answer that is not a success is returned whole, as by `send`.

        Raises Transient if the answer is incomplete, TooLarge beyond `most` bytes, OSError of the disk.
        """
        async with self.budget.call(company) as turn:
            with called(self.api, self._base, request, company) as answered:
                answer = await self._download(request, turn, target, most)
                answered(answer.status)
                return answer

    async def _download(self, request: Request, permit: Permit, target: Path, most: int) -> Response:
        headers = {"Accept": DOWNLOADS, "Accept-Encoding": "identity"}
        clock = asyncio.get_running_loop().time
        try:
            last = clock() + WHOLE * self._timeout
            async with (
                asyncio.timeout(self._timeout) as deadline,
                self._client.stream(
                    request.method,
                    self._base + request.path,
                    params=list(request.query),
                    headers={**headers, **request.headers},
                    extensions={"trace": _LastPoint(None, permit)},
                ) as answer,
            ):
                head = Response(answer.status_code, dict(answer.headers), b"")
                if not answer.is_success:
                    return self._rested(Response(head.status, head.headers, await _body(answer)))
                size = 0
                with _new(target) as file:
                    async for piece in unpacked(answer):
                        deadline.reschedule(min(clock() + self._timeout, last))
                        size += len(piece)
                        if size > most:
                            raise TooLarge(max(size, int(head.header("Content-Length") or 0)))
                        file.write(piece)
                return head
        except TimeoutError:
            why = f"no whole answer in time ({self._timeout} s a piece)"
        except (httpx.HTTPError, httpx.InvalidURL, BodyUnreadable, _TooLong) as error:
            why = repr(error)
        self.outage.no_answer()
        raise connection_error(request, self.api, True, why)

    def _rested(self, answer: Response) -> Response:
        """A 429 concerns the whole client: pause the calls of all its companies (Q4)."""
        if answer.status == 429:
            self.budget.pause(min(max(retry_after(answer) or 0.0, LEAST_REST), MOST_REST))
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


async def _body(answer: httpx.Response) -> bytes:
    """The body, unpacked. Raises _TooLong, BodyUnreadable."""
    body = bytearray()
    async for piece in unpacked(answer):
        body += piece
        if len(body) > MOST_ANSWER:
            raise _TooLong(f"more than {MOST_ANSWER} bytes")
    return bytes(body)


def _parts(upload: Upload, until_sent: ExitStack) -> list[tuple[str, tuple[str | None, Any, str]]]:
    """The parts of a multipart body; the file is open until it is sent."""
    meta = json.dumps(upload.meta, ensure_ascii=False).encode()
    file = until_sent.enter_context(upload.path.open("rb"))
    return [("meta", (None, meta, "application/json")), ("file", (upload.name, file, upload.mime_type))]


def _new(target: Path) -> BinaryIO:
    return target.open("wb")
