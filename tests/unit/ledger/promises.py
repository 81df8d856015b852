"""What a home promises, whatever its log is (decisions 5, 7-12): kept by the one in memory and by the one on Kafka.

A ring that runs HomePromises has two fixtures: `take` takes homes of one ledger, `broker` reads what its broker has.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from gateway.ledger import (
    Covered,
    Fenced,
    Home,
    HomeLost,
    IntentOpen,
    LeaseExpired,
    Publish,
    RecordTooLarge,
    Write,
    WrongPartition,
    partition_of,
    seconds_until_known,
    set_horizons,
    wait_out_quarantine,
)

Take = Callable[..., Awaitable[Home]]

#: Organisations that live in partitions 0 and 2 of 4.
ORG, ORG_2 = (
    next(name for name in (f"org-{n}" for n in range(99)) if partition_of(name, 4) == home) for home in (0, 2)
)
ACME = {"acme-fi": Covered(ORG, active=True)}
DAY = timedelta(days=1)


class FakeClock:
    """Seconds that pass when a test says so."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Broker(Protocol):
    """The broker of a ledger, as a reader of committed records sees it."""

    #: A topic beside the ledger.
    topic: str

    def time(self) -> float:
        """Seconds since 1970 by its clock."""

    async def published(self, number: int) -> list[Publish]:
        """The records in a partition of that topic."""


def write(key: str, value: bytes | None = b"v") -> Write:
    return Write(key, value, ORG)


