"""Records as the consumer reads them."""

from __future__ import annotations

from streams.runtime.handler import Record


def a_record(offset: int, topic: str = "changes", home: int = 0, at: int = 0, key: bytes = b"k") -> Record:
    """A record with nothing but its place, its time and its key."""
    return Record(topic, home, offset, key, b"v", {}, at)
