"""The last point before the bytes (decision 8), and what the end of a call means (decision 7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Configuration, InDoubt, Permanent, Transient
from gateway.http import HttpTransport, Outage, RateBudget, Request, Response, Rule, Upload, classify
from gateway.http.errors import retry_after
from gateway.http.transport import LAST_POINT, PIECE
from gateway.ledger import Lease, LeaseExpired

ONCE = Request("create invoice", "POST", "/invoices", body={"sum": Decimal("1.10")}, once=True)
READ = Request("read invoice", "GET", "/invoices/1")
Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


@asynccontextmanager
async def a_server(answer: bytes | None, got: list[bytes], delay: float = 0.0) -> AsyncIterator[HttpTransport]:
    """A bare socket: what arrives is kept; `answer` None truncations the connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.read(4096))
        await asyncio.sleep(delay)
        if answer is not None:
            writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport = HttpTransport("Procountor", f"http://127.0.0.1:{port}/api", RateBudget(100), call_timeout=0.5)
    yield transport
    await transport.close()
    server.close()


def a_lease(now: float, until: float) -> Lease:
    return Lease("k", until, lambda: now, lambda: None)


async def test_decision_8_expired_lease_sends_no_byte() -> None:
    got: list[bytes] = []
    async with a_server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", got) as transport:
        with pytest.raises(LeaseExpired):
            await transport.send(ONCE, "acme", a_lease(11, 10))
        assert b"".join(got) == b""
        answer = await transport.send(ONCE, "acme", a_lease(9, 10))
    assert answer.status == 200
    assert b'{"sum":1.1}' in got[-1]


async def test_decision_8_effect_without_a_lease_is_not_sent() -> None:
    """Also what is harmless twice: not after a freeze."""
    got: list[bytes] = []
    async with a_server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", got) as transport:
        for request in (ONCE, *(Request("x", method, "/x") for method in ("PUT", "PATCH", "DELETE"))):
            with pytest.raises(AssertionError):
                await transport.send(request, "acme")
    assert got == []


@dataclass
class Thawing:
    """A lease's clock that stands still for `calls` looks, then shows what a freeze has taken."""

    calls: int
    frozen_for: float

    def __call__(self) -> float:
        self.calls -= 1
        return 0.0 if self.calls >= 0 else self.frozen_for


@asynccontextmanager
async def a_patient_server(got: bytearray) -> AsyncIterator[HttpTransport]:
    """It waits for the whole body, however long that takes, and answers then only."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(got) < length and (piece := await reader.read(65536)):
            got.extend(piece)
        if len(got) == length:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport = HttpTransport("Procountor", f"http://127.0.0.1:{port}", RateBudget(100), call_timeout=5)
    yield transport
    await transport.close()
    server.close()


@pytest.mark.parametrize("frozen_for", [11, 60])
async def test_decision_8_frozen_process_sends_no_body(frozen_for: float) -> None:
    """The server has the head and waits; half of a request is none, but nobody knows that here: InDoubt."""
    got = bytearray()
    async with a_patient_server(got) as transport:
        with pytest.raises(InDoubt, match="ran out"):
            await transport.send(ONCE, "acme", Lease("k", 10, Thawing(1, frozen_for), lambda: None))
    assert got == b""


@pytest.mark.parametrize(("frozen_for", "whole"), [(14, True), (15, False)])
@pytest.mark.parametrize("pieces", [0, 1, 40])
async def test_decision_9_file_leaves_within_lease_and_timeout(
    tmp_path: Path, pieces: int, frozen_for: float, whole: bool
) -> None:
    """A slow line is no reason to cut a file off; what others count by is."""
    (tmp_path / "a.pdf").write_bytes(b"x" * 2_000_000)
    upload = Upload({"name": "a.pdf"}, tmp_path / "a.pdf", "a.pdf", "application/pdf")
    request, got = Request("upload attachment", "POST", "/attachments", upload=upload, once=True), bytearray()
    lease = Lease("k", 10, Thawing(2 + pieces, frozen_for), lambda: None)
    async with a_patient_server(got) as transport:
        if whole:
            assert (await transport.send(request, "acme", lease)).status == 200
        else:
            with pytest.raises(InDoubt, match="ran out"):
                await transport.send(request, "acme", lease)
    assert (len(got) > 2_000_000) is whole


async def test_decision_8_last_bytes_need_a_lease_too() -> None:
    """A body that the kernel doesn't take at once is handed over piece by piece."""
    got, body = bytearray(), {"text": "x" * (3 * PIECE)}
    request = Request("create invoice", "POST", "/invoices", body=body, once=True)
    async with a_patient_server(got) as transport:
        with pytest.raises(InDoubt, match="ran out"):
            await transport.send(request, "acme", Lease("k", 10, Thawing(5, 60), lambda: None))
    assert len(got) <= 3 * PIECE


