"""Worker processes against a topic of their own, and what they say of themselves."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from gateway.sandbox.broker.kafka import KafkaBroker
from tests.waiting import until

PARTITIONS = 4


class Cluster:
    """Topics, workers, and the lines that the workers wrote."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        self.bootstrap, self.folder = bootstrap, folder
        self.prefix = f"t{uuid.uuid4().hex[:8]}"
        self.out = folder / "said.jsonl"
        self.out.touch()
        self.workers: list[subprocess.Popen[bytes]] = []

    async def make_topics(self) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        configs = {"message.timestamp.type": "LogAppendTime"}
        names = [f"{self.prefix}.{name}" for name in ("events", "ledger", "dead")]
        await admin.create_topics([NewTopic(name, PARTITIONS, 1, topic_configs=configs) for name in names])
        await admin.close()

    def start(self, seconds: float = 1.0, grace: float = 2.0, taking: float = 0.0) -> subprocess.Popen[bytes]:
        settings = {
            "bootstrap": self.bootstrap,
            "prefix": self.prefix,
            "partitions": PARTITIONS,
            "out": str(self.out),
            "data_dir": str(self.folder / f"data{len(self.workers)}"),
            "seconds": seconds,
            "grace": grace,
            "taking": taking,
        }
        log = (self.folder / f"worker{len(self.workers)}.log").open("wb")
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.stream.faust.worker", json.dumps(settings)], stdout=log, stderr=log
        )
        self.workers.append(worker)
        return worker

    async def send(self, *events: str, partition: int = 0) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.bootstrap, acks="all") as producer:
            for event in events:
                await producer.send_and_wait(f"{self.prefix}.events", event.encode(), partition=partition)

    def said(self, what: str, **facts: Any) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.out.read_text().splitlines() if line.endswith("}")]
        return [one for one in lines if one["what"] == what and all(one.get(k) == v for k, v in facts.items())]

    async def heard(self, what: str, count: int = 1, seconds: float = 40, **facts: Any) -> list[dict[str, Any]]:
        def enough() -> bool:
            return len(self.said(what, **facts)) >= count

        await until(enough, seconds, lambda: f"{count} times {what} {facts}; {self.logs()}")
        return self.said(what, **facts)

    async def committed(self, partition: int = 0) -> int:
        async with AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, group_id=self.prefix, enable_auto_commit=False
        ) as consumer:
            return await consumer.committed(TopicPartition(f"{self.prefix}.events", partition)) or 0

    async def commits(self, offset: int, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while (there := await self.committed()) != offset:
            assert time.monotonic() < deadline, f"committed is {there}, not {offset}; {self.logs()}"
            await asyncio.sleep(0.1)

    def logs(self) -> str:
        return "\n".join(one.read_text(errors="replace")[-3000:] for one in self.folder.glob("worker*.log"))

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                os.kill(worker.pid, signal.SIGCONT)
                worker.kill()
            worker.wait(10)


@pytest.fixture
async def cluster(kafka: KafkaBroker, tmp_path: Path) -> AsyncIterator[Cluster]:
    one = Cluster(kafka.bootstrap, tmp_path)
    await one.make_topics()
    yield one
    one.close()


def gone(worker: subprocess.Popen[bytes], seconds: float) -> Callable[[], bool]:
    deadline = time.monotonic() + seconds
    return lambda: worker.poll() is not None or time.monotonic() > deadline
