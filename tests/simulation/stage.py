"""The parts of a run: world, broker, group, mail server, and workers as simulated processes with a supervisor."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from gateway.attachments.child import work
from gateway.attachments.file_processor import FileProcessor, Part, ProcessedFile
from gateway.delivery.commands import nothing_to_do
from gateway.documents import Command, CommandKind, DocumentKey, Kind
from gateway.errors import transient
from gateway.events.catalogue import Topics as Names
from gateway.events.catalogue import TopicSpec, catalogue
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from gateway.ledger import Home, HomeConfig, partition_of
from gateway.notify.smtp import Mailer
from gateway.sandbox.world.demo_world import Firm, settings_for
from gateway.settings import GatewaySettings
from streams.clients import Clients
from streams.publishing import Publishing
from streams.worker import build_parts
from tests.chaos import collect
from tests.chaos.evidence import Evidence, Json, Touch, current, key_of
from tests.chaos.flows import Document
from tests.chaos.judge import wanted
from tests.chaos.judge.case import Case, cases
from tests.chaos.worker import LaterHome
from tests.chaos.world import FIRMS, a_world, book
from tests.simulation.apis import Carrier
from tests.simulation.broker import Broker, Entry
from tests.simulation.group import Group
from tests.simulation.kafka import connections, record
from tests.simulation.loop import Process
from tests.simulation.worker import Worker

#: A call stays in doubt for 13 s. As with the product's own settings, most of it is the time for which a call may be
#: executed after its answer was given up: longer than a home is without an owner. Documents that users finish later
#: than the horizon are looked up before their POST only where the ledger says so.
PROFILE = {"lease": 2.0, "call_timeout": 1.5, "commit_lag": 7.0, "search_lag": 2.5, "horizon_margin": 0.0}
#: After so many seconds a call is executed, or never.
LATEST = PROFILE["call_timeout"] + PROFILE["commit_lag"]
PREFIX, PARTITIONS, AT_LEAST = "sim", 4, 2
SMTP = {"host": "mail.example", "port": 25, "starttls": False, "sender": "gateway@demo.example"}


class Stage:
    """`faults` counts acts by kind, `touches` what people did; `crashes`: workers that ended by an error.

    `later`: workers that start from now on are of a later version.
    """

    def __init__(self, documents: int, seed: int, firms: tuple[Firm, ...] = FIRMS, world: Json | None = None) -> None:
        world = world or a_world(documents, firms)
        self.carrier, self.broker = Carrier(world, seed), Broker(seed)
        self.apis = self.carrier.apis
        self.settings = _settings(world, firms)
        kafka = self.settings.kafka
        self.group = Group(PARTITIONS, kafka.session_timeout, kafka.rebalance_timeout)
        for one in catalogue(PREFIX, PARTITIONS, 1):
            self.create(one)
        self.topics = Topics(self.broker, self.group)
        self.books = [book(firm) for firm in firms]
        self.mails, self.mail_is_down = list[EmailMessage](), False
        self.workers: dict[Process, Worker | None] = {}
        self.faults, self.touches, self.crashes = Counter[str](), list[Touch](), list[str]()
        self.passed, self.keeps_running, self.later = set[str](), True, False
        self.cuts = set[tuple[Process | None, str]]()
        self.befalls: dict[str, Callable[[Process], None]] = {}
        self.keys = dict(world["credentials"]["procountor"]["keys"])
        self.carrier.is_cut = lambda process, api: (process, api) in self.cuts
        self.broker.unreachable = lambda process: (process, "kafka") in self.cuts
        self._folder = tempfile.TemporaryDirectory(prefix="simulation-")
        self._start = self.apis._start

    def create(self, topic: TopicSpec) -> None:
        """A topic without records, also where there is one with some."""
        self.broker.create(topic.name, PARTITIONS, topic.config.get("message.timestamp.type") == "LogAppendTime")

    def start(self) -> Process:
        """One more worker."""
        process = Process(f"worker {len(self.workers)}")
        self.workers[process] = None
        asyncio.get_running_loop().create_task(self._work(process), context=process.context())
        return process

    def alive(self) -> list[Process]:
        """Workers that run: one that is frozen does nothing."""
        return [one for one in self.workers if one.alive and not one.frozen]

    async def supervise(self) -> None:
        """Workers that ended are replaced."""
        while True:
            while self.keeps_running and len(self.alive()) < AT_LEAST:
                self.start()
            await asyncio.sleep(0.5)

    async def stop_all(self) -> None:
        """SIGTERM to all; returns when they have ended."""
        self.keeps_running = False
        for process in self.workers:
            self.stop(process)
        while any(one.alive for one in self.workers):  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(0.1)

    def stop(self, process: Process) -> None:
        """SIGTERM; one that has not begun yet is gone at once."""
        worker = self.workers[process]
        if worker is None:
            process.kill()
        elif process.alive:
            process.context().run(worker.stop)

    async def calm(self) -> None:
        """The end of all faults."""
        self.apis.set_faults([])
        self.befalls.clear()
        while any(one.frozen and one.alive for one in self.workers):  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(0.5)

    async def _work(self, process: Process) -> None:
        try:
            clients = Clients(self.settings, self.carrier)
            parts = build_parts(self.settings, clients, Path(self._folder.name), self._homes(), self._mailers())
            parts.home_contexts.file_processor = Files(at_once=2)
            worker = self.workers[process] = Worker(process.name, self.broker, self.group, parts, clients.close)
            await worker.run()
        except Exception:
            self.crashes.append(traceback.format_exc())
        process.kill()

    def _homes(self) -> type[Home]:
        own, base = connections(self.broker), LaterHome if self.later else Home

        class MemoryHome(base):  # type: ignore[misc, valid-type]
            """A home whose Kafka is in memory."""

            @classmethod
            async def take(cls, number: int, config: HomeConfig, *given: Any, **named: Any) -> Home:
                named["connections"] = own
                return cast(Home, await super().take(number, config, *given, **named))

        return MemoryHome

    def _mailers(self) -> type[Mailer]:
        stage = self

        class MemoryMailer(Mailer):
            """A mail server in memory."""

            async def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[str]:
                await asyncio.sleep(0.01)
                if stage.mail_is_down:
                    raise transient("MAIL_SERVER_FAILED", detail="down", host=self.smtp.host)
                stage.mails.append(message)
                await asyncio.sleep(0.01)
                return []

        return MemoryMailer

    @property
    def world(self) -> Json:
        """Both sides as they are now."""
        return self.apis.world

    @contextmanager
    def touch(self, what: str, about: str, invoice: int = 0) -> Iterator[None]:
        """Something that a person does meanwhile."""
        begin = len(self.apis.journal.entries())
        try:
            yield
        finally:
            self.touches.append(Touch(what, about, begin, len(self.apis.journal.entries()), invoice))

    def say(self, what: str, about: str, *more: str) -> None:
        """A command of the operator, which the CLI would send: one that would change something."""
        kind = CommandKind(what.replace("-", "_"))
        company = about.partition("/")[0]
        of = next(one for one in self.settings.organisations if any(own.id == company for own in one.companies))
        key = DocumentKey.parse(about if "/" in about else f"{company}/{Kind.COMPANY}/{company}")
        target = more[1] if more else None
        command = Command(of.name, kind, key, datetime.fromtimestamp(time.time(), UTC), "operator", target)
        if nothing_to_do(self.topics, command):
            return
        sent = Publishing(Names(PREFIX), Codec(FileRegistry())).command(command)
        log = self.broker.partition(sent.topic, partition_of(of.name, PARTITIONS))
        self.broker.append(log, Entry(sent.key, sent.value, sent.headers, self.broker.now()))

    def look_at_offsets(self) -> None:
        """Whether a committed offset has passed a revision that is neither told, nor in the ledger, nor visible."""
        waiting = [key for key, one in self.documents().items() if one.waits]
        told = {f"{key_of(one)}#{one['revision']['number']}" for one in self.topics.outcomes()}
        self.passed |= set(self.topics.passed(waiting)) - told

    def documents(self) -> dict[str, Document]:
        """Every document as it is now."""
        return wanted.documents(self._sides())

    def told(self) -> dict[str, Json]:
        """The current outcome by document."""
        return current(self.topics.outcomes())

    def cases(self) -> dict[str, Case]:
        """Every document with its invoices and its current outcome."""
        evidence = self._sides()
        evidence.outcomes = self.topics.outcomes()
        return cases(evidence)

    def evidence(self) -> Evidence:
        """All that there is, as it is now."""
        evidence = self._sides()
        evidence.outcomes, evidence.changes = self.topics.outcomes(), self.topics.changes()
        evidence.dead_letters, evidence.ledger = self.topics.dead_letters(), self.topics.ledger()
        evidence.unread, evidence.mails = self.topics.unread(), [collect.mail(one) for one in self.mails]
        evidence.passed = sorted(self.passed)
        return evidence

    def _sides(self) -> Evidence:
        before = {name: self._start[name] for name in ("severa", "procountor")}
        sides = self.world["severa"], self.world["procountor"]
        return Evidence(
            self.books, before, *sides, self.apis.journal.entries(), touches=self.touches, faults=dict(self.faults)
        )

    def history(self) -> Iterator[str]:
        """All that happened, a line each: calls, records and mails, with their virtual times."""
        for entry in self.apis.journal.entries():
            yield json.dumps(entry, default=str)
        for topic in sorted(self.broker.topics):
            for log in self.broker.topics[topic]:
                for one in log.entries:
                    yield repr((topic, log.number, one.key, one.value, one.headers, one.timestamp))
        for mail in self.mails:
            yield mail.as_string()

    def close(self) -> None:
        """Remove the workers' files."""
        self._folder.cleanup()


