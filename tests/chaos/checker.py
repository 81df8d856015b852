"""The verdict of a chaos run, from the sandbox's journal and the broker alone. Shares no code with the gateway."""

from __future__ import annotations

import json
import struct
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer
from fastavro import parse_schema, schemaless_reader

SCHEMAS = Path(__file__).parents[2] / "schemas"
Entry = dict[str, Any]


def doubled(journal: list[Entry]) -> dict[str, int]:
    """What was made more than once, by kind."""

    def extras(operation: str, *names: str) -> int:
        made = Counter(
            (one["company"], *(one["object"].get(name) for name in names))
            for one in journal
            if one["operation"] == operation and one["effect"] == "created"
        )
        return sum(count - 1 for count in made.values())

    return {
        "invoices": extras("saveInvoice", "originalInvoiceNumber"),
        "partners": extras("insertBusinessPartner", "customerNumber"),
        "products": extras("addProduct", "code"),
    }


def lost(documents: dict[str, tuple[str, str]], journal: list[Entry], refused: set[str]) -> list[str]:
    """Documents (key: company, number) with neither exactly one invoice nor a current refusal."""
    made = Counter(
        (one["company"], str(one["object"]["originalInvoiceNumber"]))
        for one in journal
        if one["operation"] == "saveInvoice" and one["effect"] == "created"
    )
    return [key for key, (company, number) in documents.items() if made[company, number] != 1 and key not in refused]


def repeated_mails(ids: list[str]) -> int:
    """Mails that came more than once, by Message-ID."""
    return sum(count - 1 for count in Counter(ids).values())


async def current_outcomes(bootstrap: str, prefix: str) -> dict[str, str]:
    """State of the current outcome by document key: the highest (revision, sequence, attempt), `unchanged` aside."""
    ids = json.loads((SCHEMAS / "ids.json").read_text())["outcome"]
    schemas: dict[int, Any] = {one["id"]: parse_schema(json.loads((SCHEMAS / one["file"]).read_text())) for one in ids}
    current: dict[str, tuple[tuple[int, ...], str]] = {}
    async with AIOKafkaConsumer(
        f"{prefix}.outcomes.results",
        f"{prefix}.outcomes.errors",
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        group_id=None,
    ) as consumer:
        silent = 0
        while silent < 3:
            batch = await consumer.getmany(timeout_ms=1000)
            silent = 0 if batch else silent + 1
            for record in (one for records in batch.values() for one in records):
                schema_id = struct.unpack(">bI", record.value[:5])[1]
                tree: Any = schemaless_reader(BytesIO(record.value[5:]), schemas[schema_id], None)
                if tree["state"] in ("unchanged", "superseded"):
                    continue
                revision = tree["revision"]
                sequence = revision["sequence"]
                order = (revision["number"], sequence["epoch"], sequence["counter"], tree["attempt"])
                key = "/".join(tree["key"][name] for name in ("company", "kind", "id"))
                current[key] = max(current.get(key, ((), "")), (order, tree["state"]))
    return {key: state for key, (_, state) in current.items()}
