"""Files by the transport: read and sent in pieces, under the same lease, deadline and table as any call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from gateway.errors import InDoubt, Transient
from gateway.http import HttpTransport, RateBudget, Request, TooLarge, Upload
from gateway.ledger import Lease, LeaseExpired

READ = Request("read PDF", "GET", "/pdf")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
LEASE = Lease("k", 10, lambda: 9.0, lambda: None)


@asynccontextmanager
async def a_server(*pieces: bytes, pause: float = 0.0, got: list[bytes] | None = None) -> AsyncIterator[HttpTransport]:
    """A bare socket that answers in pieces, then closes; `got` is what arrives until the end of a multipart body."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if got is None:
            await reader.read(4096)
        else:
            with suppress(asyncio.IncompleteReadError):  # nothing came at all
                got.append(await reader.readuntil(b"--\r\n"))
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=10**6)
    port = server.sockets[0].getsockname()[1]
    transport = HttpTransport("Severa", f"http://127.0.0.1:{port}", RateBudget(100), call_timeout=0.4)
    yield transport
    await transport.close()
    server.close()


async def test_a_download_takes_its_time_as_long_as_pieces_come(tmp_path: Path) -> None:
    async with a_server(HEAD % 12, b"aaa", b"bbb", b"ccc", b"ddd", pause=0.15) as transport:
        answer = await transport.download(READ, "acme", tmp_path / "x", 100)
    assert (answer.status, answer.body, (tmp_path / "x").read_bytes()) == (200, b"", b"aaabbbcccddd")


@pytest.mark.parametrize(("pieces", "pause"), [((HEAD % 12, b"aaa"), 0.0), ((HEAD % 12, b"aaa"), 2.0), ((), 0.0)])
async def test_a_download_without_its_end_comes_again(tmp_path: Path, pieces: tuple[bytes, ...], pause: float) -> None:
    """Truncation in the middle, silent in the middle, cut before."""
    async with a_server(*pieces, pause=pause) as transport:
        with pytest.raises(Transient):
            await transport.download(READ, "acme", tmp_path / "x", 100)


async def test_X7_a_download_ends_where_it_is_too_large(tmp_path: Path) -> None:
    async with a_server(HEAD % 1_000_000, b"a" * 200) as transport:
        with pytest.raises(TooLarge) as caught:
            await transport.download(READ, "acme", tmp_path / "x", 100)
    assert caught.value.size == 1_000_000
    assert (tmp_path / "x").stat().st_size <= 100


async def test_an_answer_that_is_no_file_comes_back_whole(tmp_path: Path) -> None:
    async with a_server(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone") as transport:
        answer = await transport.download(READ, "acme", tmp_path / "x", 100)
    assert (answer.status, answer.body) == (404, b"gone")
    assert not (tmp_path / "x").exists()


async def test_X9_upload_needs_a_lease_and_may_be_in_doubt(tmp_path: Path) -> None:
    path, got = tmp_path / "x", list[bytes]()
    path.write_bytes(b"0123456789" * 20_000)
    upload = Upload({"name": "ä.pdf", "referenceId": 7}, path, "a.pdf", "application/pdf")
    send = Request("upload attachment", "POST", "/attachments", upload=upload, once=True)
    async with a_server(HEAD % 2, b"{}", got=got) as transport:
        with pytest.raises(LeaseExpired):
            await transport.send(send, "acme", Lease("k", 8, lambda: 9.0, lambda: None))
        assert got == []
        assert (await transport.send(send, "acme", LEASE)).json() == {}
    head, _, body = got[0].partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode().lower() in head.lower()
    assert b'name="meta"\r\nContent-Type: application/json\r\n\r\n{"name": "\xc3\xa4.pdf", "referenceId": 7}' in body
    assert b'name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n0123456789' in body
    async with a_server(got=got) as transport:
        with pytest.raises(InDoubt):
            await transport.send(send, "acme", LEASE)
