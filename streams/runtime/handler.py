"""A handler: how the records of one topic are read, ordered and handled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from gateway.ledger import Home

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was read, before it is decoded."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]
    timestamp_ms: int


def headers_of(headers: Any) -> dict[str, bytes]:
    """Headers by name. Kafka allows a header without a value, which counts as an empty value (Q5)."""
    return {name: b"" if value is None else value for name, value in dict(headers or ()).items()}


@dataclass(frozen=True, slots=True)
class Handler(Generic[T]):
    """Handles the records of one topic. Events of one document run in order, at most a few of one company at once."""

    topic: str
    name: str
    #: Raises Poison.
    decode: Callable[[Record], T]
    #: Events with the same value run in order.
    document: Callable[[T], str]
    #: Events with the same value share room.
    company: Callable[[T], str]
    #: Returns when the event has ended on the broker. Raises HomeLost if that is unknown: the event is then dropped un-
    #: acked.
    handle: Callable[[T, Record, Home], Awaitable[None]]
    #: Called when an event is taken.
    taken: Callable[[T, Home], None] = lambda event, home: None
    #: Called before decoding: a record that has already ended on the broker is acked at once.
    ended: Callable[[Record, Home], bool] = lambda record, home: False
    #: Whether the event waits for a server of its own (mails), which is no standstill of the gateway.
    patient: Callable[[T], bool] = lambda event: False


class HomeListener(Protocol):
    """Learns when a home opens and when it is about to leave."""

    async def opened(self, home: Home) -> None:
        """The home is ours; none of its events has been handled yet."""

    async def closing(self, number: int) -> None:
        """The home leaves; start nothing in it any more."""
