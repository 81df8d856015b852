"""Kafka's clients over the broker in memory: the part of aiokafka that a home uses, with its delays and its errors."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalOperation, KafkaTimeoutError, MessageSizeTooLargeError, ProducerFenced
from aiokafka.structs import RecordMetadata

from gateway.ledger import Connections
from tests.simulation.broker import Broker, Entry, Partition
from tests.simulation.loop import PROCESS

#: Seconds after which a request that the broker doesn't answer is given up, and between two tries.
REQUEST_TIMEOUT, AGAIN = 30.0, 0.1
#: Seconds that a way takes, at the least and more by chance.
WAY = (0.0003, 0.0007)
#: How the keys of intents begin that one call needs.
INTENT = b"~intent/"


class Client:
    """What reaches the broker, or doesn't."""

    def __init__(self, broker: Broker) -> None:
        self.broker, self._process = broker, PROCESS.get()

    async def _way(self) -> None:
        """To the broker, or back. Raises KafkaTimeoutError."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + REQUEST_TIMEOUT
        await asyncio.sleep(WAY[0] + WAY[1] * self.broker.random.random())
        while self.broker.down or self.broker.unreachable(self._process):
            if loop.time() > deadline:
                raise KafkaTimeoutError()
            await asyncio.sleep(AGAIN)


class Producer(Client):
    """As AIOKafkaProducer. What is sent goes in its order, whatever is sent meanwhile in the same batch."""

    def __init__(
        self,
        broker: Broker,
        *,
        transactional_id: str | None = None,
        transaction_timeout_ms: int = 60_000,
        max_request_size: int = 1_048_576,
        **_: Any,
    ) -> None:
        super().__init__(broker)
        self._id, self._timeout, self._most = transactional_id, transaction_timeout_ms / 1000, max_request_size
        self._epoch, self._in_transaction, self._about = -1, False, ""
        self._queue: list[tuple[Partition, Entry, asyncio.Future[RecordMetadata]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._way()
        if self._id is not None:
            self._epoch = self.broker.init(self._id)
            await self._closed(self._id)
            await self._way()

    async def stop(self) -> None:
        """A transaction that is open stays open."""
        if self._sending is not None:
            self._sending.cancel()

    async def __aenter__(self) -> Producer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def partitions_for(self, topic: str) -> set[int]:
        await self._way()
        return set(range(len(self.broker.topics[topic])))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        await self.begin_transaction()
        try:
            yield
        except ProducerFenced:
            raise
        except BaseException:
            await self.abort_transaction()
            raise
        await self.commit_transaction()

    async def begin_transaction(self) -> None:
        if self._in_transaction:
            raise IllegalOperation("a transaction is open")
        assert self._id is not None
        await self._closed(self._id)
        self._in_transaction, self._about = True, ""

    async def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        partition: int = 0,
        timestamp_ms: int | None = None,
        headers: Iterable[tuple[str, bytes]] | None = None,
    ) -> asyncio.Future[RecordMetadata]:
        if len(key or b"") + len(value or b"") > self._most:
            raise MessageSizeTooLargeError(f"larger than {self._most} bytes")
        if self._id is not None and not self._in_transaction:
            raise IllegalOperation("no transaction is open")
        stamp = timestamp_ms if timestamp_ms is not None else round(time.time() * 1000)
        future: asyncio.Future[RecordMetadata] = asyncio.get_running_loop().create_future()
        entry = Entry(key, value, tuple(headers or ()), stamp)
        self._queue.append((self.broker.partition(topic, partition), entry, future))
        if key is not None and key.startswith(INTENT):
            self._about = "intent" if value is not None else "end"
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_queue())
        return future

    async def send_and_wait(self, *given: Any, **named: Any) -> RecordMetadata:
        return await (await self.send(*given, **named))

    async def commit_transaction(self) -> None:
        await self._end(committed=True)

    async def abort_transaction(self) -> None:
        await self._end(committed=False)

    async def _end(self, committed: bool) -> None:
        if not self._in_transaction:
            raise IllegalOperation("no transaction is open")
        if self._sending is not None:
            await asyncio.wait([self._sending])
        await self._way()
        assert self._id is not None
        self._in_transaction = False
        self._reached("commit begins")
        await asyncio.sleep(0)
        self.broker.finish(self._id, self._epoch, committed)
        self._reached("commit sent")
        await self._way()

    def _reached(self, point: str) -> None:
        self.broker.about = self._about
        self.broker.reached(point)

    async def _closed(self, transactional_id: str) -> None:
        """The coordinator takes no next one before all markers of the last are written."""
        while self.broker.coordinator(transactional_id).closing:  # noqa: ASYNC110 - as aiokafka asks again
            await asyncio.sleep(0.005)

    async def _send_queue(self) -> None:
        while self._queue:
            batch, self._queue = self._queue, []
            try:
                await self._way()
                offsets = self._written([(partition, entry) for partition, entry, _ in batch])
                await self._way()
            except Exception as error:
                for _, _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (partition, entry, future), offset in zip(batch, offsets, strict=True):
                if not future.done():
                    future.set_result(_metadata(partition, entry, offset))

    def _written(self, lines: list[tuple[Partition, Entry]]) -> list[int]:
        if self._id is None:
            return [self.broker.append(partition, entry) for partition, entry in lines]
        return self.broker.write(self._id, self._epoch, self._timeout, lines)


class Consumer(Client):
    """As AIOKafkaConsumer without a group."""

    def __init__(self, broker: Broker, *, isolation_level: str = "read_uncommitted", **_: Any) -> None:
        super().__init__(broker)
        self._committed = isolation_level == "read_committed"
        self._positions: dict[TopicPartition, int] = {}

    async def start(self) -> None:
        await self._way()

    async def stop(self) -> None:
        """Nothing stays."""

    async def __aenter__(self) -> Consumer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing stays."""

    def assign(self, partitions: Iterable[TopicPartition]) -> None:
        self._positions = dict.fromkeys(partitions, 0)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._positions[partition] = offset

    async def seek_to_beginning(self, *partitions: TopicPartition) -> None:
        self._positions |= await self.beginning_offsets(partitions)

    async def seek_to_end(self, *partitions: TopicPartition) -> None:
        self._positions |= await self.end_offsets(partitions)

    async def position(self, partition: TopicPartition) -> int:
        return self._positions[partition]

    async def beginning_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        await self._way()
        return dict.fromkeys(partitions, 0)

    async def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        await self._way()
        logs = {one: self.broker.partition(one.topic, one.partition) for one in partitions}
        return {one: log.stable if self._committed else log.end for one, log in logs.items()}

    async def getone(self, *partitions: TopicPartition) -> ConsumerRecord:
        while not (found := await self.getmany(*partitions, timeout_ms=1000, max_records=1)):
            pass
        return next(iter(found.values()))[0]

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: float = 0, max_records: int = 500
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        """What is there; else what comes first, within the timeout."""
        wanted = partitions or tuple(self._positions)
        await self._way()
        found = self._read(wanted, max_records)
        if not found and timeout_ms:
            changes = [self.broker.partition(one.topic, one.partition).changed() for one in wanted]
            await asyncio.wait(changes, timeout=timeout_ms / 1000, return_when=asyncio.FIRST_COMPLETED)
            for change in changes:
                change.cancel()
            await self._way()
            found = self._read(wanted, max_records)
        return found

    def _read(self, partitions: Iterable[TopicPartition], most: int) -> dict[TopicPartition, list[ConsumerRecord]]:
        found = {}
        for one in partitions:
            if most <= 0:
                break
            log = self.broker.partition(one.topic, one.partition)
            entries, self._positions[one] = log.read(self._positions[one], most, self._committed)
            if entries:
                found[one] = [record(log, offset, entry) for offset, entry in entries]
                most -= len(entries)
        return found


def record(log: Partition, offset: int, entry: Entry) -> ConsumerRecord:
    """As aiokafka gives it."""
    sizes = len(entry.key or b""), len(entry.value or b"")
    kind = 1 if log.stamps else 0
    return ConsumerRecord(
        log.topic, log.number, offset, entry.timestamp, kind, entry.key, entry.value, None, *sizes, entry.headers
    )


def _metadata(log: Partition, entry: Entry, offset: int) -> RecordMetadata:
    place = TopicPartition(log.topic, log.number)
    return RecordMetadata(log.topic, log.number, place, offset, entry.timestamp, 1 if log.stamps else 0, 0)


def connections(broker: Broker) -> Connections:
    """For a home."""
    return Connections(cast(Any, partial(Producer, broker)), cast(Any, partial(Consumer, broker)))
