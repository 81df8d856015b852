"""Decisions 7-10 and 22 on real Kafka: who owns a home, what is committed, and what a lease allows."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import time

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from gateway.ledger import (
    Fenced,
    Home,
    HomeConfig,
    HomeLost,
    IntentOpen,
    LeaseExpired,
    PartitionsChanged,
    Publish,
    RecordTooLarge,
    Write,
    WrongPartition,
    partition_of,
    reading,
)
from gateway.sandbox.broker.kafka import KafkaBroker
from tests.contract.ledger.conftest import FakeClock, Take

#: An organisation that lives in partition 0 of 4.
ORG = next(name for name in (f"org-{n}" for n in range(99)) if partition_of(name, 4) == 0)


def write(key: str, value: bytes | None = b"v") -> Write:
    return Write(key, value, ORG)


async def test_what_was_committed_is_there_for_the_next_owner_with_a_greater_epoch(take: Take) -> None:
    one = await take()
    await one.commit(writes=[write("a", b"1"), write("b", b"2")])
    await one.commit(writes=[write("b", None)])
    two = await take()
    assert dict(two.items()) == {"a": b"1"}
    assert two.epoch > one.epoch
    assert two.next_sequence() > one.next_sequence()


async def test_decision_5_the_epoch_of_a_ledger_that_begins_anew_is_greater_than_all_before(take: Take) -> None:
    """A topic that was lost, or restored from an older day, has no number to go on from: the broker's clock has."""
    before = [await take(0), await take(0)]
    assert (await take(1)).epoch > before[1].epoch > before[0].epoch


async def test_Q1_a_fenced_owner_cannot_commit_open_or_renew(take: Take) -> None:
    old = await take()
    lease = await old.open_intent("k", b"n", ORG)
    new = await take()
    for action in (old.commit(writes=[write("x")]), old.renew(lease), old.open_intent("y", b"", ORG)):
        with pytest.raises(HomeLost):
            await action
    assert isinstance(old.lost, Fenced)
    with pytest.raises(HomeLost):
        lease.check()
    assert old.get("x") is None
    assert new.intent("k") is not None


async def test_decision_8_an_effect_whose_lease_ran_out_is_not_started(take: Take) -> None:
    clock = FakeClock()
    home = await take(clock=clock)
    lease = await home.open_intent("k", b"n", ORG)
    lease.check()
    clock.now += home.config.lease
    with pytest.raises(LeaseExpired):
        lease.check()
    await home.renew(lease)
    lease.check()


async def test_decision_8_a_home_lost_and_won_back_does_not_revive_an_old_lease(take: Take) -> None:
    clock = FakeClock()
    lost = await take(clock=clock)
    lease = await lost.open_intent("k", b"n", ORG)
    await take(clock=clock)
    back = await take(clock=clock)
    clock.now += back.config.lease
    with pytest.raises((LeaseExpired, HomeLost)):
        lease.check()
    with pytest.raises(IntentOpen):
        await back.open_intent("k", b"n", ORG, reopen=True)


async def test_decision_9_an_open_intent_is_counted_out_in_full_by_the_readers_clock(take: Take) -> None:
    first = await take()
    await first.open_intent("k", b"note", ORG)
    clock = FakeClock()
    home = await take(clock=clock)
    found = home.intent("k")
    assert found is not None
    assert (found.payload, found.rounds) == (b"note", 1)
    assert home.seconds_until_expired("k") == pytest.approx(2.0)
    clock.now += 1.9
    with pytest.raises(IntentOpen):
        await home.open_intent("k", b"", ORG, reopen=True)
    home.left_unknown("k")
    clock.now += 1.9
    assert home.seconds_until_expired("k") > 0
    clock.now += 0.2
    await home.open_intent("k", b"", ORG, reopen=True)
    again = home.intent("k")
    assert again is not None
    assert again.rounds == 2


async def test_decision_7_what_was_not_executed_leaves_the_intent_as_it_was_before(take: Take) -> None:
    """Closed; or open with its note and rounds, and counted out; an answer before it is not forgotten."""
    clock = FakeClock()
    home = await take(clock=clock)
    await home.withdraw(await home.open_intent("k", b"first", ORG))
    assert home.intent("k") is None
    await home.open_intent("k", b"first", ORG)
    clock.now += 2.1
    await home.withdraw(await home.open_intent("k", b"second", ORG, reopen=True))
    assert home.seconds_until_expired("k") == 0
    known = await take()
    assert [(one.payload, one.rounds) for one in (home.intent("k"), known.intent("k")) if one] == [(b"first", 1)] * 2
    assert known.seconds_until_expired("k") > 0


async def test_decision_7_what_was_answered_stays_noted_when_a_later_effect_was_not_executed(take: Take) -> None:
    home = await take()
    lease = await home.open_intent("k", b"n", ORG)
    home.answered(lease)
    await home.withdraw(lease)
    assert home.intent("k") is not None and home.seconds_until_expired("k") == 0
    await home.commit(settles=["k"])
    await home.withdraw(lease)
    assert home.intent("k") is None


async def test_decision_7_settling_closes_the_intent_in_the_same_transaction(take: Take) -> None:
    home = await take()
    await home.open_intent("k", b"n", ORG)
    before = home.transactions
    await home.commit(writes=[write("k", b"settled")], settles=["k"])
    assert home.transactions == before + 1
    after = await take()
    assert after.get("k") == b"settled"
    assert list(after.intents()) == []


async def test_decision_10_what_is_in_flight_together_shares_transactions(take: Take) -> None:
    home = await take()
    before = home.transactions
    await asyncio.gather(*(home.commit(writes=[write(f"k{n}")]) for n in range(100)))
    assert home.transactions - before <= 3
    assert len(dict(home.items("k"))) == 100


