"""Hashes of a document's content (decision 5), without status and bookkeeping times, stable over a round trip."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from decimal import Decimal
from typing import Any

from gateway.documents.document import Document

_NOT_CONTENT = ("status_id", "status_name", "updated_at")
#: Values of an empty field. 0 is a value.
EMPTY: tuple[object, ...] = (None, "", [], {})


def content_hash(document: Document) -> str:
    """SHA-256 (hex) of everything that is transferred: a sales invoice's head, its rows, and the customer's card."""
    return _digest(document)


def head_hash(document: Document) -> str:
    """SHA-256 (hex) of the document's head at its source. The status update compares it before it changes the status
    (decision 6).
    """
    return _digest(document.head())


def _digest(document: Any) -> str:
    content = _filled(dataclasses.asdict(document))
    for name in _NOT_CONTENT:
        content.pop(name, None)
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=_plain).encode()).hexdigest()


def _filled(value: Any) -> Any:
    """Without empty fields: a new, empty field of the model changes no hash, so an upgrade is no change."""
    if isinstance(value, dict):
        found = {name: _filled(one) for name, one in value.items()}
        return {name: one for name, one in found.items() if one not in EMPTY and one is not False}
    if isinstance(value, list | tuple):
        return [_filled(one) for one in value]
    return value


def _plain(value: object) -> str:
    """Decimals by value, so that 1.0 and 1.00 are the same content; dates in ISO form."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)
