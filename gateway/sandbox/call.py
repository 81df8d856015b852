"""One call as the handlers of both APIs see it, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Call:
    """A call that passed every check. `store` holds the owner's objects by path."""

    owner: str
    store: Json
    path: dict[str, str]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any
    limits: Json
    search_lag: float = 0.0

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


@dataclass(slots=True)
class Answer:
    """What goes back, and what the journal keeps of it."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    effect: str = ""
    object_id: str | int | None = None
    about: Json = field(default_factory=dict)


class Refusal(Exception):
    """A call that the API refuses."""

    def __init__(self, status: int, message: str, field_name: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.field = status, message, field_name
