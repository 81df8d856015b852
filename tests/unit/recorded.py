"""Spans that a test's code records, in memory."""

from __future__ import annotations

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, Sampler


class Recorded:
    """The spans that ended since `monkeypatch` was handed in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, sampler: Sampler = ALWAYS_ON) -> None:
        self._exporter, provider = InMemorySpanExporter(), TracerProvider(sampler=sampler)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """In the order of their end."""
        return self._exporter.get_finished_spans()

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.spans]

    def the(self, name: str) -> ReadableSpan:
        """The only span with this name."""
        (found,) = (one for one in self.spans if one.name == name)
        return found

    def last(self, name: str) -> ReadableSpan:
        """The last span with this name."""
        return [one for one in self.spans if one.name == name][-1]


def facts(span: ReadableSpan) -> dict[str, object]:
    """Its attributes, and its error."""
    error = {"error": span.status.description} if span.status.description else {}
    return {**(span.attributes or {}), **error}
