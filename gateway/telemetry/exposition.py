"""The text that Prometheus reads (exposition format 0.0.4), from what OpenTelemetry's SDK has collected (ADR 34)."""

from __future__ import annotations

from collections.abc import Iterator

from opentelemetry.sdk.metrics.export import Gauge, MetricsData, NumberDataPoint, Sum

from gateway.telemetry.metrics import METRICS, Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_LABEL = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
_HELP = str.maketrans({"\\": r"\\", "\n": r"\n"})


def exposition(collected: MetricsData | None) -> str:
    """The page. A metric without any value is left out."""
    points = dict(_points(collected))
    return "".join(line + "\n" for metric in METRICS for line in _lines(metric, points.get(metric.name, [])))


def _points(collected: MetricsData | None) -> Iterator[tuple[str, list[NumberDataPoint]]]:
    for resource in collected.resource_metrics if collected is not None else ():
        for scope in resource.scope_metrics:
            for one in scope.metrics:
                if isinstance(one.data, Sum | Gauge):
                    yield one.name, list(one.data.data_points)


def _lines(metric: Metric, points: list[NumberDataPoint]) -> Iterator[str]:
    if points:
        yield f"# HELP {metric.exposed} {metric.meaning.translate(_HELP)}"
        yield f"# TYPE {metric.exposed} {metric.type}"
    for point in points:
        labels = ",".join(f'{name}="{_text(point, name)}"' for name in metric.labels)
        yield f"{metric.exposed}{{{labels}}} {point.value}" if labels else f"{metric.exposed} {point.value}"


def _text(point: NumberDataPoint, name: str) -> str:
    return str((point.attributes or {})[name]).translate(_LABEL)
