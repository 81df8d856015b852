"""What a home allows, without a broker (decisions 7-9); the rest of it is tests/contract/ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gateway.ledger import CommitUnknown, Home, HomeLost, Intent, IntentOpen, LeaseExpired, Write
from gateway.ledger.records import INTENT
from tests.unit.ledger.fake_kafka import PROFILE, FakeProducer, a_home

OPEN = Intent("k", b"note", "nordic", 1, 2)


class Machine:
    """A clock, and a broker whose commits take `slow` seconds."""

    def __init__(self, producer: FakeProducer) -> None:
        self.now, self.slow, self.producer = 1000.0, 0.0, producer
        self._commit, producer.commit_transaction = producer.commit_transaction, self._slowly  # type: ignore[method-assign]

    async def _slowly(self) -> None:
        self.now += self.slow
        await self._commit()

    def clock(self) -> float:
        return self.now


@pytest.fixture
def machine() -> Machine:
    return Machine(FakeProducer())


@pytest.fixture
async def home(machine: Machine) -> AsyncIterator[Home]:
    """It finds an open intent."""
    opened = a_home(machine.producer, machine.clock, {INTENT + "k": OPEN.encode()})
    yield opened
    await opened.close(0.1)


async def test_decision_8_a_lease_counts_from_before_its_commit_began(machine: Machine, home: Home) -> None:
    """Whoever finds the intent may have read it as soon as it stood there: it is the commit's end that is late."""
    machine.slow = PROFILE.lease - 1.0
    lease = await home.open_intent("other", b"", "nordic")
    lease.check()
    machine.now += 1.0
    with pytest.raises(LeaseExpired):
        lease.check()
    machine.slow = PROFILE.lease
    await home.renew(lease)
    with pytest.raises(LeaseExpired):
        lease.check()


async def test_decision_9_found_intent_expires_before_reopening(machine: Machine, home: Home) -> None:
    assert home.seconds_until_expired("k") == PROFILE.quarantine
    machine.now += PROFILE.quarantine - 0.1
    for reopen in (True, False):
        with pytest.raises(IntentOpen):
            await home.open_intent("k", b"", "nordic", reopen=reopen)
    machine.now += 0.1
    with pytest.raises(IntentOpen):
        await home.open_intent("k", b"", "nordic")
    await home.open_intent("k", b"", "nordic", reopen=True)
    again = home.intent("k")
    assert (again and again.rounds, home.seconds_until_expired("k")) == (3, PROFILE.quarantine)


async def test_decision_8_a_home_that_is_lost_licenses_nothing(machine: Machine, home: Home) -> None:
    """The term of a reading neither: others may have gone on since."""
    lease, term = await home.open_intent("other", b"", "nordic"), home.read_lease("other")
    machine.producer.raises[b"x"] = ValueError("no error of Kafka's own")
    with pytest.raises(CommitUnknown):
        await home.commit(writes=[Write("x", b"", "nordic")])
    for one in (lease, term):
        with pytest.raises(HomeLost):
            one.check()


async def test_decision_9_unreadable_intent_never_expires(machine: Machine) -> None:
    """Nobody knows what it step_lease, and until when."""
    home = a_home(machine.producer, machine.clock, {INTENT + "k": b"of another version"})
    machine.now += 1000 * PROFILE.quarantine
    with pytest.raises(IntentOpen):
        await home.open_intent("k", b"", "nordic", reopen=True)
    await home.commit(writes=[Write("x", b"", "nordic")], settles=["k"])
    assert (list(home.unreadable), home.intent("k") is not None) == (["k"], True)
    await home.close(0.1)
