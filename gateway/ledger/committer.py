"""One committer per home: commits that wait at the same time share a transaction (decision 10)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError, ProducerFenced
from aiokafka.producer import sender
from aiokafka.structs import RecordMetadata

from gateway.ledger.connections import KAFKA, Connections
from gateway.ledger.errors import CommitUnknown, Fenced, HomeLost, RecordTooLarge

#: aiokafka sleeps 20 ms when a transaction follows the last at once, while the coordinator is still writing markers;
#: trying again sooner only asks it more often.
sender.BACKOFF_OVERRIDE = 0.005

#: The most batches, and the most bytes, of one transaction.
GROUP, GROUP_BYTES = 200, 4_000_000
#: How soon readers must see an acknowledged commit, in seconds; later, its outcome is unknown.
CLOSED_WITHIN = 10.0
#: How long to wait before readers' view is asked for again, in seconds: it follows within a few milliseconds.
CLOSED_SOON = 0.0005
#: Bytes of a record besides key and value.
OVERHEAD = 512


@dataclass(slots=True)
class Line:
    """One record to send."""

    topic: str
    key: bytes
    value: bytes | None
    headers: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Its size in bytes, roughly."""
        return OVERHEAD + len(self.key) + len(self.value or b"") + sum(len(n) + len(v) for n, v in self.headers)


@dataclass(slots=True)
class Batch:
    """What one caller commits together."""

    lines: list[Line]
    apply: Callable[[], None]
    done: asyncio.Future[None]


class Log(Protocol):
    """Where a home's transactions go. `lost`: why they can't any more; `transactions`: how many have committed."""

    lost: HomeLost | None
    transactions: int

    async def commit(self, lines: list[Line], apply: Callable[[], None]) -> None:
        """Returns when the transaction has committed and `apply` ran. A cancelled caller's commit still happens.

        Raises HomeLost, RecordTooLarge.
        """

    async def close(self, grace: float) -> None:
        """Refuse new writes; end what is queued within `grace` seconds, else abort: never leave one open."""


class Committer:
    """Owns the producer's transactions. Callers wait on a future, so a cancelled caller breaks nothing."""

    def __init__(
        self,
        producer: AIOKafkaProducer,
        bootstrap: str,
        number: int,
        max_record_bytes: int,
        connections: Connections = KAFKA,
    ) -> None:
        self._producer, self._number, self._max = producer, number, max_record_bytes
        self._bootstrap, self._connections = bootstrap, connections
        self._watch: AIOKafkaConsumer | None = None
        self._queue: asyncio.Queue[Batch] = asyncio.Queue()
        self._closing = False
        self.transactions = 0
        self.lost: HomeLost | None = None
        self._task = asyncio.create_task(self._run(), name=f"committer of home {number}")

    async def commit(self, lines: list[Line], apply: Callable[[], None]) -> None:
        """See Log."""
        for line in lines:
            if line.size > self._max:
                about = f"{line.key!r} on {line.topic}: {line.size} bytes, at most {self._max}"
                raise RecordTooLarge(about, line.size)
        if self.lost is not None:
            raise self.lost
        if self._closing:
            raise HomeLost(f"home {self._number} is closing")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(Batch(lines, apply, done))
        await asyncio.shield(done)

    async def close(self, grace: float) -> None:
        """See Log. The producer is closed too."""
        self._closing = True
        if self.lost is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(grace):
                    await self._queue.join()
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._fail(HomeLost(f"home {self._number} is closed"))
        if self._watch is not None:
            await self._watch.stop()
        await self._producer.stop()

    async def _run(self) -> None:
        while True:
            group = [await self._queue.get()]
            size = sum(line.size for line in group[0].lines)
            while not self._queue.empty() and len(group) < GROUP and size < GROUP_BYTES:
                group.append(self._queue.get_nowait())
                size += sum(line.size for line in group[-1].lines)
            try:
                await self._group(group)
            finally:
                for _ in group:
                    self._queue.task_done()

    async def _group(self, group: list[Batch]) -> None:
        if self.lost is not None:
            self._settle(group, self.lost)
            return
        try:
            await self._transaction(group)
        except MessageSizeTooLargeError as error:
            if len(group) > 1:
                for batch in group:
                    await self._group([batch])
            else:
                self._settle(group, RecordTooLarge(str(error), max(line.size for line in group[0].lines)))
        except asyncio.CancelledError:
            self.lost = CommitUnknown(f"home {self._number} was closed during a commit")
            self._settle(group, self.lost)
            raise
        except ProducerFenced as error:
            self.lost = Fenced(f"home {self._number} was taken by another worker")
            self.lost.__cause__ = error
            self._settle(group, self.lost)
        except Exception as error:  # any error: without a committer, every caller would wait forever
            self.lost = CommitUnknown(f"a commit of home {self._number} is not known: {error!r}")
            self.lost.__cause__ = error
            self._settle(group, self.lost)

    async def _transaction(self, group: list[Batch]) -> None:
        await self._producer.begin_transaction()
        try:
            sent = [
                await self._producer.send(
                    line.topic, line.value, key=line.key, partition=self._number, headers=line.headers
                )
                for batch in group
                for line in batch.lines
            ]
            await asyncio.gather(*sent)
        except BaseException:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(5):
                    await self._producer.abort_transaction()
            raise
        await self._producer.commit_transaction()
        await self._until_closed([future.result() for future in sent])
        self.transactions += 1
        for batch in group:
            batch.apply()
        self._settle(group, None)

    async def _until_closed(self, records: list[RecordMetadata]) -> None:
        """Wait until readers see the records: the commit markers are in their partitions.

        The coordinator acknowledges a commit before it writes the markers. If the broker dies in between, a marker may
        never be written, and the abort of a later transaction of this producer would remove the acknowledged records.
        So nothing counts as committed before the last stable offset has passed it.
        """
        ends: dict[TopicPartition, int] = {}
        for record in records:
            ends[record.topic_partition] = max(record.offset, ends.get(record.topic_partition, -1))
        async with asyncio.timeout(CLOSED_WITHIN):
            if self._watch is None:
                self._watch = self._connections.consumer(
                    bootstrap_servers=self._bootstrap, isolation_level="read_committed"
                )
                await self._watch.start()  # if it fails, the home is lost, and `close` releases the producer
            while True:
                stable = await self._watch.end_offsets(list(ends))
                if all(stable[partition] > offset for partition, offset in ends.items()):
                    return
                await asyncio.sleep(CLOSED_SOON)

    def _settle(self, group: list[Batch], error: Exception | None) -> None:
        for batch in group:
            if batch.done.done():
                continue
            if error is None:
                batch.done.set_result(None)
            else:
                batch.done.set_exception(error)
                batch.done.exception()  # the caller may be gone: mark the error as retrieved

    def _fail(self, lost: HomeLost) -> None:
        self.lost = self.lost or lost
        while not self._queue.empty():
            self._settle([self._queue.get_nowait()], self.lost)
