"""One call as the handlers of both APIs see it, and their answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Keeps = Callable[[Json], bool]


@dataclass(slots=True)
class Call:
    """A call that passed every check."""

    owner: str
    #: The owner's objects by path.
    store: Json
    path: dict[str, str]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any
    limits: Json
    #: The file of a multipart body.
    file: bytes = b""
    search_lag: float = 0.0
    #: A fault in a call that succeeds.
    twist: str = ""

    def one(self, name: str, default: str = "") -> str:
        """A query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def several(self, name: str) -> list[str]:
        """An array in the query, repeated or comma-separated."""
        return [part for key, value in self.query if key == name for part in value.split(",")]

    def objects(self, path: str) -> list[Json]:
        """The owner's objects under a path; a list that may be added to."""
        found: list[Json] = self.store.setdefault(path, [])
        return found

    def unseen(self) -> Json:
        """The fields of a new object that searches don't show yet."""
        return {"_seen_from": time.time() + self.search_lag} if self.search_lag else {}


#: The filter of a query parameter: built once per call, applied to each object.
Filters = Mapping[str, Callable[[Call, str], Keeps]]


def filtered(call: Call, objects: Iterable[Json], filters: Filters, paging: tuple[str, ...]) -> Iterator[Json]:
    """The objects that every filter of the query keeps.

    Raises Refusal for a parameter that the API declares and the sandbox doesn't serve: ignoring it would show
    everything, as a mistyped one does in the real API.
    """
    names = dict.fromkeys(name for name, _ in call.query if name not in paging)
    for name in names:
        if name not in filters:
            raise Refusal(400, f"InvalidParameter: the sandbox doesn't serve the query parameter {name}", name)
    kept = [filters[name](call, name) for name in names]
    return (one for one in objects if all(keeps(one) for keeps in kept))


def dig(one: Json, *names: str) -> Any:
    """A value inside objects that may be absent."""
    node: Any = one
    for name in names:
        node = (node or {}).get(name)
    return node


def among(*names: str) -> Callable[[Call, str], Keeps]:
    """A filter: the value at these names is one of the given ones."""

    def make(call: Call, parameter: str) -> Keeps:
        wanted = frozenset(call.several(parameter))
        return lambda one: str(dig(one, *names)) in wanted

    return make


def exactly(*names: str) -> Callable[[Call, str], Keeps]:
    """A filter: the value at these names is exactly the given one, with any commas."""

    def make(call: Call, parameter: str) -> Keeps:
        wanted = call.one(parameter)
        return lambda one: not wanted or str(dig(one, *names)) == wanted

    return make


def part_of(*names: str) -> Callable[[Call, str], Keeps]:
    """A filter: the text at these names contains the given one."""

    def make(call: Call, parameter: str) -> Keeps:
        wanted = call.one(parameter)
        return lambda one: wanted in (dig(one, *names) or "")

    return make


def flag(*names: str, absent: bool) -> Callable[[Call, str], Keeps]:
    """A filter: true or false at these names; `absent` if there is none."""

    def make(call: Call, parameter: str) -> Keeps:
        wanted = call.one(parameter) == "true"
        return lambda one: (absent if dig(one, *names) is None else dig(one, *names)) is wanted

    return make


@dataclass(slots=True)
class Answer:
    """An answer, and what the journal keeps of it. Texts and bytes are sent as they are, everything else as JSON."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    effect: str = ""
    object_id: str | int | None = None
    about: Json = field(default_factory=dict)


class Refusal(Exception):
    """A call that the API rejects."""

    def __init__(self, status: int, message: str, field_name: str = "", retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.field, self.retry_after = status, message, field_name, retry_after
