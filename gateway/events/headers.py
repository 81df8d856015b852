"""Headers of every record: CloudEvents attributes (binary mode) and the W3C trace context (O2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

Headers = tuple[tuple[str, bytes], ...]

CONTENT_TYPE = "application/avro"


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
