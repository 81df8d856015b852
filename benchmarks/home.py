"""A home with many documents that are done: how long its taking is, for how long the loop stands, how much memory.

`python -m benchmarks home` has 100 000; `python -m benchmarks.home 1000000` a million.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks.figures import Figure, show
from gateway.delivery.record import Made, State, TransferRecord, WriteBack, is_done
from gateway.documents import Revision, Sequence, Target
from gateway.ledger import Home, HomeConfig
from gateway.sandbox.broker.kafka import KafkaBroker
from streams.recall import recall

RECORDS, COMPANIES, BATCH = 100_000, 20, 2000


def home() -> list[Figure]:
    """The default size."""
    return home_of(RECORDS)


def home_of(records: int) -> list[Figure]:
    """Each part in a process of its own, so that memory is its own."""
    broker = KafkaBroker().start()
    try:
        config = HomeConfig(broker.bootstrap, "bench-home", "bench-home", partitions=1)
        asyncio.run(_fill(config, records))
        floor = _apart("plain", config, records)
        found = _apart("taken", config, records)
    finally:
        broker.stop()
    what_it_is = f"a home of {records:,} documents".replace(",", " ")
    return [
        Figure(f"{what_it_is}: taken and recalled after", found["seconds"], "s", floor["seconds"], "reading it only"),
        Figure(f"{what_it_is}: time of the processor for it", found["processor"], "s", floor["processor"], "the same"),
        Figure(
            f"{what_it_is}: the loop stood for at most", found["stood"] * 1000, "ms", floor["stood"] * 1000, "the same"
        ),
        Figure(
            f"{what_it_is}: memory of the process", found["mb"], "MB", floor["mb"], "a plain dict of the same bytes"
        ),
    ]


def _apart(what: str, config: HomeConfig, records: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.home", what, config.bootstrap, str(records)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True).stdout.splitlines()[-1]))


def _record(number: int) -> tuple[bytes, bytes]:
    """As ours are: other hashes, numbers and ids in each."""
    content = uuid.uuid4().hex * 2
    record = TransferRecord(
        Revision(1, Sequence(1_764_000_000_000, number), content),
        State.SETTLED,
        1,
        number=number,
        made=Made(
            Target("procountor", "sales-invoice", str(7 * number), "UNFINISHED", str(number), str(number % 1000)),
            content_hash=content,
        ),
        write_back=WriteBack(
            head_hash=uuid.uuid4().hex * 2,
            done=True,
            moved_at=Sequence(1_764_000_000_000, number) if number % 10 == 0 else None,
        ),
    )
    return f"company-{number % COMPANIES}/sales-invoice/{uuid.uuid4()}".encode(), record.encode()


async def _fill(config: HomeConfig, records: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=config.bootstrap)
    await admin.start()
    kept = {"cleanup.policy": "compact", "message.timestamp.type": "LogAppendTime"}
    await admin.create_topics([NewTopic(config.ledger_topic, 1, 1, topic_configs=kept)])
    await admin.close()
    headers = [("organisation", b"nordic")]
    async with AIOKafkaProducer(
        bootstrap_servers=config.bootstrap, transactional_id="fill", linger_ms=20, max_batch_size=1_000_000
    ) as producer:
        for first in range(0, records, BATCH):
            async with producer.transaction():
                for number in range(first, min(first + BATCH, records)):
                    key, value = _record(number)
                    last = await producer.send(config.ledger_topic, value, key=key, partition=0, headers=headers)
                await last


class Standing:
    """The longest time for which nothing else had a turn."""

    longest = 0.0

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.005)
            self.longest = max(self.longest, time.monotonic() - before - 0.005)


@contextmanager
def _watched() -> Iterator[Standing]:
    standing = Standing()
    task = asyncio.create_task(standing.watch())
    yield standing
    task.cancel()


async def _taken(config: HomeConfig, records: int) -> dict[str, float]:
    contexts: Any = {f"company-{n}": _context() for n in range(COMPANIES)}
    began, processor = time.monotonic(), time.process_time()
    with _watched() as standing:
        taken = await Home.take(0, config, rests=is_done)
        await recall(contexts, taken)
    spent, processor = time.monotonic() - began, time.process_time() - processor
    assert len(taken._values) == records
    memory = _resident()
    await taken.close()
    return {"seconds": spent, "processor": processor, "stood": standing.longest, "mb": memory}


async def _plain(config: HomeConfig, records: int) -> dict[str, float]:
    began, processor, values = time.monotonic(), time.process_time(), dict[bytes, bytes]()
    with _watched() as standing:
        async with AIOKafkaConsumer(
            bootstrap_servers=config.bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
        ) as consumer:
            consumer.assign([TopicPartition(config.ledger_topic, 0)])
            while len(values) < records:
                for batch in (await consumer.getmany(timeout_ms=1000, max_records=1000)).values():
                    values.update((one.key, one.value) for one in batch)
    spent, processor = time.monotonic() - began, time.process_time() - processor
    return {"seconds": spent, "processor": processor, "stood": standing.longest, "mb": _resident()}


def _context() -> Any:
    return cast(Any, SimpleNamespace(organisation="nordic", unwritten=set(), unexplained=set(), second_looks={}))


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def main() -> None:
    """A number of records; or, in a process of its own, one part."""
    if len(sys.argv) < 3:
        show(home_of(int((sys.argv[1:] or [str(RECORDS)])[0])))
        return
    what, bootstrap, records = sys.argv[1:4]
    config = HomeConfig(bootstrap, "bench-home", "bench-home", partitions=1)
    print(json.dumps(asyncio.run({"plain": _plain, "taken": _taken}[what](config, int(records)))))


if __name__ == "__main__":
    main()
