"""Documents to records and back: Avro in Confluent's framing (a zero byte, the schema's id, the record), and headers:
CloudEvents attributes (binary mode) and the W3C trace context (O2).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from fastavro import schemaless_reader, schemaless_writer

from gateway.errors import Poison, poison
from gateway.events.registry import Registry
from gateway.events.shapes import from_record, to_record

T = TypeVar("T")

_FRAME = struct.Struct(">bI")

Headers = tuple[tuple[str, bytes], ...]

CONTENT_TYPE = "application/avro"


class Codec:
    """Encodes with the newest version of a schema, decodes records of any version."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def encode(self, name: str, document: object) -> bytes:
        """The document in `name`'s newest schema. Raises ValueError if it doesn't fit."""
        schema_id, schema = self._registry.newest(name)
        out = io.BytesIO()
        out.write(_FRAME.pack(0, schema_id))
        schemaless_writer(out, schema, to_record(document), strict=True)
        return out.getvalue()

    def decode(self, name: str, shape: type[T], value: bytes | None, topic: str) -> T:
        """The document in a record. Raises Poison (Q5)."""
        if value is None or len(value) < _FRAME.size:
            raise poison("EVENT_UNREADABLE", detail="no value or no frame", topic=topic)
        magic, schema_id = _FRAME.unpack_from(value)
        written = self._registry.schema(schema_id) if magic == 0 else None
        if written is None or written[0] != name:
            raise poison("EVENT_UNREADABLE", detail=f"first byte {magic}, schema id {schema_id}", topic=topic)
        rest = io.BytesIO(value[_FRAME.size :])
        try:
            tree: Any = schemaless_reader(rest, written[1], self._registry.newest(name)[1])
            if rest.read(1):
                raise ValueError("bytes are left over")
            return from_record(shape, tree)
        except Poison:
            raise
        except Exception as error:  # anything that a damaged record makes the reader raise
            raise poison("EVENT_UNREADABLE", detail=repr(error), topic=topic) from error


def headers_for(
    *, type_: str, source: str, subject: str, id_: str, time: datetime, trace: Mapping[str, str]
) -> Headers:
    """CloudEvents 1.0 over Kafka: `ce_` attributes, then the trace context as it is handed in."""
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": id_,
        "ce_type": type_,
        "ce_source": source,
        "ce_subject": subject,
        "ce_time": time.isoformat().replace("+00:00", "Z"),
        "content-type": CONTENT_TYPE,
        **trace,
    }
    return tuple((name, value.encode()) for name, value in attributes.items())
