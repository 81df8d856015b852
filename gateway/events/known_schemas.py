"""The schemas of a registry, by id: asked for once, kept for the worker's life (O1, ADR 33)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from fastavro import parse_schema

from gateway.errors import transient
from gateway.events.registry import FileRegistry, Schema, frame_id, source
from gateway.events.registry_client import API, RegistryClient, until_answered
from gateway.events.subjects import subjects

log = structlog.get_logger()

#: Seconds between two lines about a registry that doesn't answer.
EVERY = 60.0


class NotRegistered(Exception):
    """The registry lacks a schema that this version writes with: the message says what to do."""


class KnownSchemas:
    """A `Registry` over a schema registry. `open` finds the ids to write with, and every version of the gateway's own
    subjects; any other id is asked for when a record has it (`resolve`). What is known needs no registry.

    Ids of the file stay readable: commands have them, and so have records from before the registry was set.
    """

    def __init__(
        self, client: RegistryClient, prefix: str, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._client, self._subjects, self._pause = client, subjects(prefix), pause
        self._file = FileRegistry()
        self._ids: dict[str, int] = {}
        self._by_id: dict[int, tuple[str, Schema] | None] = {}
        self._names = {self._file.newest(name)[1]["name"]: name for name in self._subjects.values()}
        self._asking = asyncio.Lock()
        self._reported = float("-inf")

    async def open(self) -> None:
        """Wait until the registry has answered for each subject. Raises NotRegistered."""
        for subject, name in self._subjects.items():
            await until_answered(partial(self._open, subject, name), self._report, self._pause)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def newest(self, name: str) -> tuple[int, Schema]:
        """The registry's id of the schema to write with; the file's for private records."""
        own, schema = self._file.newest(name)
        return self._ids.get(name, own), schema

    def schema(self, schema_id: int) -> tuple[str, Schema] | None:
        """None if the id isn't one of the gateway's schemas. Raises Transient while nobody has asked for it."""
        if (own := self._file.schema(schema_id)) is not None:
            return own
        if schema_id not in self._by_id:
            raise transient("API_UNREACHABLE", detail=f"schema {schema_id} was not asked for yet", api=API)
        return self._by_id[schema_id]

    def missing(self, value: bytes | None) -> int | None:
        """The id in a record's frame, if it has to be asked for before the record can be decoded."""
        found = frame_id(value)
        return None if found is None or found in self._by_id or self._file.schema(found) else found

    async def resolve(self, schema_id: int) -> None:
        """Wait until the registry says what the id is. Records of one id wait for one answer."""
        async with self._asking:
            if schema_id not in self._by_id:
                found = await until_answered(partial(self._client.schema, schema_id), self._report, self._pause)
                self._keep(schema_id, None, found)

    async def _open(self, subject: str, name: str) -> None:
        found = await self._client.look_up(subject, source(name))
        if found is None:
            raise NotRegistered(
                f"schema registry: this version's schema '{name}' is not registered under {subject}. "
                "Run 'gateway schemas apply'."
            )
        self._ids.setdefault(name, found)
        for version in await self._client.versions(subject):
            self._keep(version.id, name, version.schema)
        self._keep(found, name, source(name))

    def _keep(self, schema_id: int, name: str | None, tree: Schema | None) -> None:
        """A schema that isn't ours, or that no reader could parse, is kept as unknown: its records are unreadable."""
        try:
            schema: Any = parse_schema(tree) if tree is not None else None
        except Exception:  # a foreign schema may hold anything
            schema = None
        name = name or self._names.get(schema.get("name", "") if isinstance(schema, dict) else "")
        self._by_id[schema_id] = (name, schema) if name is not None and schema is not None else None

    def _report(self, why: str) -> None:
        if (now := time.monotonic()) - self._reported >= EVERY:
            self._reported = now
            log.warning("schema registry does not answer", why=why)
