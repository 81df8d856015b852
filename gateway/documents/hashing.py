"""Hashes of a document's content (decision 5), without status and bookkeeping times, stable over a round trip."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from gateway.documents.document import Document

_NOT_CONTENT = ("status_id", "status_name", "updated_at")
#: Types of most values, which need no look inside.
_PLAIN = frozenset((str, type(None), int, bool, Decimal, date, datetime))


def content_hash(document: Document) -> str:
    """SHA-256 (hex) of everything that is transferred: a sales invoice's head, its rows, and the customer's card."""
    return _digest(document)


def head_hash(document: Document) -> str:
    """SHA-256 (hex) of the document's head at its source. The status update compares it before it changes the status
    (decision 6).
    """
    return _digest(document.head())


def _digest(document: Any) -> str:
    content = _content(document)
    for name in _NOT_CONTENT:
        content.pop(name, None)
    return hashlib.sha256(_JSON.encode(content).encode()).hexdigest()


def _content(value: Any) -> Any:
    """As JSON has it, without empty fields: a new, empty field of the model changes no hash, so an upgrade is no
    change. Each poll hashes every waiting head, so nothing is copied: `dataclasses.asdict` costs three times as much.
    """
    if type(value) in _PLAIN:
        return value
    if names := _fields(type(value)):  # type: ignore[arg-type]  # mypy doubts that a class is hashable
        found = {name: _content(getattr(value, name)) for name in names}
    elif isinstance(value, dict):
        found = {name: _content(one) for name, one in value.items()}
    elif isinstance(value, list | tuple):
        return [_content(one) for one in value]
    else:
        return value
    return {name: one for name, one in found.items() if one or not _is_empty(one)}


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields; none of any other type."""
    return tuple(one.name for one in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


def _is_empty(value: object) -> bool:
    """0 is a value."""
    return value is None or value is False or isinstance(value, str | list | dict)


def _plain(value: object) -> str:
    """Decimals by value, so that 1.0 and 1.00 are the same content; dates in ISO form."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


_JSON = json.JSONEncoder(sort_keys=True, default=_plain)
