"""A broker in memory, as far as one committer sees it."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.structs import RecordMetadata

from gateway.ledger import Connections, Home, HomeConfig
from gateway.ledger.committer import Committer
from gateway.ledger.reading import Reading
from gateway.ledger.records import Clock

PROFILE = HomeConfig("nowhere:9092", "ledger", "prefix")


class FakeProducer:
    """Transactions that always end; `send` raises what it was told for a key. `stable`: readers see what is before it;
    all when None.
    """

    def __init__(self) -> None:
        self.raises: dict[bytes, Exception] = {}
        self.committed: list[bytes] = []
        self.stable: int | None = None
        self._sent: list[bytes] = []
        self._end = 0

    async def begin_transaction(self) -> None:
        self._sent = []

    async def send(self, topic: str, value: bytes | None, *, key: bytes, **_: Any) -> asyncio.Future[RecordMetadata]:
        if key in self.raises:
            raise self.raises[key]
        self._sent.append(key)
        done: asyncio.Future[RecordMetadata] = asyncio.get_running_loop().create_future()
        done.set_result(RecordMetadata(topic, 0, TopicPartition(topic, 0), self._end, 0, 0, 0))
        self._end += 1
        return done

    async def abort_transaction(self) -> None:
        self._sent = []

    async def commit_transaction(self) -> None:
        await asyncio.sleep(0)
        self.committed += self._sent

    async def stop(self) -> None:
        pass

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """What a reader is told: the last stable offset."""
        return dict.fromkeys(partitions, self._end if self.stable is None else self.stable)


class FakeReader:
    """A reader of committed records."""

    def __init__(self, producer: FakeProducer) -> None:
        self.end_offsets = producer.end_offsets

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass


def readers_of(producer: FakeProducer) -> Connections:
    """A committer reads from the producer itself what readers see."""
    return Connections(consumer=lambda **_: cast(AIOKafkaConsumer, FakeReader(producer)))


def a_home(producer: FakeProducer, clock: Clock, own: dict[str, bytes] | None = None) -> Home:
    """A home that was taken when the ledger had these records of its own."""
    reading, mine = Reading(own=own or {}), cast(AIOKafkaProducer, producer)
    committer = Committer(mine, PROFILE.bootstrap, 0, PROFILE.max_record_bytes, readers_of(producer))
    return Home(0, PROFILE, clock, committer, reading, clock)