class HomePromises:
    """Decisions 7 and 8 are tested further in test_home.py, where a commit can be slow."""

    async def test_decision_10_next_owner_reads_what_was_committed(self, take: Take) -> None:
        """And has a greater epoch: whatever it numbers is later."""
        one = await take()
        await one.commit(writes=[write("a", b"1"), write("b", b"2")])
        await one.commit(writes=[write("b", None)])
        two = await take()
        assert dict(two.items()) == {"a": b"1"}
        assert two.epoch > one.epoch
        assert two.next_sequence() > one.next_sequence()

    async def test_decision_5_epoch_grows_over_lost_ledgers(self, take: Take) -> None:
        """A topic that was lost, or restored from an older day, has no number to go on from: the broker's clock has."""
        before = [await take(0), await take(0)]
        assert (await take(1)).epoch > before[1].epoch > before[0].epoch

    async def test_decision_5_sequences_grow(self, take: Take) -> None:
        home = await take()
        first, second = home.next_sequence(), home.next_sequence()
        assert first < second and first[0] == home.epoch

    async def test_Q1_fenced_owner_commits_nothing(self, take: Take) -> None:
        """It opens and renews nothing either."""
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

    async def test_decision_8_expired_lease_starts_nothing(self, take: Take) -> None:
        """Of an intent and of a reading alike; the first can be renewed."""
        clock = FakeClock()
        home = await take(clock=clock)
        lease, reading = await home.open_intent("k", b"n", ORG), home.read_lease("k")
        for each in (lease, reading):
            each.check()
        clock.now += home.config.lease
        for each in (lease, reading):
            with pytest.raises(LeaseExpired):
                each.check()
        await home.renew(lease)
        lease.check()

    async def test_decision_8_home_won_back_revives_no_lease(self, take: Take) -> None:
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

    async def test_decision_9_open_intent_expires_by_readers_clock(self, take: Take) -> None:
        """In full, by whoever finds it; an attempt that ends in doubt counts from its end."""
        first = await take()
        await first.open_intent("k", b"note", ORG)
        clock = FakeClock()
        home = await take(clock=clock)
        found = home.intent("k")
        assert found is not None
        assert (found.payload, found.rounds) == (b"note", 1)
        assert home.seconds_until_expired("k") == pytest.approx(home.config.quarantine)
        clock.now += home.config.quarantine - 0.1
        with pytest.raises(IntentOpen):
            await home.open_intent("k", b"", ORG, reopen=True)
        home.left_unknown("k")
        clock.now += home.config.quarantine - 0.1
        assert home.seconds_until_expired("k") > 0
        clock.now += 0.2
        await home.open_intent("k", b"", ORG, reopen=True)
        again = home.intent("k")
        assert again is not None
        assert again.rounds == 2

    async def test_decision_7_two_who_want_an_intent_get_one_lease(self, take: Take) -> None:
        home = await take()
        ends = await asyncio.gather(*(home.open_intent("k", b"", ORG) for _ in range(2)), return_exceptions=True)
        assert sum(isinstance(end, IntentOpen) for end in ends) == 1

    async def test_decision_7_not_executed_restores_the_intent(self, take: Take) -> None:
        """Closed; or open with its note and rounds, and expired; an answer before it is not forgotten."""
        clock = FakeClock()
        home = await take(clock=clock)
        await home.withdraw(await home.open_intent("k", b"first", ORG))
        assert home.intent("k") is None
        await home.open_intent("k", b"first", ORG)
        clock.now += home.config.quarantine + 0.1
        await home.withdraw(await home.open_intent("k", b"second", ORG, reopen=True))
        assert home.seconds_until_expired("k") == 0
        known = await take()
        found = [intent for intent in (home.intent("k"), known.intent("k")) if intent is not None]
        assert [(intent.payload, intent.rounds) for intent in found] == [(b"first", 1)] * 2
        assert known.seconds_until_expired("k") > 0

    async def test_decision_7_answer_stays_after_a_later_refusal(self, take: Take) -> None:
        home = await take()
        lease = await home.open_intent("k", b"n", ORG)
        home.answered(lease)
        await home.withdraw(lease)
        assert home.intent("k") is not None and home.seconds_until_expired("k") == 0
        await home.commit(settles=["k"])
        await home.withdraw(lease)
        assert home.intent("k") is None

    async def test_decision_7_settling_closes_the_intent(self, take: Take) -> None:
        """In the same transaction."""
        home = await take()
        await home.open_intent("k", b"n", ORG)
        before = home.transactions
        await home.commit(writes=[write("k", b"settled")], settles=["k"])
        assert home.transactions == before + 1
        after = await take()
        assert after.get("k") == b"settled"
        assert list(after.intents()) == []

    async def test_decision_10_memory_shows_what_has_committed(self, take: Take) -> None:
        """Never what is on its way; and it knows which commit wrote a key."""
        home = await take()
        commit = asyncio.create_task(home.commit(writes=[write("a/1"), write("b/1")]))
        await asyncio.sleep(0)
        assert (home.get("a/1"), home.commit_of("a/1")) == (None, 0)
        await commit
        await home.commit(writes=[write("b/1", None)])
        assert (dict(home.items("a/")), dict(home.items("b/"))) == ({"a/1": b"v"}, {})
        assert 0 < home.commit_of("a/1") < home.commit_of("b/1") == home.commits

    async def test_decision_10_what_is_in_flight_shares_transactions(self, take: Take) -> None:
        home = await take()
        before = home.transactions
        await asyncio.gather(*(home.commit(writes=[write(f"k{n}")]) for n in range(100)))
        assert home.transactions - before <= 3
        assert len(dict(home.items("k"))) == 100

    async def test_decision_10_too_large_a_record_fails_alone(self, take: Take) -> None:
        home = await take()
        large = home.commit(writes=[write("large", b"x" * 2_000_000)])
        small = home.commit(writes=[write("small")])
        results = await asyncio.gather(large, small, return_exceptions=True)
        assert isinstance(results[0], RecordTooLarge)
        assert results[1] is None
        assert home.lost is None
        assert home.get("large") is None

    async def test_decision_10_cancelled_caller_breaks_no_commit(self, take: Take) -> None:
        """Its own happens, and that of whoever shares the transaction is answered."""
        home = await take()
        caller, other = (asyncio.create_task(home.commit(writes=[write(key)])) for key in "ab")
        await asyncio.sleep(0)
        caller.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await caller
        await asyncio.wait_for(other, 5)
        await home.commit(writes=[write("c")])
        assert dict(home.items()) == dict.fromkeys("abc", b"v")
        assert home.lost is None

    async def test_Q6_closed_home_commits_nothing(self, take: Take) -> None:
        """And every caller that waits for a commit has an answer."""
        home = await take()
        pending = [asyncio.create_task(home.commit(writes=[write(f"k{n}")])) for n in range(20)]
        await asyncio.sleep(0)
        await home.close(0.0)
        await asyncio.wait_for(asyncio.gather(*pending, return_exceptions=True), 5)
        with pytest.raises(HomeLost):
            await home.commit(writes=[write("late")])
        assert (await take()).get("late") is None

    async def test_Q6_closing_home_ends_what_it_began(self, take: Take) -> None:
        """And takes nothing more."""
        home = await take()
        pending = asyncio.create_task(home.commit(writes=[write("k")]))
        await asyncio.sleep(0)
        closing = asyncio.create_task(home.close(5.0))
        await asyncio.sleep(0)
        with pytest.raises(HomeLost):
            await home.commit(writes=[write("late")])
        await asyncio.gather(pending, closing)
        assert dict((await take()).items()) == {"k": b"v"}

    async def test_decision_10_events_go_to_the_homes_partition(self, take: Take, broker: Broker) -> None:
        home = await take(2)
        event = Publish(broker.topic, b"k", b"payload", (("h", b"1"),))
        await home.commit(writes=[Write("k", b"v", ORG_2)], publish=[event])
        assert await broker.published(2) == [event]

    async def test_decision_11_time_is_the_brokers(self, take: Take, broker: Broker) -> None:
        """As the barrier had it, carried on by a steady clock: no wall clock is asked."""
        clock = FakeClock()
        home = await take(clock=clock)
        assert home.broker_time() == pytest.approx(broker.time(), abs=5)
        before = home.broker_time()
        clock.now += 100
        assert home.broker_time() == pytest.approx(before + 100)
        assert home.held_for == pytest.approx(100)

    async def test_decision_12_stray_record_stops_the_owner(self, take: Take) -> None:
        home = await take(1)
        await home.commit(writes=[write("stray")])
        with pytest.raises(WrongPartition, match="restore the topic"):
            await take(1)

    async def test_decision_12_home_is_taken_at_the_brokers_time(self, take: Take, broker: Broker) -> None:
        before = datetime.fromtimestamp(broker.time(), UTC) - timedelta(milliseconds=1)
        home = await take()
        assert before <= home.taken.at <= datetime.fromtimestamp(broker.time(), UTC)
        assert (home.taken.silence, home.taken.start) == (timedelta(0), 0)

    async def test_decision_12_taking_a_home_ends_no_silence(self, take: Take, broker: Broker) -> None:
        """A worker that died before it set the horizons would have hidden the absence from the next."""
        first = await take()
        await first.commit(writes=[write("acme-fi/sales-invoice/1")])
        committed = broker.time()
        await (await take()).open_intent("k", b"", ORG)
        taken = (await take()).taken
        assert taken.silence.total_seconds() >= taken.at.timestamp() - committed - 0.002

    async def test_Q1_new_horizon_expires_under_one_owner(self, take: Take) -> None:
        clock = FakeClock()
        first = await take(clock=clock)
        horizon = (await set_horizons(first, ACME, DAY))["acme-fi"]
        clock.now += first.config.quarantine - 0.1
        second = await take(clock=clock)
        assert await set_horizons(second, ACME, DAY) == {"acme-fi": horizon}
        assert seconds_until_known(second, "acme-fi") == second.config.quarantine
        clock.now += second.config.quarantine
        await wait_out_quarantine(second, "acme-fi")
        third = await take(clock=clock)
        await set_horizons(third, ACME, DAY)
        assert seconds_until_known(third, "acme-fi") == 0.0
