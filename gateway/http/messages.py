"""Requests and responses as data, so that requests can be decided and tested without I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol


class CallLease(Protocol):
    """The right to start an effect. `check` raises when the lease has expired (decision 8)."""

    async def renew_if_due(self) -> None:
        """Called when the rate budget grants the call: a lease that expired in the queue may be renewed."""

    def check(self, late: float = 0.0) -> None:
        """Called at the last point before bytes leave. `late`: for how many seconds the lease may have been expired."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on disk as `multipart/form-data`: part `meta` as JSON, then part `file`, read while it is sent."""

    meta: Mapping[str, object]
    path: Path
    name: str
    mime_type: str


class TooLarge(Exception):
    """A download has more bytes than allowed; `size` as far as it is known."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


@dataclass(frozen=True, slots=True)
class Request:
    """One call to an API."""

    #: The step, as errors and logs name it.
    operation: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    #: Headers, body and form may hold a personal number or a secret.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: object | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    #: The call must not happen twice: it needs a lease, and an unknown outcome is InDoubt.
    once: bool = False
    upload: Upload | None = None
    #: The API answers a success with 204 and no body. That proves nothing: the caller reads the object again (ADR 17).
    bare: bool = False

    @property
    def changes(self) -> bool:
        """Whether the call changes anything. It needs a lease then, even if a repetition is harmless."""
        return self.once or self.method in ("PUT", "PATCH", "DELETE")

    def content(self) -> bytes | None:
        """The body as JSON; amounts are JSON numbers with exactly these digits."""
        if self.body is None:
            return None
        return json.dumps(self.body, default=_number, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Response:
    """An answer."""

    status: int
    #: Headers and body may hold a token, and names of customers.
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the call was executed."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """The declared content type without parameters; empty if none is declared."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the body is declared as JSON, as both APIs do for everything except files."""
        return self.media_type == "application/json" or self.media_type.endswith("+json")

    def json(self) -> Any:
        """The body, with decimal numbers as Decimal and lone surrogates as U+FFFD (T2). Raises ValueError, and
        RecursionError for absurdly deep nesting.
        """
        tree = json.loads(self.body, parse_float=Decimal, parse_constant=_no_number)
        return _whole(tree) if _HALF.search(self.body) else tree

    def header(self, name: str) -> str | None:
        """A header in any case; None if it is absent or empty."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None) or None


#: A surrogate in JSON, as an escape or as bytes that are not UTF-8. Whole pairs are decoded before.
_HALF = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")


def _whole(tree: Any) -> Any:
    """Text without lone surrogates, which no encoder accepts: they could go to no topic, no ledger and no API."""
    if isinstance(tree, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", tree)
    if isinstance(tree, list):
        return [_whole(one) for one in tree]
    return {key: _whole(value) for key, value in tree.items()} if isinstance(tree, dict) else tree


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


def _number(value: object) -> float:
    """A Decimal as the float whose shortest form has the same digits. Raises ValueError if there is none (more than 15
    digits).
    """
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no JSON form here")
    number = float(value)
    if Decimal(repr(number)) != value:
        raise ValueError(f"{value} has more digits than a JSON number carries safely")
    return number
