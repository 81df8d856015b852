"""A schema registry over Confluent's REST API, as an adapter: one call at a time, each with a deadline and a limit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import quote

import httpx

from gateway.errors import GatewayError, transient
from gateway.http.unpacking import BodyUnreadable, unpacked
from gateway.settings.kafka import SchemaRegistry

T = TypeVar("T")

API = "The schema registry"
#: The most bytes of an answer: the largest schema of the gateway has 20 000.
MOST_ANSWER = 4_000_000
#: A new schema may be read by readers of any version, and read records of any version (O1).
FULL_TRANSITIVE = "FULL_TRANSITIVE"
_MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


class RegistryRefused(Exception):
    """The registry answered, and refuses: a sentence with what to do."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a subject."""

    number: int
    id: int
    schema: dict[str, Any]


class _TooLong(Exception):
    """An answer has more bytes than any schema."""


class RegistryClient:
    """Raises Transient when nothing is known of a call (no answer, a failure, an answer that isn't the registry's own),
    RegistryRefused when the registry rejects it.
    """

    def __init__(self, settings: SchemaRegistry, carrier: httpx.AsyncBaseTransport | None = None) -> None:
        password = settings.password.get_secret_value()
        self.url = settings.url.rstrip("/")
        self._timeout = settings.timeout
        self._client = httpx.AsyncClient(
            transport=carrier,
            timeout=None,
            follow_redirects=False,
            auth=(settings.username, password) if settings.username else None,
            headers={
                "Accept": f"{_MEDIA_TYPE}, application/json",
                "Accept-Encoding": "gzip",
                "Content-Type": _MEDIA_TYPE,
            },
        )

    async def schema(self, schema_id: int) -> dict[str, Any] | None:
        """The schema of an id; None if the registry knows no such id."""
        return await self._read("GET", f"/schemas/ids/{schema_id}", lambda tree: _schema(tree["schema"]))

    async def versions(self, subject: str) -> list[Version]:
        """All versions of a subject, the oldest first; none if there is no such subject."""
        path = f"/subjects/{quote(subject, safe='')}/versions"
        numbers = await self._read("GET", path, lambda tree: [int(one) for one in tree]) or []
        found = [await self._read("GET", f"{path}/{number}", _version) for number in sorted(numbers)]
        return [one for one in found if one is not None]

    async def look_up(self, subject: str, schema: dict[str, Any]) -> int | None:
        """The id under which exactly this schema is registered; None if it isn't."""
        return await self._read("POST", f"/subjects/{quote(subject, safe='')}", _id, _body(schema))

    async def register(self, subject: str, schema: dict[str, Any]) -> int:
        """Register a schema, and return its id. A schema that is registered already keeps its id."""
        path = f"/subjects/{quote(subject, safe='')}/versions"
        found = await self._read("POST", path, _id, _body(schema))
        if found is None:
            raise RegistryRefused(f"{API} knows no {path}: correct kafka.registry.url")
        return found

    async def is_compatible(self, subject: str, schema: dict[str, Any]) -> bool:
        """Whether the registry would take the schema as a next version; True for a subject without versions."""
        path = f"/compatibility/subjects/{quote(subject, safe='')}/versions"
        found = await self._read("POST", path, lambda tree: bool(tree["is_compatible"]), _body(schema))
        return found is not False

    async def compatibility(self, subject: str) -> str | None:
        """The subject's own compatibility; None if it has none."""
        return await self._read(
            "GET", f"/config/{quote(subject, safe='')}", lambda tree: str(tree["compatibilityLevel"])
        )

    async def set_compatibility(self, subject: str, level: str) -> None:
        """Set the subject's own compatibility."""
        path = f"/config/{quote(subject, safe='')}"
        if await self._read("PUT", path, lambda tree: str(tree["compatibility"]), {"compatibility": level}) != level:
            raise RegistryRefused(f"{API} did not set the compatibility of {subject} to {level}")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _read(self, method: str, path: str, reader: Callable[[Any], T], body: Any = None) -> T | None:
        """What `reader` makes of the answer; None if the registry says that there is no such thing."""
        operation = f"{method} {path}"
        try:
            async with asyncio.timeout(self._timeout):
                status, text = await self._sent(method, path, body)
        except TimeoutError:
            raise self._unreachable(f"{operation}: no answer within {self._timeout} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, BodyUnreadable, _TooLong) as error:
            raise self._unreachable(f"{operation}: {error!r}") from error
        tree = _tree(text)
        if 200 <= status < 300 and tree is not None:
            try:
                return reader(tree)
            except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
                raise self._foreign(operation, status, text) from error
        if status in (401, 403):
            raise RegistryRefused(
                f"{API} at {self.url} rejects the user ({status}) for {operation}: {_said(tree, text)}. "
                "Correct kafka.registry.username and password, or grant this user the right."
            )
        own = isinstance(tree, dict) and isinstance(tree.get("error_code"), int)
        if status == 404 and own:
            return None
        if own and status in (409, 422):
            raise RegistryRefused(f"{API} refuses {operation}: {_said(tree, text)}")
        if status in (408, 429) or status >= 500:
            raise transient(
                "API_FAILED", detail=f"{operation}: {status} {_said(tree, text)}", api=API, operation=operation
            )
        raise self._foreign(operation, status, text)

    async def _sent(self, method: str, path: str, body: Any) -> tuple[int, bytes]:
        content = None if body is None else json.dumps(body).encode()
        async with self._client.stream(method, self.url + path, content=content) as answer:
            found = bytearray()
            async for piece in unpacked(answer):
                found += piece
                if len(found) > MOST_ANSWER:
                    raise _TooLong(f"more than {MOST_ANSWER} bytes")
            return answer.status_code, bytes(found)

    def _unreachable(self, detail: str) -> GatewayError:
        return transient("API_UNREACHABLE", detail=f"{self.url}, {detail}", api=API)

    def _foreign(self, operation: str, status: int, text: bytes) -> GatewayError:
        """Not the registry's own form: a proxy, a login page, a redirect, or another address (ADR 17). Its text is not
        repeated: it may show what it was sent.
        """
        detail = f"{self.url}, {operation}: {status} with {len(text)} bytes that are not the registry's"
        return transient("ANSWER_FOREIGN", detail=detail, api=API, operation=operation)


async def until_answered(
    ask: Callable[[], Awaitable[T]], report: Callable[[str], None], pause: Callable[[float], Awaitable[None]]
) -> T:
    """Ask until the registry answers, after 1 s, 2 s, ... up to 30 s. `report` gets the detail of each failure.

    A refusal is waited for as well: whoever corrects the rights needs no restart.
    """
    wait = 1.0
    while True:
        try:
            return await ask()
        except GatewayError as error:
            report(error.detail)
        except RegistryRefused as error:
            report(str(error))
        await pause(wait)
        wait = min(2 * wait, 30.0)


def _body(schema: dict[str, Any]) -> dict[str, str]:
    return {"schemaType": "AVRO", "schema": json.dumps(schema, ensure_ascii=False)}


def _id(tree: Any) -> int:
    return int(tree["id"])


def _version(tree: Any) -> Version:
    return Version(int(tree["version"]), _id(tree), _schema(tree["schema"]))


def _schema(text: Any) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("a schema that is no record")
    return cast("dict[str, Any]", found)


def _tree(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _said(tree: Any, text: bytes) -> str:
    message = tree.get("message") if isinstance(tree, dict) else None
    return str(message or f"{len(text)} bytes").rstrip(". ")[:500]
