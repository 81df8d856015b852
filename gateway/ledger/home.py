"""A home: a partition of the ledger, owned by this process until another process opens it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime

from aiokafka.errors import KafkaError, ProducerFenced

from gateway.ledger.codec import Unreadable
from gateway.ledger.committer import Committer, Line, Log
from gateway.ledger.connections import KAFKA, Connections
from gateway.ledger.errors import CommitUnknown, Fenced, HomeLost, IntentOpen, PartitionsChanged
from gateway.ledger.forgetting import forget
from gateway.ledger.intents import Intent, Lease
from gateway.ledger.reading import Reading, Taken, read_past
from gateway.ledger.records import (
    BARRIER,
    EPOCH,
    FORGOTTEN,
    INTENT,
    ORGANISATION,
    OWN,
    Clock,
    HomeConfig,
    LeaseClock,
    Publish,
    Rests,
    Write,
    boottime,
)
from gateway.ledger.values import never

#: How many keys' last commits are remembered at least: at a few documents per second, those of hours.
REMEMBERED = 20_000


class Home:
    """Open it, read it, commit to it, close it. Memory shows what has committed, never what is under way."""

    def __init__(
        self,
        number: int,
        config: HomeConfig,
        clock: Clock,
        log: Log,
        reading: Reading,
        wall: Clock = time.time,
    ) -> None:
        self.number, self.config, self.epoch, self.commits = number, config, 0, 0
        self.taken = Taken(datetime.fromtimestamp(0, UTC))
        self._clock, self._lease_clock = clock, LeaseClock(clock, wall)
        self._log, self._counter = log, 0
        #: The block in which so many records are committed: the ledger knows nobody who watches its commits.
        self.watched: Callable[[int], AbstractContextManager[object]] = lambda records: nullcontext()
        self._values = reading.values
        #: The broker's time of the newest value that was ever forgotten, in milliseconds since 1970 (ADR 14).
        self.forgotten = int(reading.own.get(FORGOTTEN, b"0"))
        self._commit_of, self._commit_of_older = dict[str, int](), dict[str, int]()
        #: Intents that another version wrote, by key; they stay open while this process owns the home.
        self.unreadable: dict[str, Unreadable] = {}
        self._intents = {
            key.removeprefix(INTENT): self._read_intent(key.removeprefix(INTENT), value)
            for key, value in reading.own.items()
            if key.startswith(INTENT)
        }
        self._opening: set[str] = set()
        self._taken_at = clock()
        self._found_open = dict.fromkeys(self._intents, clock())

    @classmethod
    async def take(
        cls,
        number: int,
        config: HomeConfig,
        clock: Clock = boottime,
        wall: Clock = time.time,
        rests: Rests = never,
        connections: Connections = KAFKA,
    ) -> Home:
        """Fence the previous owner, commit a barrier, read the ledger past it, begin a new epoch (decision 10).

        `clock` measures waiting times; leases expire by it or by `wall`, whichever goes further. `rests` says which
        values are at rest.

        Raises WrongPartition, PartitionsChanged, HomeLost.
        """
        producer = connections.producer(
            bootstrap_servers=config.bootstrap,
            transactional_id=f"{config.transactional_prefix}-home-{number}",
            acks="all",
            linger_ms=0,
            transaction_timeout_ms=config.transaction_timeout_ms,
            max_request_size=config.max_record_bytes + 65_536,
        )
        try:
            await producer.start()
            there = len(await producer.partitions_for(config.ledger_topic))
            if there != config.partitions:
                raise PartitionsChanged(
                    f"{config.ledger_topic} has {there} partitions, the settings say {config.partitions}. "
                    "Set kafka.partitions to what the topic has; it must never change once there is a ledger."
                )
            async with producer.transaction():
                asked = clock()
                barrier = await producer.send_and_wait(
                    config.ledger_topic, str(there).encode(), key=BARRIER.encode(), partition=number
                )
            reading = await read_past(config, number, barrier, rests, connections)
            epoch = max(int(reading.own.get(EPOCH, b"0")) + 1, barrier.timestamp)
            async with producer.transaction():
                await producer.send_and_wait(
                    config.ledger_topic, str(epoch).encode(), key=EPOCH.encode(), partition=number
                )
            await forget(producer, config, number, reading)
        except BaseException as error:
            await producer.stop()
            if isinstance(error, ProducerFenced):
                raise Fenced(f"home {number} was opened by another worker") from error
            if isinstance(error, KafkaError):
                raise CommitUnknown(f"home {number} can't be taken now: {error!r}") from error
            raise
        committer = Committer(producer, config.bootstrap, number, config.max_record_bytes, connections)
        home = cls(number, config, clock, committer, reading, wall)
        home.epoch, home.taken, home._taken_at = epoch, reading.taken(barrier.timestamp), asked
        return home

    @property
    def lost(self) -> HomeLost | None:
        """Why this process no longer owns the home; None while it does, as far as it knows."""
        return self._log.lost

    @property
    def transactions(self) -> int:
        """Transactions committed by this owner."""
        return self._log.transactions

    @property
    def size(self) -> int:
        """How many keys have a value."""
        return len(self._values)

    def get(self, key: str) -> bytes | None:
        """The committed value."""
        return self._values.get(key)

    def items(self, prefix: str = "") -> Iterator[tuple[str, bytes]]:
        """Committed values whose key begins with `prefix`, without those at rest."""
        return self._values.items(prefix)

    def commit_of(self, key: str) -> int:
        """The number of the commit that last wrote the key; 0 if that was before the home was opened, or long ago."""
        return self._commit_of.get(key) or self._commit_of_older.get(key, 0)

    def broker_time(self) -> float:
        """Seconds since 1970 by the broker's clock, as the barrier showed it, continued by ours. No wall clock is
        asked, so it compares with the broker's timestamps on other topics.
        """
        return self.taken.at.timestamp() + self._clock() - self._taken_at

    @property
    def held_for(self) -> float:
        """Seconds since the previous owner was fenced."""
        return self._clock() - self._taken_at

    def next_sequence(self) -> tuple[int, int]:
        """(epoch, counter): later sequences are greater, across owners too (decision 5)."""
        self._counter += 1
        return self.epoch, self._counter

    async def commit(
        self, *, writes: Sequence[Write] = (), publish: Sequence[Publish] = (), settles: Sequence[str] = ()
    ) -> None:
        """Commit writes, events and closed intents in one transaction.

        Raises HomeLost, RecordTooLarge. A cancelled caller's commit happens anyway.
        """
        open_ones = [self._intents[key] for key in settles if key in self._intents and key not in self.unreadable]
        closed = [Write(INTENT + one.key, None, one.organisation) for one in open_ones]
        await self._commit([*writes, *closed], publish, lambda: self._close_intents([one.key for one in open_ones]))

    def intent(self, key: str) -> Intent | None:
        """The open intent of this key."""
        return self._intents.get(key)

    def intents(self) -> Iterator[Intent]:
        """All open intents."""
        return iter(list(self._intents.values()))

    def seconds_until_expired(self, key: str) -> float:
        """Seconds until an open intent expires, by this process's clock, counted from when it found the intent
        (decision 9).

        An unreadable intent never expires: nobody knows what it allowed.
        """
        if key in self.unreadable:
            return math.inf
        return max(0.0, self._found_open[key] + self.config.quarantine - self._clock())

    def left_unknown(self, key: str) -> None:
        """An attempt of this process ended in doubt: its intent's quarantine starts again now."""
        if key in self._found_open:
            self._found_open[key] = self._clock()

    async def open_intent(
        self,
        key: str,
        payload: bytes,
        organisation: str,
        *,
        writes: Sequence[Write] = (),
        publish: Sequence[Publish] = (),
        reopen: bool = False,
    ) -> Lease:
        """Commit an intent and return its lease. `reopen`: an intent is open, has expired and was looked up. Raises
        IntentOpen, HomeLost, RecordTooLarge.
        """
        before = self._intents.get(key)
        if key in self._opening:
            raise IntentOpen(f"{key} is just being opened")
        if before is not None and not (reopen and self.seconds_until_expired(key) <= 0):
            raise IntentOpen(f"{key} may be under way; it can be looked up in {self.seconds_until_expired(key):.0f} s")
        intent = Intent(key, payload, organisation, self.epoch, before.rounds + 1 if before else 1)
        self._opening.add(key)
        try:
            lease = await self._license(intent, writes, publish)
            lease.before = before
            return lease
        finally:
            self._opening.discard(key)

    async def renew(self, lease: Lease) -> None:
        """Renew a lease with a committed transaction, which a fenced owner can't do. Raises HomeLost, IntentOpen."""
        intent = self._intents.get(lease.key)
        if intent is None:
            raise IntentOpen(f"{lease.key} has no open intent to renew")
        lease.expires_at = (await self._license(replace(intent, epoch=self.epoch), (), ())).expires_at

    def answered(self, lease: Lease) -> None:
        """The last call under the lease has its answer: nothing of it is under way."""
        lease.before = self._intents.get(lease.key)

    async def withdraw(self, lease: Lease) -> None:
        """The last call under the lease was surely not executed: its intent is as it was before, closed or expired,
        with as many rounds. Raises HomeLost.
        """
        before, now = lease.before, self._intents.get(lease.key)
        if before is None or now is None:
            await self.commit(settles=[lease.key])
            return

        def restored() -> None:
            self._intents[lease.key] = before
            self._found_open[lease.key] = -math.inf

        if now == before:
            restored()
        else:
            await self._commit([Write(INTENT + lease.key, before.encode(), before.organisation)], (), restored)

    def read_lease(self, key: str) -> Lease:
        """The right to act on what is about to be read, for one lease from now. It has no intent, and nothing is
        committed.

        For effects that are harmless twice, but not after a freeze during which others went on.
        """
        return Lease(key, self._lease_clock() + self.config.lease, self._lease_clock, lambda: self.lost)

    async def close(self, grace: float = 5.0) -> None:
        """Refuse new writes, finish or abort the running transaction, release the producer."""
        await self._log.close(grace)

    def _read_intent(self, key: str, value: bytes) -> Intent:
        """Read an intent. An unreadable intent stays open: what it allowed may be under way."""
        try:
            return Intent.decode(key, value)
        except Unreadable as error:
            self.unreadable[key] = error
            return Intent(key, b"", "", 0, 0)

    async def _license(self, intent: Intent, writes: Sequence[Write], publish: Sequence[Publish]) -> Lease:
        began = self._lease_clock()

        def opened() -> None:
            self._intents[intent.key] = intent
            self._found_open[intent.key] = self._clock()

        own = Write(INTENT + intent.key, intent.encode(), intent.organisation)
        await self._commit([*writes, own], publish, opened)
        return Lease(intent.key, began + self.config.lease, self._lease_clock, lambda: self.lost, self.renew)

    async def _commit(self, writes: Sequence[Write], publish: Sequence[Publish], also: Callable[[], None]) -> None:
        lines = [
            Line(self.config.ledger_topic, one.key.encode(), one.value, [(ORGANISATION, one.organisation.encode())])
            for one in writes
        ]
        lines += [Line(one.topic, one.key, one.value, list(one.headers)) for one in publish]

        def apply() -> None:
            self.commits += 1
            for one in writes:
                if one.key.startswith(OWN):
                    continue
                self._remember_commit(one.key)
                self._values.put(one.key, one.value)
            also()

        with self.watched(len(lines)):
            await self._log.commit(lines, apply)

    def _remember_commit(self, key: str) -> None:
        """Only recently written keys are remembered: whoever asks compares with the start of a list."""
        if len(self._commit_of) >= REMEMBERED:
            self._commit_of_older, self._commit_of = self._commit_of, {}
        self._commit_of[key] = self.commits

    def _close_intents(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._intents.pop(key, None)
            self._found_open.pop(key, None)
