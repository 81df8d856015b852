"""What a home keeps of what it wrote: as many bytes as the value has, and no hole of the heap beside it."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from gateway.ledger import Home, Write
from gateway.ledger import home as homes
from tests.unit.ledger.fake_kafka import FakeProducer, a_home
from tests.unit.ledger.test_committer import producer as producer

COUNT = 15_000


async def test_Q1_a_home_grows_by_the_size_of_its_values(producer: FakeProducer) -> None:
    """orjson cuts its bytes out of a buffer of 8 KB: kept as they are, the rest of each buffer stays unused."""
    home = a_home(producer, lambda: 0.0)
    try:
        for number in range(100):
            await write(home, number)
        before = resident()
        for number in range(100, COUNT):
            await write(home, number)
        assert (resident() - before) / COUNT < 3000
    finally:
        await home.close(0.1)


async def write(home: Home, number: int) -> None:
    await home.commit(writes=[Write(f"acme/{number}", orjson.dumps({"text": "x" * 600, "n": number}), "nordic")])


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


async def test_B7_commits_of_the_last_keys_alone_are_remembered(
    producer: FakeProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homes, "REMEMBERED", 100)
    home = a_home(producer, lambda: 0.0)
    try:
        for number in range(1000):
            await write(home, number)
            for last in range(max(0, number - 99), number + 1):
                assert home.commit_of(f"acme/{last}") == last + 1
        assert len(home._commit_of) + len(home._commit_of_older) <= 200
        assert home.commit_of("acme/0") == 0
    finally:
        await home.close(0.1)
