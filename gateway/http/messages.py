"""Requests and responses as data: what is asked is decided without I/O, and can be tested so."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol


class CallLease(Protocol):
    """The right to start an effect; `check` raises when it has run out (decision 8)."""

    async def renew_if_due(self) -> None:
        """Asked when the call's turn has come: what ran out in the queue may be renewed."""

    def check(self, late: float = 0.0) -> None:
        """Stands at the last point before the bytes; `late`: seconds for which it may have been over by now."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on disk as `multipart/form-data`: part `meta` as JSON, then part `file`, read while it is sent."""

    meta: Mapping[str, object]
    path: Path
    name: str
    mime_type: str


class TooLarge(Exception):
    """A download has more bytes than were wanted; `size` as far as it is known."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


@dataclass(frozen=True, slots=True)
class Request:
    """One call. `once`: it must not happen twice, so an end that isn't known is InDoubt and needs a lease."""

    operation: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object | None = None
    form: Mapping[str, str] | None = None
    once: bool = False
    upload: Upload | None = None

    @property
    def changes(self) -> bool:
        """Whether it changes what is there: it needs a lease, also where it is harmless twice."""
        return self.once or self.method in ("PUT", "PATCH", "DELETE")

    def content(self) -> bytes | None:
        """The body as JSON; amounts as JSON numbers, digit for digit."""
        if self.body is None:
            return None
        return json.dumps(self.body, default=_number, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Response:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether it says that the call was executed."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """What the body is said to be, without parameters; empty when that is not said."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the body is said to be JSON, as both APIs declare of all that is no file."""
        return self.media_type == "application/json" or self.media_type.endswith("+json")

    def json(self) -> Any:
        """The body; numbers with a point become Decimal, half a surrogate pair U+FFFD (T2). Raises ValueError, and
        RecursionError when it is deep beyond reason.
        """
        tree = json.loads(self.body, parse_float=Decimal, parse_constant=_no_number)
        return _whole(tree) if _HALF.search(self.body) else tree

    def header(self, name: str) -> str | None:
        """A header, whatever its case; None when it is absent or empty."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None) or None


#: How a surrogate is written in JSON, as an escape or in bytes that are no UTF-8. Only halves of a pair stay one.
_HALF = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")


def _whole(tree: Any) -> Any:
    """Without halves of surrogate pairs: no encoder takes them, so no topic, no ledger and no other API."""
    if isinstance(tree, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", tree)
    if isinstance(tree, list):
        return [_whole(one) for one in tree]
    return {key: _whole(value) for key, value in tree.items()} if isinstance(tree, dict) else tree


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


def _number(value: object) -> float:
    """A Decimal as the float whose shortest form has the same digits; refused when there is none (over 15 digits)."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no JSON form here")
    number = float(value)
    if Decimal(repr(number)) != value:
        raise ValueError(f"{value} has more digits than a JSON number carries safely")
    return number
