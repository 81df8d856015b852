"""The evidence of a run: both sides, mails, and what the broker has, decoded from the schemas alone."""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from fastavro import parse_schema, schemaless_reader

from gateway.cli.demo.stage import Stage
from tests.chaos.evidence import Book, Evidence, Json, key_of
from tests.chaos.flows import FLOWS

T = TypeVar("T")
SCHEMAS = Path(__file__).parents[2] / "schemas"
#: What is added to an id of ids.json on the wire (docs/events.md).
FILE_IDS = 2_000_000_000
RESULTS, ERRORS, COMMANDS = "outcomes.results", "outcomes.errors", "commands"
#: The change topic of each flow, and the schema of its events.
CHANGES = {flow.topic: flow.schema for flow in FLOWS}
#: States of a record whose document is tried when a later event of it is read.
TRIED = ("open", "refused")


@dataclass
class Broker:
    """What is on the topics of one prefix. Each question is asked again while the broker restarts."""

    bootstrap: str
    prefix: str
    _schemas: dict[str, Any] = field(default_factory=dict)

    def outcomes(self) -> list[Json]:
        """All outcomes, in the order of each partition."""
        return [self._decoded(one.value, "outcome") for one in self._read(RESULTS, ERRORS)]

    def changes(self, topics: Mapping[str, str] = CHANGES) -> list[Json]:
        """Key and revision of each change event, topic by topic; `topics`: each with its schema."""
        trees = [self._decoded(one.value, schema) for topic, schema in topics.items() for one in self._read(topic)]
        return [{name: tree[name] for name in ("key", "revision", "origin")} for tree in trees]

    def dead_letters(self) -> list[Json]:
        """Headers of each."""
        return [{name: value.decode() for name, value in one.headers} for one in self._read("dead-letters")]

    def ledger(self) -> dict[str, Any]:
        """The newest record by key, without those that were taken out."""
        newest = {one.key.decode(): one.value for one in self._read("ledger")}
        return {key: _plain(value) for key, value in newest.items() if value}

    def unread(self) -> dict[str, int]:
        """Records above the group's committed offsets, by topic."""
        found = {}
        for topic in (*CHANGES, RESULTS, ERRORS, COMMANDS):
            below = self._committed(topic)
            found[topic] = sum(one.offset >= below.get(one.partition, 0) for one in self._read(topic))
        return found

    def passed(self, waiting: Iterable[str]) -> list[str]:
        """Of each document the newest event, where it is below a committed offset, the ledger doesn't know its
        revision, and no poll can see the document. What became of an older event is the newest one's to say: it is
        still to be read, or is looked at here.

        `waiting`: keys of documents in the status before transfer, now or a moment ago. Offsets are read first: what is
        below one has been settled before it was committed.
        """
        committed = {topic: self._committed(topic) for topic in CHANGES}
        events = [
            (self._decoded(one.value, schema), one.offset < committed[topic].get(one.partition, 0))
            for topic, schema in CHANGES.items()
            for one in self._read(topic)
        ]
        return unknown(events, self.ledger(), waiting)

    def tried_again(self, changes: Iterable[Json]) -> list[Json]:
        """Of these the ones that are tried when they are read again: an attempt after a refusal had no end (an API was
        busy), or nobody handled them. What comes of them is told only if it is another cause.
        """
        ledger = self.ledger()
        records = [(one, ledger.get(key_of(one))) for one in changes]
        return [one for one, known in records if not known or (known["state"] in TRIED and _later(one, known))]

    def replayed(self) -> int:
        """How many events outcomes have called unchanged or superseded so far."""
        results = [self._decoded(one.value, "outcome") for one in self._read(RESULTS)]
        return sum(tree.get("events", 1) for tree in results if tree["state"] in ("unchanged", "superseded"))

    def _read(self, *names: str) -> list[Any]:
        topics = [f"{self.prefix}.{name}" for name in names]
        return asked(lambda: _whole(self.bootstrap, *topics))

    def _committed(self, topic: str) -> dict[int, int]:
        return asked(lambda: _committed(self.bootstrap, self.prefix, f"{self.prefix}.{topic}"))

    def _decoded(self, value: bytes, name: str) -> Json:
        if not self._schemas:
            known = json.loads((SCHEMAS / "ids.json").read_text())
            files = {FILE_IDS + one["id"]: one["file"] for some in known.values() for one in some}
            self._schemas = {id_: parse_schema(json.loads((SCHEMAS / file).read_text())) for id_, file in files.items()}
        tree: Any = schemaless_reader(BytesIO(value[5:]), self._schemas[struct.unpack(">bI", value[:5])[1]], None)
        return dict(tree)


