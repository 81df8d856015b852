"""The one list of metrics, and what Prometheus reads of it (O2)."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from gateway.telemetry.exposition import exposition
from gateway.telemetry.metrics import (
    CALLS,
    COMPANY_HELD,
    DEAD_LETTERS,
    LIMIT,
    METRICS,
    OUTCOMES,
    Metric,
    Reading,
    Registry,
)

ROOT = Path(__file__).parents[3]
#: Labels with few values. None names a document or a person (R3).
LABELS = {"company", "flow", "outcome", "code", "api", "operation", "status", "credential", "result", "topic", "reason"}


def shown(registry: Registry) -> list[str]:
    """The lines with values."""
    return [line for line in exposition(registry.collect()).splitlines() if not line.startswith("#")]


def test_O2_the_page_of_metrics_is_up_to_date() -> None:
    """`make metrics` prints it."""
    page = runpy.run_path(str(ROOT / "tools/metrics.py"))["page"]()
    assert page == (ROOT / "docs/metrics.md").read_text()
    assert set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ", page, re.M)))) >= LABELS


def test_R3_labels_are_few_and_name_no_document() -> None:
    assert {label for metric in METRICS for label in metric.labels} == LABELS | {"home"}


def test_O2_names_are_prometheus_own_form_and_used_once() -> None:
    names = [metric.exposed for metric in METRICS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"gateway_[a-z]+(_[a-z]+)*", name) for name in names)
    assert (OUTCOMES.exposed, LIMIT.exposed) == ("gateway_outcomes_total", "gateway_api_limit_per_second")


def test_O2_counts_are_added_up_by_label() -> None:
    registry = Registry()
    for status in ("200", "200", "429"):
        registry.count(CALLS, api="Severa", operation="read", status=status)
    assert shown(registry) == [
        'gateway_api_calls_total{api="Severa",operation="read",status="200"} 2',
        'gateway_api_calls_total{api="Severa",operation="read",status="429"} 1',
    ]


def test_O2_a_rare_event_has_a_series_before_it_happens() -> None:
    """Otherwise `increase` never sees the first event."""
    registry = Registry()
    registry.count(DEAD_LETTERS, 0, topic="t", reason="unexpected")
    assert shown(registry) == ['gateway_dead_letters_total{topic="t",reason="unexpected"} 0']


def test_O2_a_reading_ends_with_what_it_was_about() -> None:
    registry = Registry()
    registry.observe([Reading(COMPANY_HELD, 1, {"company": "acme-fi", "code": "LOGIN_REFUSED"})])
    assert shown(registry) == ['gateway_company_held{company="acme-fi",code="LOGIN_REFUSED"} 1']
    registry.observe([])
    assert shown(registry) == []


def test_O2_thousands_of_companies_keep_their_series() -> None:
    """The SDK's own limit is 2000 series per metric. Beyond it labels are gone, and with them the whole page."""
    registry, many = Registry(), [f"company-{n}" for n in range(2100)]
    registry.observe(Reading(COMPANY_HELD, 1, {"company": one, "code": "X"}) for one in many)
    for one in many:
        registry.count(OUTCOMES, company=one, flow="sales-invoice", outcome="created")
    lines = shown(registry)
    assert len(lines) == len(set(lines)) == 2 * len(many)
    assert sum('company="company-' in line for line in lines) == len(lines)


def test_O2_texts_of_labels_are_escaped() -> None:
    registry = Registry()
    registry.observe([Reading(COMPANY_HELD, 1, {"company": 'a"\\\n', "code": "X"})])
    assert shown(registry) == [r'gateway_company_held{company="a\"\\\n",code="X"} 1']


@pytest.mark.parametrize("labels", [{}, {"company": "acme-fi", "document": "acme-fi/sales-invoice/1"}])
def test_R3_a_count_has_exactly_the_labels_of_the_list(labels: dict[str, str]) -> None:
    with pytest.raises(AssertionError, match="has the labels"):
        Registry().count(OUTCOMES, **labels)


def test_O2_each_metric_has_its_help_and_type_once() -> None:
    registry = Registry()
    for metric in METRICS:
        _give_a_value(registry, metric)
    registry.observe(Reading(one, 1, dict.fromkeys(one.labels, "x")) for one in METRICS if one not in registry.counted)
    page = exposition(registry.collect())
    assert re.findall(r"^# TYPE (\w+) (\w+)$", page, re.M) == [(one.exposed, one.type) for one in METRICS]
    assert re.findall(r"^# HELP (\w+) ", page, re.M) == [one.exposed for one in METRICS]


def _give_a_value(registry: Registry, metric: Metric) -> None:
    if metric in registry.counted:
        registry.count(metric, **dict.fromkeys(metric.labels, "x"))