async def test_decision_7_cut_connection_is_in_doubt() -> None:
    """And a silent one, for a call that must not happen twice."""
    async with a_server(None, []) as transport:
        with pytest.raises(InDoubt):
            await transport.send(ONCE, "acme", a_lease(9, 10))
        with pytest.raises(Transient):
            await transport.send(READ, "acme")
    async with a_server(b"late", [], delay=2) as transport:
        with pytest.raises(InDoubt):
            await transport.send(ONCE, "acme", a_lease(9, 10))


async def test_decision_7_a_refused_connection_was_surely_not_executed() -> None:
    transport = HttpTransport("Procountor", "http://127.0.0.1:9", RateBudget(100), call_timeout=2)
    with pytest.raises(Transient):
        await transport.send(ONCE, "acme", a_lease(9, 10))
    await transport.close()


async def test_decision_14_api_is_silent_until_its_own_answer() -> None:
    now = 100.0
    transport = HttpTransport("Procountor", "http://127.0.0.1:9", RateBudget(100), call_timeout=2)
    outage = transport.outage = Outage(lambda: now)
    assert (outage.seconds, outage.has_answered) == (0.0, False)
    with pytest.raises(Transient):
        await transport.send(READ, "acme")
    await transport.close()
    now = 130.0
    outage.answered(503)
    assert (outage.seconds, outage.has_answered) == (30.0, False)
    outage.answered(404)
    assert (outage.seconds, outage.has_answered) == (0.0, True)


@pytest.mark.parametrize(
    ("status", "request_", "kind"),
    [
        (500, ONCE, InDoubt),
        (303, ONCE, InDoubt),
        (408, ONCE, InDoubt),
        (500, READ, Transient),
        (429, ONCE, Transient),
        (403, ONCE, Configuration),
        (400, ONCE, Permanent),
    ],
)
def test_decision_19_a_table_maps_status_to_class(status: int, request_: Request, kind: type[Exception]) -> None:
    rules = (
        Rule((429,), Transient, "API_BUSY"),
        Rule((403,), Configuration, "RIGHTS_MISSING"),
        Rule(range(500, 600), Transient, "API_FAILED"),
        Rule(range(300, 600), Permanent, "PROCOUNTOR_REFUSED"),
    )
    error = classify(rules, request_, Response(status, {"Retry-After": "2"}, b""), "Procountor", "said")
    assert type(error) is kind
    if status == 429:
        assert isinstance(error, Transient)
        assert error.retry_after == 2


def test_amounts_go_digit_for_digit() -> None:
    request = Request("x", "POST", "/", body=[Decimal("92.10"), Decimal("0.00000001"), Decimal("123456789012.34")])
    assert request.content() == b"[92.1,1e-08,123456789012.34]"
    with pytest.raises(ValueError, match="digits"):
        Request("x", "POST", "/", body=[Decimal("0.12345678901234567890")]).content()


class SlowToConnect(httpx.AsyncBaseTransport):
    """Connections that stand after a while, all at once; the times at which bytes went."""

    def __init__(self) -> None:
        self.stands = asyncio.Event()
        self.went: list[float] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self.stands.wait()
        await request.extensions["trace"](LAST_POINT, {})
        self.went.append(asyncio.get_running_loop().time())
        return httpx.Response(200)


async def test_Q4_delayed_calls_are_not_sent_all_at_once() -> None:
    """The API takes no connection for a while, then all of them: no second sees more than the limit."""
    transport, network = HttpTransport("Severa", "http://severa", RateBudget(5), call_timeout=10), SlowToConnect()
    transport._client = httpx.AsyncClient(transport=network)
    calls = [asyncio.create_task(transport.send(READ, "acme")) for _ in range(12)]
    await asyncio.sleep(2.5)
    network.stands.set()
    await asyncio.wait_for(asyncio.gather(*calls), 20)
    assert all(later - earlier >= 0.99 for earlier, later in zip(network.went, network.went[5:], strict=False))
    await transport.close()


