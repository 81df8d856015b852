"""Alerts and dashboard name metrics that exist, and each alert has its entry in the runbook (O2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.telemetry.metrics import METRICS
from tests.unit.docs.test_pages import anchors

ROOT = Path(__file__).parents[3]
RULES = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/rules.yaml").read_text())["groups"]
    for rule in group["rules"]
]
ALERTS = [rule for rule in RULES if "alert" in rule]
BOARD = json.loads((ROOT / "deploy/grafana/gateway.json").read_text())
#: Labels that Prometheus adds to each target's series.
ADDED = {"job", "instance"}
#: Words of PromQL.
PROMQL = (
    {"sum", "max", "min", "count", "by", "rate", "increase", "absent", "avg_over_time", "vector", "or", "bool"}
    | {"label_values"}  # Grafana's
)


def expressions() -> Iterator[tuple[str, str]]:
    """Each expression of PromQL, with what it is for."""
    yield from ((rule.get("alert") or rule["record"], rule["expr"]) for rule in RULES)
    for panel in BOARD["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel.get("targets", []))


def known_labels() -> dict[str, set[str]]:
    """The labels of each series: metrics of the list, what the rules record, and Prometheus' own."""
    known = {"up": ADDED} | {metric.exposed: {*metric.labels, *ADDED} for metric in METRICS}
    return known | {rule["record"]: {"company", "flow"} for rule in RULES if "record" in rule}


def unknown(expression: str) -> set[str]:
    """The names in an expression that are no series, no label of its series, and not of the language."""
    texts = re.sub(r'"[^"]*"|\[[^]]*\]', "", expression)
    series = {name for name in re.findall(r"[A-Za-z_][\w:]*", texts) if name in known_labels()}
    labels = set[str]().union(*(known_labels()[name] for name in series))
    return set(re.findall(r"[A-Za-z_][\w:]*", texts)) - series - labels - PROMQL


@pytest.mark.parametrize(("name", "expression"), list(expressions()))
def test_O2_an_expression_names_only_what_there_is(name: str, expression: str) -> None:
    assert unknown(expression) == set(), name
    assert [expression.count(one) for one in "({["] == [expression.count(one) for one in ")}]"], name


def test_O2_an_expression_with_a_wrong_name_is_found() -> None:
    """The test above can fail: a series, a label, a function."""
    assert unknown("sum by (company) (rate(gateway_outcome_total[5m]))") == {"company", "gateway_outcome_total"}
    assert unknown('max by (code) (gateway_oldest_waiting_seconds{flow="x"})') == {"code"}
    assert unknown("rates(gateway_homes)") == {"rates"}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_O2_each_alert_has_its_entry_in_the_runbook(alert: dict[str, Any]) -> None:
    page, _, anchor = alert["annotations"]["runbook"].partition("#")
    assert (page, anchor) == ("docs/operations.md", alert["alert"].lower())
    assert anchor in anchors(ROOT / page)
    entry = (ROOT / page).read_text().partition(f"### {alert['alert']}\n")[2].partition("\n##")[0]
    assert re.findall(r"^- \*\*(.+?)\*\*: \S", entry, re.M) == ["Symptom", "Cause", "What to do"]
    assert alert["labels"]["severity"] in ("critical", "warning")


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_O2_a_summary_names_labels_that_its_alert_keeps(alert: dict[str, Any]) -> None:
    kept = re.search(r" by \(([^)]*)\)", alert["expr"])
    bare = re.fullmatch(r"\w+\{[^}]*\} == 0", alert["expr"])  # not aggregated: the target's labels stay
    labels = set(kept[1].split(", ")) if kept is not None else ADDED if bare is not None else set()
    assert set(re.findall(r"\$labels\.(\w+)", alert["annotations"]["summary"])) <= labels


def test_O2_runbook_has_no_entry_without_its_alert() -> None:
    entries = re.findall(r"^### (Gateway\w+)$", (ROOT / "docs/operations.md").read_text(), re.M)
    assert entries == [alert["alert"] for alert in ALERTS]


def test_F1_waiting_alert_begins_at_ten_minutes() -> None:
    waiting = next(one for one in ALERTS if one["alert"] == "GatewayOldestWaiting")
    assert waiting["expr"].endswith(" > 600")


def test_O2_each_panel_of_the_dashboard_has_its_place() -> None:
    """Ids are unique, and no two panels overlap."""
    panels = BOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (at["x"] + x, at["y"] + y)
        for at in (panel["gridPos"] for panel in panels)
        for x in range(at["w"])
        for y in range(at["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
