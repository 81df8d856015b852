"""The spans of a document's trace: names, kinds and attributes, in this place alone (O2, B5).

Kafka and HTTP have OpenTelemetry's names (`messaging.*`, `http.*`); what only the gateway knows is `gateway.*`. Spans
hold ids, numbers and codes; never texts, names, bodies, addresses with a query, or personal identity numbers (R3).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from opentelemetry import trace
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind

from gateway.errors import redact
from gateway.telemetry.tracing import NO_PARENT, fail, links_to, span

T = TypeVar("T")
Facts = Mapping[str, object]
_NONE: Facts = {}

#: Parts of a path that name one object: guids, numbers, and lists of numbers.
_ID = re.compile(r"(?<=/)(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9]+(?:,[0-9]+)*)(?=/|$)")


class Record(Protocol):
    """A record as it was read."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, bytes]: ...


class Call(Protocol):
    """A call to an API."""

    @property
    def operation(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> tuple[tuple[str, str], ...]: ...


def polled(document: str, number: object = None) -> AbstractContextManager[Span]:
    """A document is read whole, and published: its trace begins."""
    return span(f"poll {_kind(document)}", parent=NO_PARENT, attributes=lambda: _about(document, {"number": number}))


def swept(document: str) -> AbstractContextManager[Span]:
    """The poll ends what an attempt has left: a document that no longer waits, or a status update."""
    return span(f"sweep {_kind(document)}", parent=NO_PARENT, attributes=lambda: _about(document, {}))


def commanded(command: str, about: str) -> AbstractContextManager[Span]:
    """An operator gives a command: its trace begins."""
    return span(f"command {command}", parent=NO_PARENT, attributes=lambda: _about(about, {"command": command}))


def published(topic: str, id_: str, about: str, facts: Facts = _NONE) -> AbstractContextManager[Span]:
    """A record is created, whose headers name this span. It leaves with the next commit."""

    def attributes() -> dict[str, str | int]:
        return _messaging("publish", "create", topic) | {"messaging.message.id": id_} | _about(about, facts)

    return span(f"publish {topic}", kind=SpanKind.PRODUCER, attributes=attributes)


def handled(record: Record, about: str, facts: Facts = _NONE, replayed: bool = False) -> AbstractContextManager[Span]:
    """A record is handled, in its own trace. `replayed`: it had ended before, so a new trace begins, with a link."""

    def attributes() -> dict[str, str | int]:
        return _read(record) | _about(about, facts) | ({"gateway.replayed": True} if replayed else {})

    name = f"process {record.topic}"
    if not replayed:
        return span(name, record.headers, kind=SpanKind.CONSUMER, attributes=attributes)
    links = links_to(record.headers.get("traceparent", b"").decode("ascii", "replace"))
    return span(name, parent=NO_PARENT, kind=SpanKind.CONSUMER, attributes=attributes, links=links)


@contextmanager
def buried(record: Record, reason: str) -> Iterator[None]:
    """A record can't be handled, and becomes a dead letter."""
    with span(
        f"bury {record.topic}", record.headers, kind=SpanKind.CONSUMER, attributes=lambda: _read(record)
    ) as current:
        fail(current, reason)
        yield


def committed(topic: str) -> Callable[[int], AbstractContextManager[Span]]:
    """Records of the ledger `topic`, and events beside them, are committed in one transaction."""
    attributes = _messaging("commit", "send", topic)

    def commit(records: int) -> AbstractContextManager[Span]:
        count = {"messaging.batch.message_count": records}
        return _below(f"commit {topic}", kind=SpanKind.CLIENT, attributes=attributes | count)

    return commit


def step(name: str) -> AbstractContextManager[Span]:
    """A step of an attempt, such as `look up` or `create invoice`."""
    return _below(name)


def mailed(host: str, port: int) -> AbstractContextManager[Span]:
    """A mail is sent to its server."""
    return _below("send mail", kind=SpanKind.CLIENT, attributes={"server.address": host, "server.port": port})


@contextmanager
def called(api: str, base_url: str, call: Call, company: str) -> Iterator[Callable[[int], None]]:
    """A request is sent to an API. What is yielded takes the status of the answer."""
    if not trace.get_current_span().is_recording():
        yield lambda status: None
        return
    address, path = urlsplit(base_url), _ID.sub("{id}", call.path)
    attributes: dict[str, str | int] = {
        "http.request.method": call.method,
        "url.template": path,
        "server.address": address.hostname or "",
        "server.port": address.port or (443 if address.scheme == "https" else 80),
        "peer.service": api,
        "gateway.company": company,
        "gateway.operation": call.operation,
    }
    if resent := _resent(call):
        attributes["http.request.resend_count"] = resent
    with span(f"{call.method} {path}", kind=SpanKind.CLIENT, attributes=lambda: attributes) as current:

        def answered(status: int) -> None:
            current.set_attribute("http.response.status_code", status)
            if status >= 400:
                fail(current, str(status))

        yield answered


def ended(facts: Facts, error: str = "") -> None:
    """The current attempt ends with an outcome; `error`: the code of a refusal."""
    current = trace.get_current_span()
    if current.is_recording():
        current.set_attributes(_facts(facts))
    if error:
        failed(error)


def failed(code: str) -> None:
    """The work of the current span ends with an error."""
    fail(trace.get_current_span(), code)


@contextmanager
def failures() -> Iterator[None]:
    """An error that leaves this block is the status of the current span, although somebody handles it there."""
    try:
        yield
    except Exception as error:
        fail(trace.get_current_span(), error)
        raise


def caused_by(traceparent: str) -> None:
    """Link the current span to the operator's command that caused it; "" if none did."""
    for link in links_to(traceparent) if traceparent else ():
        trace.get_current_span().add_link(link.context, {"gateway.cause": "command"})


@dataclass(slots=True)
class Tries:
    """Calls that are sent again: the try that runs, and in which try each call was sent first."""

    current: int = 0
    first: dict[tuple[object, ...], int] = field(default_factory=dict)

    def each(self, call: Callable[[T], Awaitable[None]]) -> Callable[[T], Awaitable[None]]:
        """The call; each time that it is made is another try."""

        def again(given: T) -> Awaitable[None]:
            self.begin()
            return call(given)

        return again

    def begin(self) -> None:
        """Another try begins."""
        self.current += 1


_TRIES: ContextVar[Tries | None] = ContextVar("tries", default=None)


@contextmanager
def tries() -> Iterator[Tries]:
    """Count how often each call of this block is sent again. A block within another one counts on."""
    counting = _TRIES.get() or Tries()
    token = _TRIES.set(counting)
    try:
        yield counting
    finally:
        _TRIES.reset(token)


def _resent(call: Call) -> int:
    counting = _TRIES.get()
    if counting is None:
        return 0
    return counting.current - counting.first.setdefault((call.method, call.path, call.query), counting.current)


@contextmanager
def _below(
    name: str, *, kind: SpanKind = SpanKind.INTERNAL, attributes: Mapping[str, str | int] | None = None
) -> Iterator[Span]:
    """A span below the current one. Without one there is none: what belongs to no document fills no traces."""
    if not trace.get_current_span().is_recording():
        yield INVALID_SPAN
        return
    with span(name, kind=kind, attributes=lambda: attributes or {}) as current:
        yield current


def _read(record: Record) -> dict[str, str | int]:
    attributes = _messaging("process", "process", record.topic)
    attributes["messaging.destination.partition.id"] = str(record.partition)
    attributes["messaging.kafka.offset"] = record.offset
    if id_ := record.headers.get("ce_id"):
        attributes["messaging.message.id"] = redact(id_.decode("utf-8", "replace"))
    return attributes


def _messaging(name: str, type_: str, topic: str) -> dict[str, str | int]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": name,
        "messaging.operation.type": type_,
        "messaging.destination.name": topic,
    }


def _about(key: str, facts: Facts) -> dict[str, str | int]:
    return _facts({"document": key, "company": key.partition("/")[0], "flow": _kind(key), **facts})


def _facts(facts: Facts) -> dict[str, str | int]:
    """What the gateway knows, masked."""
    return {f"gateway.{name}": redact(str(value)) for name, value in facts.items() if value not in (None, "")}


def _kind(key: str) -> str:
    """The kind of a document, which a key names second."""
    return next(iter(key.split("/")[1:2]), "")
