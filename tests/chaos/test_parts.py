"""What chaos is made of does what it says: else a run strikes nothing, and finds nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

from gateway.sandbox.server.faults import parse
from tests.chaos.acts import ACTS
from tests.chaos.collect import unknown
from tests.chaos.evidence import Json
from tests.chaos.links import Links
from tests.chaos.plan import ACTIONS, acts, api_faults
from tests.chaos.world import FIRMS

OWNERS = {"severa": sorted({one.organisation for one in FIRMS}), "procountor": [one.id for one in FIRMS]}


async def test_Q1_link_carries_until_cut_and_after_repair() -> None:
    """What is open is cut off, what comes is refused."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(100):
            writer.write(some.upper())
            await writer.drain()

    async def said(word: bytes) -> bytes:
        try:
            writer.write(word)
            return await reader.read(100)
        except ConnectionError:
            return b""

    server, links = await asyncio.start_server(echo, "127.0.0.1", 0), Links()
    link = await asyncio.to_thread(links.link, server.sockets[0].getsockname()[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    assert await said(b"one") == b"ONE"
    link.cut()
    assert await said(b"two") == b""
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    assert await said(b"two") == b""
    link.mend()
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    assert await said(b"three") == b"THREE"
    await asyncio.to_thread(links.close)
    server.close()


def test_Q1_clock_jumps_at_a_signal_and_durations_go_on() -> None:
    """As the gateway's modules see it, in a process of its own."""
    program = """
import os, signal, time
from datetime import UTC, datetime
import gateway.polling.change_feed as feed
from tests.chaos import clock
clock.jump_at(signal.SIGUSR1, 86400.0)
def shown():
    now = datetime.now(UTC)
    return round((feed.datetime.now(UTC) - now).total_seconds()), round(time.time() - now.timestamp())
before = time.monotonic()
for _ in range(3):
    print(*shown())
    os.kill(os.getpid(), signal.SIGUSR1)
read = feed.datetime.fromisoformat("2026-11-27"), feed.datetime.fromtimestamp(0, UTC), feed.datetime(1, 1, 1)
plain = {type(one) for one in read} == {datetime}
print(isinstance(datetime.now(UTC), feed.datetime), plain, time.monotonic() - before < 60)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=os.getcwd())
    assert ran.stdout.split("\n")[:-1] == ["0 0", "86400 86400", "0 0", "True True True"]


def event(counter: int) -> Json:
    """A change event, or the ledger's record of its revision."""
    key = {"company": "acme-fi", "kind": "sales-invoice", "id": "8f0e"}
    return {"key": key, "revision": {"number": 1, "sequence": {"epoch": 1, "counter": counter}}}


def test_Q1_only_a_documents_newest_event_can_be_passed() -> None:
    """Its older event was superseded, and the newest is to be read: that will say what became of the document."""
    key = "acme-fi/sales-invoice/8f0e"
    assert unknown([(event(1), True), (event(2), False)], {}, []) == []
    assert unknown([(event(1), True)], {}, []) == unknown([(event(1), False), (event(2), True)], {}, []) == [f"{key}#1"]
    for ledger, waiting in (({key: event(2)}, []), ({f"~intent/{key}": {}}, []), ({}, [key])):
        assert unknown([(event(2), True)], ledger, waiting) == []


def test_Q1_same_seed_gives_the_same_plan() -> None:
    """A kind or an operation that isn't there would be refused by the sandbox."""
    assert acts(7, 300, 6) == acts(7, 300, 6) != acts(8, 300, 6)
    assert {one.what for one in acts(7, 0, 6)} == set(ACTIONS) == set(ACTS)
    for seed in range(30):
        assert len(parse(api_faults(seed), OWNERS)) == len(api_faults(seed))
