"""Traces: one from the poll through each record to the status update and the e-mail (O2, B5).

Here is how spans are recorded, sampled and passed on; `spans.py` has their names and attributes.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

W3C = ("traceparent", "tracestate")
SERVICE = "severa-procountor-gateway"
#: The parent of a span that begins a trace.
NO_PARENT = Context()

_propagator = TraceContextTextMapPropagator()
#: When the outermost span of this process began, in monotonic seconds: a span that is not recorded doesn't say.
_BEGAN: ContextVar[float | None] = ContextVar("began", default=None)


def set_up_tracing(otlp_endpoint: str, exporter: SpanExporter | None = None, ratio: float = 1.0) -> TracerProvider:
    """Trace from now on. Spans are sent over OTLP/HTTP if an address is set (`http://host:4318`).

    `ratio`: the part of the traces that is recorded. A trace is recorded as a whole, by all processes, or not at all.
    Without an address none is, but its ids exist: records and logs have them.
    """
    if exporter is None and otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # slow to import

        exporter = OTLPSpanExporter(endpoint=otlp_endpoint.rstrip("/") + "/v1/traces", timeout=5)
    process = {"service.name": SERVICE, "service.instance.id": f"{socket.gethostname()}-{os.getpid()}"}
    sampler = ParentBased(TraceIdRatioBased(ratio)) if exporter is not None else ALWAYS_OFF
    provider = TracerProvider(sampler=sampler, resource=Resource.create(process))
    if exporter is not None:
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
    trace.set_tracer_provider(provider)
    _tracer.cache_clear()
    return provider


@contextmanager
def span(
    name: str,
    headers: Mapping[str, bytes] | None = None,
    *,
    parent: Context | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Callable[[], Mapping[str, Any]] = dict,
    links: Sequence[Link] = (),
) -> Iterator[Span]:
    """A span below the current one, in the trace of a record's headers, or below `parent`.

    An error that passes through is its status. `attributes` are asked for only if the span is recorded.
    """
    within = context_of(headers) if headers is not None else parent
    began = None if within is None and trace.get_current_span().get_span_context().is_valid else time.monotonic()
    token = _BEGAN.set(began) if began is not None else None
    try:
        with _tracer(trace.get_tracer).start_as_current_span(
            name, within, kind, links=links, record_exception=False, set_status_on_exception=False
        ) as current:
            if current.is_recording():
                current.set_attributes(attributes())
            try:
                yield current
            except Exception as error:
                fail(current, error)
                raise
    finally:
        if token is not None:
            _BEGAN.reset(token)


@cache
def _tracer(get_tracer: Callable[[str], Tracer]) -> Tracer:
    return get_tracer(SERVICE)


def fail(current: Span, error: Exception | str) -> None:
    """Give the span an error status: the error's code, or its type. Its text may name people."""
    if not current.is_recording():
        return
    code = error if isinstance(error, str) else getattr(error, "code", type(error).__name__)
    current.set_attribute("error.type", code)
    current.set_status(Status(StatusCode.ERROR, code))


def context_of(headers: Mapping[str, bytes]) -> Context:
    """The trace context of a record's headers; the one of no trace if they have none."""
    carrier = {key: headers[key].decode("ascii", "replace") for key in W3C if key in headers}
    return _propagator.extract(carrier)


def links_to(traceparent: str) -> list[Link]:
    """A link to the span that `traceparent` names; none if it names no span."""
    found = trace.get_current_span(_propagator.extract({"traceparent": traceparent})).get_span_context()
    return [Link(found)] if found.is_valid else []


def trace_headers() -> dict[str, str]:
    """The current trace context as W3C headers."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier


def traceparent() -> str:
    """The current span, as W3C writes it; empty outside a span."""
    return trace_headers().get("traceparent", "")


def seconds_of_span() -> float | None:
    """How long the outermost span of this process has lasted, in seconds; None outside a span."""
    began = _BEGAN.get()
    return round(time.monotonic() - began, 3) if began is not None else None


def trace_of(headers: Mapping[str, bytes]) -> str:
    """The id of the trace that a record belongs to, in hex; empty if its headers have none."""
    parts = headers.get("traceparent", b"").decode("ascii", "replace").split("-")
    return parts[1] if len(parts) == 4 and len(parts[1]) == 32 else ""


def trace_id() -> str:
    """The current trace's id in hex; empty outside a span."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""
