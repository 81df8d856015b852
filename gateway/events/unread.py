"""A record whose schema isn't known yet waits for the registry in its place; others go on, and nothing is a dead letter
for it (O1, Q5, ADR 33).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from gateway.documents.keys import DocumentKey
from gateway.errors import poison
from gateway.events.known_schemas import KnownSchemas

H = TypeVar("H")


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands for an event that can't be decoded yet; its record's key says of which document it is."""

    key: DocumentKey
    schema_id: int

    @property
    def company(self) -> str:
        """As an event says it."""
        return self.key.company


def reading_with(handler: H, schemas: KnownSchemas) -> H:
    """The handler, with records that wait for their schema. A worker's handler orders events by their keys alone, so
    an event keeps its place among those of its document.
    """
    inner = cast(Any, handler)

    def decode(record: Any) -> Any:
        """Raises Poison."""
        schema_id = schemas.missing(record.value)
        return inner.decode(record) if schema_id is None else Unread(_key(record, schema_id), schema_id)

    def taken(event: Any, home: Any) -> None:
        if not isinstance(event, Unread):
            inner.taken(event, home)

    async def handle(event: Any, record: Any, home: Any) -> None:
        if isinstance(event, Unread):
            await schemas.resolve(event.schema_id)
            event = inner.decode(record)
            inner.taken(event, home)
        await inner.handle(event, record, home)

    def patient(event: Any) -> bool:
        return isinstance(event, Unread) or inner.patient(event)

    return cast(H, replace(inner, decode=decode, taken=taken, handle=handle, patient=patient))


def _key(record: Any, schema_id: int) -> DocumentKey:
    try:
        return DocumentKey.parse((record.key or b"").decode())
    except ValueError as error:
        detail = f"schema id {schema_id} is unknown, and the key names no document"
        raise poison("EVENT_UNREADABLE", detail=detail, topic=record.topic) from error
