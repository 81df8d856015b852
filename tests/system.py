"""The whole gateway on real parts: worker processes, Kafka, both sandbox APIs, SMTP; a prefix of its own a test."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from gateway.cli.demo.documents import Waiting, waiting_documents
from gateway.cli.demo.outcomes import Seen, read_topics
from gateway.cli.demo.stage import Stage
from gateway.cli.demo.verdict import is_settled, made, written_back
from gateway.documents import Outcome, OutcomeState
from gateway.events.catalogue import Topics, catalogue
from gateway.events.topics import apply, plan
from gateway.flows.registry import FLOWS
from gateway.kafka import cluster_of
from gateway.sandbox.broker.kafka import KafkaBroker
from gateway.sandbox.world.demo_world import AFTER
from gateway.settings import GatewaySettings
from tests.waiting import until

#: InDoubt lasts five seconds here.
PROFILE = {"lease": 2, "call_timeout": 1.5, "commit_lag": 1, "search_lag": 0.5}
#: And here less than three, of one document after another, where a worker dies after each step.
SOON = {"lease": 1.0, "call_timeout": 1.5, "commit_lag": 0.1, "search_lag": 0.1, "documents_at_once": 1}
#: Each home costs a producer and a read of its ledger; these four keep the two organisations apart.
PARTITIONS = 4


class ModeStage(Stage):
    """`program`: what runs as a worker where a test names none."""

    program: tuple[str, ...] = ()

    def start_worker(self, *program: str) -> int:
        return super().start_worker(*(program or self.program))


class Gateway:
    """A stage with a reader of the outcome topics. `twice`: its workers die after each step, once (stream/twice.py)."""

    def __init__(
        self, kafka: KafkaBroker, world: dict[str, Any], settings: dict[str, Any], twice: bool = False
    ) -> None:
        settings = {"delivery": PROFILE, **settings, "kafka": {"partitions": PARTITIONS, **settings.get("kafka", {})}}
        if twice:
            settings |= {"delivery": {**settings["delivery"], **SOON}, "polling": {"interval_min": 0.3}}
        self.stage = ModeStage(world, broker=kafka, prefix=f"t{uuid.uuid4().hex[:8]}", **settings)
        if twice:
            self.stage.program = ("tests.stream.twice",)
        with ThreadPoolExecutor(1) as pool:  # it blocks, and has a loop of its own
            self.settings = pool.submit(self.stage.open).result()
        self.apis, self.mails, self.seen = self.stage.apis, self.stage.mails, Seen()
        self._stop = threading.Event()
        reading = read_topics(self.settings, self.seen, self._stop)
        self._reader = threading.Thread(target=lambda: asyncio.run(reading), daemon=True)
        self._reader.start()

    @property
    def documents(self) -> list[Waiting]:
        """What waits in Severa now."""
        units = {company.business_unit: company.id for company in self.settings.companies()}
        return waiting_documents(self.apis.apis.world, units)

    def outcome(self, number: int) -> Outcome | None:
        """The current outcome of an invoice number."""
        return next((one for one in self.seen.current.values() if one.subject.number == str(number)), None)

    def change(self, path: str, *objects: dict[str, Any], api: str = "severa", owner: str = "nordic") -> None:
        """Add or change objects of one path."""
        self.apis.change({api: {owner: {path: list(objects)}}})

    def say(self, *words: str) -> None:
        """A command of the operator that is sent."""
        ran = self.command(*words, "--wait", "0")
        assert ran.returncode == 0, ran.stderr

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command as a person types it."""
        command = [sys.executable, "-m", "gateway.cli", *words, "--settings", str(self.stage.settings_file)]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)

    def is_told(self, number: int, state: OutcomeState, code: str = "", attempt: int = 0) -> bool:
        """Whether the current outcome of an invoice number is this one."""
        told = self.outcome(number)
        if told is None or told.state is not state or told.attempt < attempt:
            return False
        return not code or (told.error is not None and told.error.code == code)

    async def until_told(self, number: int, state: OutcomeState, code: str = "", attempt: int = 0) -> None:
        """Wait for it."""
        what = f"{number} {state} {code}"
        await self.until(
            lambda: self.is_told(number, state, code, attempt), 60, lambda: f"{what}: {self.outcome(number)}"
        )

    async def polls(self, count: int) -> None:
        """Wait for further polls of one organisation."""
        seen = len(self.apis.journal(operation="invoicesGetInvoices"))
        await self.until(
            lambda: len(self.apis.journal(operation="invoicesGetInvoices")) >= seen + count, 60, f"{count} polls"
        )

    async def lose_the_ledger(self) -> None:
        """Delete the ledger topic, make it anew, and let every change event come again."""
        await lose_the_ledger(self.settings, self.stage.kafka)

    async def replay(self, *to: str) -> None:
        """Reset the offsets of the change topic with Kafka's own tool; the workers are stopped."""
        await replay(self.settings, self.stage.kafka, *to)

    def made(self) -> dict[tuple[str, str], int]:
        """Sales invoices made, by company and number."""
        counts = made(self.apis.journal())
        return {(company, number): n for (company, type_, number), n in counts.items() if type_ == "SALES_INVOICE"}

    async def settled(self, documents: list[Waiting], seconds: float = 60) -> None:
        """Wait until each of them has its end."""
        await self.until(lambda: self._open(documents) == [], seconds, lambda: f"{self._open(documents)}")

    def to_its_end(self, seconds: float = 100) -> None:
        """Start a worker and wait until all that waits now has its end; for a fixture, which has no loop."""
        documents = self.documents
        self.stage.start_worker()
        asyncio.run(self.settled(documents, seconds))

    async def until(self, condition: Callable[[], bool], seconds: float, what: Callable[[], str] | str) -> None:
        """Wait, and tell the worker's log when it was in vain."""
        said = what if callable(what) else lambda: str(what)
        await until(condition, seconds, lambda: f"{said()}\n{self.stage.log_of_worker()}")

    def log(self, worker: int = 0) -> list[dict[str, Any]]:
        """The lines that a worker has logged."""
        lines = (self.stage.folder / f"worker-{worker}.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def health(self, worker: int = 0) -> dict[str, Any]:
        """What a worker tells at its health address; nothing before it listens."""
        address = next((line["address"] for line in self.log(worker) if line["event"] == "health"), None)
        return dict(httpx.get(address).json()) if address else {}

    def _open(self, documents: list[Waiting]) -> list[int]:
        moved = written_back(self.apis.journal(), AFTER)
        return [one.number for one in documents if not is_settled(one, self.seen, moved)]

    def close(self) -> None:
        """End all."""
        self._stop.set()
        self._reader.join(10)
        self.stage.close()


async def lose_the_ledger(settings: GatewaySettings, broker: KafkaBroker) -> None:
    """Delete the ledger topic, make it anew, and let every change event come again; the workers are stopped."""
    await make_anew(settings, Topics(settings.kafka.prefix).ledger)
    await replay(settings, broker)


async def make_anew(settings: GatewaySettings, topic: str) -> None:
    """Delete a topic, and make it anew as the catalogue says."""
    kafka = settings.kafka
    admin = cluster_of(kafka).admin()
    await admin.start()
    try:
        await admin.delete_topics([topic])
        for _ in range(300):
            if topic not in await admin.list_topics():
                break
            await asyncio.sleep(0.1)
    finally:
        await admin.close()
    specs = catalogue(kafka.prefix, kafka.partitions, kafka.replication, kafka.max_record_bytes)
    cluster = cluster_of(kafka)
    await apply(cluster, specs, await plan(cluster, specs))


async def replay(settings: GatewaySettings, broker: KafkaBroker, *to: str) -> None:
    """Reset the offsets of the change topics with Kafka's own tool."""
    topics = [Topics(settings.kafka.prefix).changes(flow.kind) for flow in FLOWS]
    await asyncio.to_thread(broker.reset_offsets, settings.kafka.prefix, topics, *to)
