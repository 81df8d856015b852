"""Print docs/metrics.md from the one list of metrics: `make metrics`."""

from __future__ import annotations

from pathlib import Path

from gateway.telemetry.metrics import METRICS, Metric

PAGE = Path(__file__).parent.parent / "docs/metrics.md"
HEAD = """# Metrics

Every metric of a worker (O2). `make metrics` prints this page from `gateway/telemetry/metrics.py`; a test compares it.

Each worker answers `GET http://<telemetry.health_host>:<telemetry.health_port>/metrics` in Prometheus' text format,
from its start on, on the port of [health](operations.md#health). The page names companies and error codes, and no
document, person or secret. It has no login: let only Prometheus reach the port.

`deploy/prometheus/rules.yaml` has the alerts, each with its entry in the [runbook](operations.md#alerts), and
`deploy/grafana/gateway.json` a dashboard. Counters begin at 0 with each process, so use `rate` or `increase`.

"""
TAIL = """
## Labels

| label | values |
|---|---|
| `company` | ids of the companies in the settings |
| `flow` | `sales-invoice`, `travel-reimbursement` and so on, as in keys of events |
| `outcome` | the states of an outcome ([events](events.md)) |
| `code` | codes of [errors](errors.md) |
| `api` | `Severa`, `Procountor` |
| `credential` | an organisation in Severa; `gateway`, or a company with a client id of its own, in Procountor |
| `operation` | `login`, `read`, `change` |
| `status` | a status of HTTP, or `none` without an answer |
| `topic`, `reason` | the topic of the event; `unreadable`, `unexpected` |
| `result` | `sent`, `retried`, `failed` |
| `home` | a number below `kafka.partitions` |

## The ten-minute promise

A document is transferred within ten minutes (F1). `gateway_oldest_waiting_seconds` measures it: the rules record the
part of the last 30 days in which it was at most 600, per company and flow (`gateway:within_promise:ratio_30d`). Set
your own objective on that. Four things are outside this figure:

- The time before the poll lists a document for the first time, which is one interval between polls.
- Documents behind a full window (`polling.window`): the wait of each begins when it has room. A backlog shows as
  `gateway_waiting_documents` that stays at the window.
- Time in which no worker answers: there is no figure then, and `GatewayWorkerDown` or `GatewayGone` says so.
- Time on hold, which `gateway_company_held` shows.
"""


def page() -> str:
    """The whole page."""
    rows = "".join(map(_row, METRICS))
    return f"{HEAD}| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n{rows}{TAIL}"


def _row(metric: Metric) -> str:
    labels = ", ".join(f"`{name}`" for name in metric.labels)
    unit = {"1": "1 or 0", "s": "seconds", "{call}/s": "calls per second"}.get(
        metric.unit, metric.unit.strip("{}") + "s"
    )
    return f"| `{metric.exposed}` | {metric.type} | {unit} | {labels} | {metric.meaning} |\n"


if __name__ == "__main__":
    PAGE.write_text(page())