async def test_Q4_lease_that_expires_in_the_queue_is_renewed() -> None:
    """With many companies a turn comes later than a lease lasts: no call would ever be made, each would waste one."""
    got: list[bytes] = []
    clock = asyncio.get_running_loop().time

    async def renew(lease: Lease) -> None:
        lease.expires_at = clock() + 0.5

    async with a_server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", got) as transport:
        transport.budget.set_rate(2)
        leases = [Lease("k", clock() + 0.5, clock, lambda: None, renew) for _ in range(4)]
        answers = await asyncio.gather(*(transport.send(ONCE, "acme", lease) for lease in leases))
    assert [one.status for one in answers] == [200] * 4


async def test_Q4_429_with_retry_after_pauses_all_companies() -> None:
    """It speaks of the whole client; the others would only be refused as well, and asking on prolongs it."""
    got: list[bytes] = []
    busy = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n"
    clock = asyncio.get_running_loop().time
    async with a_server(busy % b"2", got) as transport:
        began = clock()
        for company in ("acme", "other"):
            assert (await transport.send(READ, company)).status == 429
    assert clock() - began >= 1.9


@pytest.mark.parametrize("told", [b"Retry-After: soon\r\n", b""])
async def test_Q4_429_without_a_time_pauses_a_second(told: bytes) -> None:
    busy = b"HTTP/1.1 429 Too Many Requests\r\n" + told + b"Content-Length: 0\r\n\r\n"
    clock = asyncio.get_running_loop().time
    async with a_server(busy, []) as transport:
        began = clock()
        for company in ("acme", "other"):
            assert (await transport.send(READ, company)).status == 429
    assert 0.9 <= clock() - began < 1.9


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        ("Fri, 31 Dec 9999 23:59:59 -1400", None),
        ("Wed, 21 Oct 99999999999 07:28:00 GMT", None),
        ("9" * 400, 3600),
    ],
)
def test_Q4_absurd_wait_rests_no_document_for_ever(text: str, wait: float | None) -> None:
    """Nor is it a fault of ours, which would end its event unhandled."""
    assert retry_after(Response(429, {"Retry-After": text}, b"")) == wait


def test_Q4_retry_after_is_read_in_seconds_and_as_a_date() -> None:
    def asked(text: str) -> float | None:
        return retry_after(Response(429, {"Retry-After": text}, b""))

    soon = datetime.now(UTC) + timedelta(seconds=30)
    assert asked("7") == 7
    assert 28 <= (asked(format_datetime(soon, usegmt=True)) or 0) <= 30
    assert asked("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert asked("Wed, 99 Oct 2015 07:28:00 GMT") is None
    assert asked("soon") is None


@pytest.mark.parametrize(
    ("text", "wait"),
    [("1.5", 1.5), (" 2 ", 2), ("0.0", 0), ("7.", 7), ("-3", None), ("1e3", None), ("nan", None), ("inf", None)],
)
def test_Q4_retry_after_takes_decimals_and_drops_nonsense(text: str, wait: float | None) -> None:
    assert retry_after(Response(429, {"Retry-After": text}, b"")) == wait


@given(st.text(max_size=60) | st.from_regex(r"\A(Mon|x)?,? ?[0-9]{1,12} ?(Jan|Foo) ?[0-9:]{0,12} ?[-+]?[0-9]{0,9}\Z"))
def test_Q4_whatever_retry_after_says_the_wait_is_bounded(text: str) -> None:
    wait = retry_after(Response(429, {"Retry-After": text}, b""))
    assert wait is None or 0 <= wait <= 3600


async def test_X7_an_answer_beyond_all_that_the_api_gives_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would fill the memory of the worker, and end the attempt of all companies."""
    monkeypatch.setattr("gateway.http.transport.MOST_ANSWER", 1000)
    async with a_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000, []) as transport:
        with pytest.raises(Transient, match="1000 bytes"):
            await transport.send(READ, "acme")
        with pytest.raises(InDoubt, match="1000 bytes"):
            await transport.send(ONCE, "acme", a_lease(9, 10))


async def test_decision_7_change_without_a_lease_is_not_sent() -> None:
    got: list[bytes] = []
    async with a_server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", got) as transport:
        with pytest.raises(AssertionError):
            await transport.send(ONCE, "acme")
    assert got == []
