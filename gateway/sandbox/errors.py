"""A world that is wrong."""

from __future__ import annotations

from typing import Any


class WorldError(ValueError):
    """A world file is wrong: which place, and what is accepted."""


def some_object(node: Any, place: str, what: str) -> dict[str, Any]:
    """The node, if it is an object. Raises WorldError."""
    if not isinstance(node, dict):
        raise WorldError(f"{place}: an object {what} is expected.")
    return node