async def test_decision_10_a_record_that_is_too_large_fails_alone(take: Take) -> None:
    home = await take()
    large = home.commit(writes=[write("large", b"x" * 2_000_000)])
    small = home.commit(writes=[write("small")])
    results = await asyncio.gather(large, small, return_exceptions=True)
    assert isinstance(results[0], RecordTooLarge)
    assert results[1] is None
    assert home.lost is None
    assert home.get("large") is None


async def test_a_cancelled_caller_breaks_no_transaction(take: Take) -> None:
    home = await take()
    caller = asyncio.create_task(home.commit(writes=[write("a")]))
    await asyncio.sleep(0)
    caller.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await caller
    await home.commit(writes=[write("b")])
    assert home.get("a") == b"v"
    assert home.lost is None


async def test_Q6_a_close_never_leaves_a_transaction_open(take: Take, config: HomeConfig) -> None:
    home = await take()
    pending = [asyncio.create_task(home.commit(writes=[write(f"k{n}")])) for n in range(20)]
    await asyncio.sleep(0)
    await home.close(0.0)
    await asyncio.gather(*pending, return_exceptions=True)
    with pytest.raises(HomeLost):
        await home.commit(writes=[write("late")])
    async with AIOKafkaConsumer(bootstrap_servers=config.bootstrap, isolation_level="read_committed") as reader:
        partition = TopicPartition(config.ledger_topic, 0)
        reader.assign([partition])
        end = (await reader.end_offsets([partition]))[partition]
        async with AIOKafkaProducer(bootstrap_servers=config.bootstrap) as producer:
            after = await producer.send_and_wait(config.ledger_topic, b"{}", key=b"~other", partition=0)
        await reader.seek_to_end(partition)
        reader.seek(partition, end)
        record = await asyncio.wait_for(reader.getone(partition), 5)
        assert record.offset == after.offset


async def test_events_go_out_with_the_ledger_to_the_partition_of_the_home(take: Take, config: HomeConfig) -> None:
    home = await take(2)
    organisation = next(name for name in (f"org-{n}" for n in range(99)) if partition_of(name, 4) == 2)
    event = Publish(config.ledger_topic, b"~event", b"payload", (("h", b"1"),))
    await home.commit(writes=[Write("k", b"v", organisation)], publish=[event])
    async with AIOKafkaConsumer(bootstrap_servers=config.bootstrap, isolation_level="read_committed") as reader:
        partition = TopicPartition(config.ledger_topic, 2)
        reader.assign([partition])
        await reader.seek_to_beginning(partition)
        while (record := await asyncio.wait_for(reader.getone(), 5)).key != b"~event":
            pass
    assert (record.value, record.headers) == (b"payload", (("h", b"1"),))


async def test_decision_11_a_home_knows_the_brokers_time_without_a_wall_clock(take: Take) -> None:
    clock = FakeClock()
    home = await take(clock=clock)
    assert home.broker_time() == pytest.approx(time.time(), abs=5)
    before = home.broker_time()
    clock.now += 100
    assert home.broker_time() == pytest.approx(before + 100)


async def test_decision_12_a_record_in_the_wrong_partition_stops_with_a_message(take: Take) -> None:
    home = await take(1)
    await home.commit(writes=[write("stray")])
    with pytest.raises(WrongPartition, match="restore the topic"):
        await take(1)


async def test_decision_12_a_changed_partition_count_stops_with_a_message(take: Take, config: HomeConfig) -> None:
    await take()
    with pytest.raises(PartitionsChanged, match="has 4 partitions, the settings say 3"):
        await Home.take(0, dataclasses.replace(config, partitions=3))


async def test_decision_10_the_barrier_shows_an_acknowledged_intent_after_the_broker_was_killed(
    take: Take, kafka: KafkaBroker
) -> None:
    """Repeated: the coordinator leaves a marker unwritten only now and then."""
    for round_ in range(3):
        home = await take(0)
        acknowledged: list[str] = []

        async def work(home: Home, acknowledged: list[str], round_: int) -> None:
            for n in range(1000):
                key = f"r{round_}-{n}"
                await home.open_intent(key, b"", ORG)
                acknowledged.append(key)

        worker = asyncio.create_task(work(home, acknowledged, round_))
        deadline = time.monotonic() + 20
        while len(acknowledged) < 20 and time.monotonic() < deadline:  # noqa: ASYNC110 - a condition of another task
            await asyncio.sleep(0.01)
        await asyncio.to_thread(kafka.kill)
        await asyncio.to_thread(kafka.restart)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        after = await take(0)
        missing = [key for key in acknowledged if after.intent(key) is None]
        assert len(acknowledged) >= 20
        assert missing == []


async def test_B7_a_ledger_of_100_000_records_is_read_whole_and_the_loop_has_turns(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Heartbeats and events of other homes go on meanwhile."""
    home, read, most = await take(), 0, 0
    original = reading._Reader.take

    def counted(self: reading._Reader, record: ConsumerRecord) -> None:
        nonlocal read
        read += 1
        original(self, record)

    async def others() -> None:
        nonlocal most
        while True:
            before = read
            await asyncio.sleep(0)
            most = max(most, read - before)

    value = b"x" * 300
    for part in range(20):
        await home.commit(writes=[write(f"acme/sales-invoice/{part:02}{n:04}", value) for n in range(5000)])
    monkeypatch.setattr(reading._Reader, "take", counted)
    watch = asyncio.create_task(others())
    again = await take()
    watch.cancel()
    assert sum(1 for _ in again.items("acme/")) == 100_000
    assert 0 < most <= reading.TURN