def worlds(stage: Stage, books: list[Book], **more: Any) -> Evidence:
    """What both sides have now."""
    start, now = stage.apis.apis._start, stage.apis.apis.world
    before = {name: start[name] for name in ("severa", "procountor")}
    return Evidence(books, before, now["severa"], now["procountor"], stage.apis.journal(), **more)


def gather(stage: Stage, books: list[Book], **more: Any) -> Evidence:
    """All that there is, as it is now."""
    evidence, broker = worlds(stage, books, **more), Broker(stage.kafka.bootstrap, stage.prefix)
    evidence.outcomes, evidence.changes = broker.outcomes(), broker.changes()
    evidence.dead_letters, evidence.ledger = broker.dead_letters(), broker.ledger()
    evidence.unread = broker.unread()
    evidence.mails = [mail(one) for one in list(stage.mails.messages)]
    return evidence


def unknown(events: Iterable[tuple[Json, bool]], ledger: Json, waiting: Iterable[str]) -> list[str]:
    """Newest events of documents, each with whether it was passed, that neither the ledger nor a poll knows of."""
    seen, newest = set(waiting), {key_of(tree): (tree, passed) for tree, passed in events}
    found = []
    for key, (tree, passed) in newest.items():
        number = tree["revision"]["number"]
        known = key in ledger and (ledger[key]["revision"]["number"] >= number or _later(ledger[key], tree))
        if passed and not known and f"~intent/{key}" not in ledger and key not in seen:
            found.append(f"{key}#{number}")
    return found


def mail(message: EmailMessage) -> Json:
    """What a mail says, and what it is about."""
    text = message.get_content()
    lines = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    company = lines.get("Company", "").strip().partition(" ")[0]
    about = lines.get("Document", f"{company}/company/{company}").strip()
    to, subject = str(message["To"]), str(message["Subject"])
    return {"id": str(message["Message-ID"]), "to": to, "subject": subject, "about": about}


def _later(this: Json, that: Json) -> bool:
    """Whether this event or record is later than that one: numbers begin again once the ledger was lost."""
    places = [one["revision"]["sequence"] for one in (this, that)]
    return (places[0]["epoch"], places[0]["counter"]) > (places[1]["epoch"], places[1]["counter"])


def asked(question: Callable[[], Coroutine[Any, Any, T]], seconds: float = 60.0) -> T:
    """The broker's answer; it may be in the middle of a restart."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return asyncio.run(question())
        except KafkaError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _plain(value: bytes) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value.decode("utf-8", "replace")


async def _whole(bootstrap: str, *topics: str) -> list[Any]:
    """All committed records of some topics, as far as they stand when it begins."""
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        parts = [TopicPartition(topic, n) for topic in topics for n in await _partitions(consumer, topic)]
        consumer.assign(parts)
        ends, read = await consumer.end_offsets(parts), list[Any]()
        while [one for one in parts if await consumer.position(one) < ends[one]]:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                read += records
    return read


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> list[int]:
    found: Any = consumer.partitions_for_topic(topic) or await consumer._client._wait_on_metadata(topic)
    return sorted(found)


async def _committed(bootstrap: str, group: str, topic: str) -> dict[int, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        committed = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
    return {tp.partition: meta.offset for tp, meta in committed.items() if tp.topic == topic}