class Files(FileProcessor):
    """The child's own work, in this process."""

    async def fit(self, part: Part, target: Path) -> ProcessedFile:
        await asyncio.sleep(0.05)
        made = work.fit(part.path, target, self.limits, lambda at: None)
        path = part.path if made.as_is else target
        return ProcessedFile(path, made.kind, made.pages, made.size, made.side, made.repaired, 0, 0.0)

    async def merge(self, parts: Sequence[Part], target: Path, name: str) -> ProcessedFile:
        await asyncio.sleep(0.05)
        made = work.merge([part.path for part in parts], target, self.limits, lambda at: None)
        return ProcessedFile(target, made.kind, made.pages, made.size, made.side, made.repaired, 0, 0.0)


class Topics(collect.Broker):
    """What the broker in memory has, for the evidence."""

    def __init__(self, broker: Broker, group: Group) -> None:
        super().__init__("memory", PREFIX)
        self._logs, self._group = broker.topics, group

    def get(self, key: str) -> bytes | None:
        """A value of the ledger."""
        found = [one.value for one in self._read("ledger") if one.key == key.encode()]
        return found[-1] if found else None

    def _read(self, *names: str) -> list[Any]:
        logs = [log for name in names for log in self._logs[f"{PREFIX}.{name}"]]
        return [record(log, *one) for log in logs for one in log.read(0, log.end)[0]]

    def _committed(self, topic: str) -> dict[int, int]:
        return {number: at for (name, number), at in self._group.offsets.items() if name == f"{PREFIX}.{topic}"}


def _settings(world: Json, firms: Iterable[Firm]) -> GatewaySettings:
    tree = settings_for(world, tuple(firms))
    client = tree["procountor"]
    tree["procountor"] = {**client, "base_url": "https://apis.example/procountor", "requests_per_second": 200}
    tree["severa"] = {"base_url": "https://apis.example/severa", "requests_per_second": 50}
    tree["kafka"] = {"bootstrap": "memory:9092", "prefix": PREFIX, "partitions": PARTITIONS, "registry": "file"}
    tree |= {
        "delivery": PROFILE,
        # most of a run's calls are lists: few of them make a run fast
        "polling": {"interval_min": 2, "sync_interval": 4},
        "smtp": SMTP,
        "telemetry": {"health_port": 0},
    }
    return GatewaySettings.model_validate(tree)
