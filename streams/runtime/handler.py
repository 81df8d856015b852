"""A handler: how the records of one topic are read, ordered and handled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from gateway.ledger import Home

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it came, before anyone decoded it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]
    timestamp_ms: int


def headers_of(headers: Any) -> dict[str, bytes]:
    """Headers as they came, by name. Kafka allows one without a value: it reads as an empty one (Q5)."""
    return {name: b"" if value is None else value for name, value in dict(headers or ()).items()}


@dataclass(frozen=True, slots=True)
class Handler(Generic[T]):
    """Records of `topic`: events of one `document` run in order, at most a few of one `company` side by side.

    `decode` raises Poison; `handle` returns when the event's end is on the broker, and raises HomeLost when it may
    not be: the event is dropped un-acked then and comes again. `ended` is asked before anything is decoded: a record
    whose end is on the broker already is acked at once. `patient`: an event that waits for a server of its own, of
    mails, so that it is no standstill of ours.
    """

    topic: str
    name: str
    decode: Callable[[Record], T]
    document: Callable[[T], str]
    company: Callable[[T], str]
    handle: Callable[[T, Record, Home], Awaitable[None]]
    taken: Callable[[T, Home], None] = lambda event, home: None
    ended: Callable[[Record, Home], bool] = lambda record, home: False
    patient: Callable[[T], bool] = lambda event: False


class HomeListener(Protocol):
    """Told when a home opens and when it is about to go."""

    async def opened(self, home: Home) -> None:
        """The home is ours; nothing of it was handled yet."""

    async def closing(self, number: int) -> None:
        """The home goes; begin nothing in it any more."""
