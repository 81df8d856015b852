"""Traces: one from the poll through each record to the status update and the e-mail (O2, B5)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from gateway.errors import mask

W3C = ("traceparent", "tracestate")
SERVICE = "severa-procountor-gateway"

_propagator = TraceContextTextMapPropagator()


def set_up_tracing(otlp_endpoint: str, exporter: SpanExporter | None = None) -> TracerProvider:
    """Trace from now on. Spans are sent over OTLP/HTTP if an address is set (`http://host:4318`).

    Without an address, spans exist anyway: their ids are in records and logs.
    """
    provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
    if exporter is None and otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # slow to import

        exporter = OTLPSpanExporter(endpoint=otlp_endpoint.rstrip("/") + "/v1/traces", timeout=5)
    if exporter is not None:
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
    trace.set_tracer_provider(provider)
    return provider


@contextmanager
def span(name: str, headers: Mapping[str, bytes] | None = None, **facts: object) -> Iterator[Span]:
    """A span of the current trace, or of the trace in a record's headers. An error that passes through is recorded.

    Facts become attributes. They are keys, numbers and codes, never document texts or personal identity numbers (R3).
    """
    parent: Context | None = None
    if headers is not None:
        carrier = {key: headers[key].decode("ascii", "replace") for key in W3C if key in headers}
        parent = _propagator.extract(carrier)
    attributes = {f"gateway.{key}": mask(str(value)) for key, value in facts.items() if value is not None}
    tracer = trace.get_tracer(SERVICE)
    with tracer.start_as_current_span(
        name, parent, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except Exception as error:
            current.set_status(Status(StatusCode.ERROR, getattr(error, "code", type(error).__name__)))
            raise


def trace_headers() -> dict[str, str]:
    """The current trace context as W3C headers."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier


def seconds_of_span() -> float | None:
    """How long the current span has lasted, in seconds; None outside a span."""
    began = getattr(trace.get_current_span(), "start_time", None)
    return round((time.time_ns() - began) / 1e9, 3) if began is not None else None


def trace_of(headers: Mapping[str, bytes]) -> str:
    """The id of the trace that a record belongs to, in hex; empty if its headers have none."""
    parts = headers.get("traceparent", b"").decode("ascii", "replace").split("-")
    return parts[1] if len(parts) == 4 and len(parts[1]) == 32 else ""


def trace_id() -> str:
    """The current trace's id in hex; empty outside a span."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""
