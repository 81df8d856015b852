"""Items of dimensions for tests."""

from __future__ import annotations

from typing import Any

from gateway.documents import SyncedItem


def an_item(**changes: Any) -> SyncedItem:
    """The item of a project."""
    made = {"id": "project-p1", "axis": "project", "dimension": "Projects", "code": "1001", "name": "Renewal"}
    return SyncedItem(**{**made, **changes})
