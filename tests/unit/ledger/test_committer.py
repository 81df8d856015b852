"""Decision 10 without a broker: whatever goes wrong in a transaction, every caller hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from gateway.ledger import CommitUnknown, Home, HomeLost, HomeTerms, IntentOpen, RecordTooLarge, Write
from gateway.ledger.committer import Committer, Line


class FakeProducer:
    """Transactions that always end; `send` raises what it was told for a key."""

    def __init__(self) -> None:
        self.raises: dict[bytes, Exception] = {}
        self.committed: list[bytes] = []
        self._sent: list[bytes] = []

    async def begin_transaction(self) -> None:
        self._sent = []

    async def send(self, topic: str, value: bytes | None, *, key: bytes, **_: Any) -> asyncio.Future[None]:
        if key in self.raises:
            raise self.raises[key]
        self._sent.append(key)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    async def abort_transaction(self) -> None:
        self._sent = []

    async def commit_transaction(self) -> None:
        await asyncio.sleep(0)
        self.committed += self._sent

    async def stop(self) -> None:
        pass


@pytest.fixture
def producer(monkeypatch: pytest.MonkeyPatch) -> FakeProducer:
    async def visible(self: Committer, records: object) -> None: ...

    monkeypatch.setattr(Committer, "_until_closed", visible)
    return FakeProducer()


@pytest.fixture
async def committer(producer: FakeProducer) -> AsyncIterator[Committer]:
    made = Committer(cast(AIOKafkaProducer, producer), "nowhere:9092", 0, 1_000_000)
    yield made
    await made.close(0.1)


def line(key: str) -> list[Line]:
    return [Line("ledger", key.encode(), b"v")]


async def test_a_fault_that_nobody_expected_loses_the_home_and_hangs_nobody(
    committer: Committer, producer: FakeProducer
) -> None:
    producer.raises[b"odd"] = ValueError("not one of Kafka's own errors")
    for key in ("odd", "next"):
        with pytest.raises(HomeLost):
            await asyncio.wait_for(committer.commit(line(key), lambda: None), 3)
    assert isinstance(committer.lost, CommitUnknown)


async def test_a_memory_that_can_not_follow_its_commit_loses_the_home(committer: Committer) -> None:
    def apply() -> None:
        raise KeyError("k")

    with pytest.raises(CommitUnknown):
        await asyncio.wait_for(committer.commit(line("k"), apply), 3)


async def test_decision_10_each_caller_hears_of_its_own_record(committer: Committer, producer: FakeProducer) -> None:
    producer.raises[b"large"] = MessageSizeTooLargeError("as the broker counts")
    applied: list[str] = []

    async def commit(key: str) -> None:
        await committer.commit(line(key), lambda: applied.append(key))

    ends = await asyncio.gather(*map(commit, ("a", "large", "b")), return_exceptions=True)
    assert [type(one) for one in ends] == [type(None), RecordTooLarge, type(None)]
    assert applied == ["a", "b"]
    assert producer.committed == [b"a", b"b"]


async def test_decision_7_two_who_want_the_same_intent_at_once_get_one_lease(producer: FakeProducer) -> None:
    terms = HomeTerms("nowhere:9092", "ledger", "prefix")
    home = Home(0, terms, lambda: 0.0, cast(AIOKafkaProducer, producer), {})
    ends = await asyncio.gather(*(home.open_intent("k", b"", "nordic") for _ in range(2)), return_exceptions=True)
    assert sum(isinstance(one, IntentOpen) for one in ends) == 1
    await home.commit(writes=[Write("k", b"v", "nordic")], settles=["k"])
    await home.open_intent("k", b"", "nordic")
    await home.close(0.1)
