"""The verdict of a chaos run, from the sandbox's journal and the broker alone. Shares no code with the gateway."""

from __future__ import annotations

import itertools
import json
import struct
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from fastavro import parse_schema, schemaless_reader

SCHEMAS = Path(__file__).parents[2] / "schemas"
Entry = dict[str, Any]


def doubled(journal: list[Entry], after: str = "") -> dict[str, int]:
    """What was made more than once, by kind. `after`: Severa's status after transfer."""

    def extras(operation: str, *names: str) -> int:
        made = Counter(
            (one["company"], *(one["object"].get(name) for name in names))
            for one in journal
            if one["operation"] == operation and one["effect"] == "created"
        )
        return sum(count - 1 for count in made.values())

    sends = Counter(
        (one["company"], one["object_id"]) for one in journal if one["operation"] == "send" and one["effect"]
    )
    moves: dict[str, list[str]] = {}
    for one in journal:
        if one["operation"] == "invoicesPatchInvoice" and one["effect"] == "status":
            moves.setdefault(one["object_id"], []).append(one["object"]["status"])
    return {
        "invoices": extras("saveInvoice", "originalInvoiceNumber"),
        "partners": extras("insertBusinessPartner", "customerNumber"),
        "products": extras("addProduct", "code"),
        "items": extras("addDimensionItem", "dimension", "codeName"),
        "attachments": extras("saveAttachment", "referenceId", "name"),
        "sends": sum(count - 1 for count in sends.values()),
        "status_changes": sum(
            first == second == after for own in moves.values() for first, second in itertools.pairwise(own)
        ),
    }


def lost(documents: dict[str, tuple[str, str]], journal: list[Entry], refused: Iterable[str]) -> list[str]:
    """Documents (key: company, number) with neither exactly one invoice nor a current refusal."""
    told = set(refused)
    made = Counter(
        (one["company"], str(one["object"]["originalInvoiceNumber"]))
        for one in journal
        if one["operation"] == "saveInvoice" and one["effect"] == "created"
    )
    return [key for key, (company, number) in documents.items() if made[company, number] != 1 and key not in told]


def repeated_mails(ids: list[str]) -> int:
    """Mails that came more than once, by Message-ID."""
    return sum(count - 1 for count in Counter(ids).values())


def _decoded(value: bytes, name: str) -> Entry:
    known = json.loads((SCHEMAS / "ids.json").read_text())[name]
    schema_id = struct.unpack(">bI", value[:5])[1]
    file = next(one["file"] for one in known if one["id"] == schema_id)
    schema: Any = _SCHEMAS.setdefault(file, parse_schema(json.loads((SCHEMAS / file).read_text())))
    tree: Any = schemaless_reader(BytesIO(value[5:]), schema, None)
    return dict(tree)


_SCHEMAS: dict[str, Any] = {}


async def _whole(bootstrap: str, *topics: str) -> list[Any]:
    """All committed records of some topics, as far as they stand when it begins."""
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        parts = [TopicPartition(topic, n) for topic in topics for n in await _partitions(consumer, topic)]
        consumer.assign(parts)
        ends, read = await consumer.end_offsets(parts), []
        while [one for one in parts if await consumer.position(one) < ends[one]]:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                read += records
    return read


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> list[int]:
    found: Any = consumer.partitions_for_topic(topic) or await consumer._client._wait_on_metadata(topic)
    return sorted(found)


async def current_outcomes(bootstrap: str, prefix: str) -> dict[str, str]:
    """State of the current outcome by document key: the highest (sequence, attempt) that changes something."""
    current: dict[str, tuple[tuple[int, ...], str]] = {}
    for record in await _whole(bootstrap, f"{prefix}.outcomes.results", f"{prefix}.outcomes.errors"):
        tree = _decoded(record.value, "outcome")
        if tree["state"] in ("unchanged", "superseded"):
            continue
        sequence = tree["revision"]["sequence"]
        order = (sequence["epoch"], sequence["counter"], tree["attempt"])
        key = "/".join(tree["key"][name] for name in ("company", "kind", "id"))
        current[key] = max(current.get(key, ((), "")), (order, tree["state"]))
    return {key: state for key, (_, state) in current.items()}


async def replay_counts(bootstrap: str, prefix: str) -> tuple[int, int]:
    """Change events on the topic, and how many events outcomes have called unchanged so far."""
    outcomes = [_decoded(one.value, "outcome") for one in await _whole(bootstrap, f"{prefix}.outcomes.results")]
    told = sum(tree.get("events", 1) for tree in outcomes if tree["state"] == "unchanged")
    return len(await _whole(bootstrap, f"{prefix}.changes.sales-invoices")), told


async def unread(bootstrap: str, prefix: str) -> int:
    """Change events above the group's committed offsets."""
    topic = f"{prefix}.changes.sales-invoices"
    below = await _committed(bootstrap, prefix, topic)
    return sum(one.offset >= below.get(one.partition, 0) for one in await _whole(bootstrap, topic))


async def _committed(bootstrap: str, prefix: str, topic: str) -> dict[int, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        committed = await admin.list_consumer_group_offsets(prefix)
    finally:
        await admin.close()
    return {tp.partition: meta.offset for tp, meta in committed.items() if tp.topic == topic}


async def offsets_that_passed(bootstrap: str, prefix: str, waiting: Iterable[str]) -> list[str]:
    """Events below a committed offset whose revision the ledger doesn't know and whose document the poll can't see.

    `waiting`: keys of documents in the status before transfer, now or a moment ago. Offsets are read first: what is
    below one has been settled before it was committed.
    """
    topic, seen = f"{prefix}.changes.sales-invoices", set(waiting)
    below = await _committed(bootstrap, prefix, topic)
    events = [one for one in await _whole(bootstrap, topic) if one.offset < below.get(one.partition, 0)]
    ledger = {record.key.decode(): record.value for record in await _whole(bootstrap, f"{prefix}.ledger")}
    passed = []
    for event in events:
        key, number = event.key.decode(), _decoded(event.value, "sales-invoice-changed")["revision"]["number"]
        known = json.loads(ledger[key])["revision"]["number"] if ledger.get(key) else 0
        if known < number and not ledger.get(f"~intent/{key}") and key not in seen:
            passed.append(f"{key}#{number}")
    return passed
