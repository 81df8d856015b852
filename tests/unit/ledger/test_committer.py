"""Decision 10 without a broker: whatever goes wrong in a transaction, every caller hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError, ProducerFenced

from gateway.ledger import CommitUnknown, Fenced, HomeLost, IntentOpen, RecordTooLarge, Write
from gateway.ledger import committer as committers
from gateway.ledger.committer import Committer, Line
from tests.unit.ledger.fake_kafka import FakeProducer, a_home, readers_of


@pytest.fixture
def producer() -> FakeProducer:
    return FakeProducer()


@pytest.fixture
async def committer(producer: FakeProducer) -> AsyncIterator[Committer]:
    made = Committer(cast(AIOKafkaProducer, producer), "nowhere:9092", 0, 1_000_000, readers_of(producer))
    yield made
    await made.close(0.1)


def line(key: str) -> list[Line]:
    return [Line("ledger", key.encode(), b"v")]


async def test_unexpected_fault_loses_the_home_and_hangs_nobody(committer: Committer, producer: FakeProducer) -> None:
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


async def test_decision_10_commit_that_no_reader_sees_is_unknown(
    committer: Committer, producer: FakeProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The coordinator acknowledged it and died before its markers: a call under that intent would be forgotten."""
    applied: list[str] = []
    producer.stable = 0
    commit = asyncio.create_task(committer.commit(line("k"), lambda: applied.append("k")))
    await asyncio.sleep(0.05)
    assert (commit.done(), applied) == (False, [])
    producer.stable = 1
    await asyncio.wait_for(commit, 3)
    assert applied == ["k"]
    monkeypatch.setattr(committers, "CLOSED_WITHIN", 0.05)
    with pytest.raises(CommitUnknown):
        await asyncio.wait_for(committer.commit(line("l"), lambda: applied.append("l")), 3)
    assert applied == ["k"]


async def test_Q1_a_fenced_owner_knows_that_another_has_its_home(committer: Committer, producer: FakeProducer) -> None:
    """To take it again would fence the rightful owner: that is for a commit of unknown end only."""
    producer.raises[b"k"] = ProducerFenced()
    with pytest.raises(Fenced):
        await asyncio.wait_for(committer.commit(line("k"), lambda: None), 3)
    assert isinstance(committer.lost, Fenced)


async def test_decision_7_two_who_want_an_intent_get_one_lease(producer: FakeProducer) -> None:
    home = a_home(producer, lambda: 0.0)
    ends = await asyncio.gather(*(home.open_intent("k", b"", "nordic") for _ in range(2)), return_exceptions=True)
    assert sum(isinstance(one, IntentOpen) for one in ends) == 1
    await home.commit(writes=[Write("k", b"v", "nordic")], settles=["k"])
    await home.open_intent("k", b"", "nordic")
    await home.close(0.1)
