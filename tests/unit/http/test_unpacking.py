"""Answers that are packed, or that point elsewhere: nothing of a stranger's fills the memory or gets the token."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.errors import Transient
from gateway.http import HttpTransport, RateBudget, Request, TooLarge

READ = Request("read invoice", "GET", "/invoices/1", headers={"Authorization": "Bearer t"})
LIMIT = 1_000_000


@asynccontextmanager
async def a_server(body: bytes, heads: list[bytes], *headers: str, status: int = 200) -> AsyncIterator[HttpTransport]:
    """A bare socket with one answer; `heads` are the requests that came."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
        writer.write("\r\n".join(head).encode() + body)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    transport = HttpTransport("Severa", f"http://127.0.0.1:{port_of(server)}", RateBudget(100), call_timeout=5)
    yield transport
    await transport.close()
    server.close()


def port_of(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


@pytest.mark.parametrize("members", [[b"{}"], [b"{", b"}"], [b" " * 200_000, b"{}"], []])
async def test_X7_gzip_is_asked_for_and_unpacked(members: list[bytes]) -> None:
    """In one member, or in several behind each other; an answer without a body may be declared as gzip too."""
    heads: list[bytes] = []
    packed = b"".join(map(gzip.compress, members))
    async with a_server(packed, heads, "Content-Encoding: gzip") as transport:
        answer = await transport.send(READ, "acme")
    assert answer.body == b"".join(members)
    assert b"accept-encoding: gzip\r\n" in heads[0].lower()


@pytest.mark.parametrize("layers", [1, 2])
async def test_X7_a_bomb_of_gzip_fills_no_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, layers: int) -> None:
    """Neither as an answer nor as a file: at most the limit is ever unpacked, however often it is packed."""
    monkeypatch.setattr("gateway.http.transport.MOST_ANSWER", LIMIT)
    body = b"0" * 50_000_000
    for _ in range(layers):
        body = gzip.compress(body, 1)
    packing = ", ".join(["gzip"] * layers)
    async with a_server(body, [], f"Content-Encoding: {packing}") as transport:
        tracemalloc.start()
        try:
            with pytest.raises(Transient):
                await transport.send(READ, "acme")
            with pytest.raises((Transient, TooLarge)):
                await transport.download(READ, "acme", tmp_path / "x", LIMIT)
            assert tracemalloc.get_traced_memory()[1] < 5 * LIMIT
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize(
    ("body", "packing"),
    [
        (gzip.compress(b"{}" * 1000)[:-9], "gzip"),
        (gzip.compress(b"{}") + b"junk", "gzip"),
        (b"{}", "gzip"),
        (zlib.compress(b"{}"), "deflate"),
        (b"{}", "br"),
    ],
    ids=["cut off", "junk behind it", "not packed", "deflate", "brotli"],
)
async def test_decision_7_damaged_packing_is_no_answer(tmp_path: Path, body: bytes, packing: str) -> None:
    """A file that was cut off would otherwise be taken for a whole one."""
    async with a_server(body, [], f"Content-Encoding: {packing}") as transport:
        with pytest.raises(Transient):
            await transport.send(READ, "acme")
        with pytest.raises(Transient):
            await transport.download(READ, "acme", tmp_path / "x", LIMIT)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_S1_no_redirect_gets_the_token(tmp_path: Path, status: int) -> None:
    """Neither a call nor a download follows, to whatever host: the redirect is the answer."""
    elsewhere: list[bytes] = []
    async with a_server(b"{}", elsewhere) as other:
        location = f"Location: {other._base}/invoices/1"
        async with a_server(b"", [], location, status=status) as transport:
            assert (await transport.send(READ, "acme")).status == status
            assert (await transport.download(READ, "acme", tmp_path / "x", LIMIT)).status == status
    assert elsewhere == []
