"""Metrics: the one list of names, meanings, units and labels (O2). docs/metrics.md is printed from it.

A label has few values: companies, flows, codes, homes. No label names a document or a person (R3).

Most metrics are read from the worker's state when somebody asks, rather than counted beside it. So no figure can
disagree with what the worker does, and a figure ends with what it was about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from opentelemetry.metrics import CallbackOptions, Counter, Observation
from opentelemetry.sdk import metrics as sdk
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricsData

from gateway.telemetry.tracing import SERVICE

#: The most series of a metric: outcomes of ten thousand companies. The SDK's own limit is 2000; what is above it would
#: lose its labels.
MOST_SERIES = 1_000_000
#: What a unit adds to a name, as OpenTelemetry translates names for Prometheus. Units in braces add nothing.
_SUFFIXES = {"s": "_seconds", "{call}/s": "_per_second"}


class Source(StrEnum):
    """Where the value comes from."""

    #: Counted as it happens; begins at 0 with the process.
    COUNTED = "counter"
    #: Read from a count that the worker keeps.
    READ_COUNT = "counter, read"
    #: Read from the worker's state.
    READ = "gauge"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of a worker."""

    #: OpenTelemetry's name.
    name: str
    source: Source
    #: OpenTelemetry's unit: s for seconds, {noun} for a number of things, 1 for yes (1) or no (0).
    unit: str
    meaning: str
    labels: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """Prometheus' type."""
        return "gauge" if self.source is Source.READ else "counter"

    @property
    def exposed(self) -> str:
        """Prometheus' name."""
        total = "_total" if self.type == "counter" else ""
        return self.name.replace(".", "_") + _SUFFIXES.get(self.unit, "") + total


OUTCOMES = Metric(
    "gateway.outcomes",
    Source.COUNTED,
    "{outcome}",
    "Ends of documents. An end whose commit is lost is repeated, and counted twice.",
    ("company", "flow", "outcome"),
)
WAITING = Metric(
    "gateway.waiting.documents",
    Source.READ,
    "{document}",
    "Documents that the poll has started, or could not start, and that have no outcome yet. Documents behind a full "
    "window are not counted.",
    ("company", "flow"),
)
OLDEST_WAITING = Metric(
    "gateway.oldest.waiting",
    Source.READ,
    "s",
    "How long the oldest of them has waited. Time on hold doesn't count. Requirement F1 allows 600.",
    ("company", "flow"),
)
COMPANY_HELD = Metric("gateway.company.held", Source.READ, "1", "1 for each company on hold here.", ("company", "code"))
FLOW_PAUSED = Metric(
    "gateway.flow.paused", Source.READ, "1", "1 for each flow of a company that is paused.", ("company", "flow", "code")
)
COMPANY_UNSERVED = Metric(
    "gateway.company.unserved",
    Source.READ,
    "1",
    "1 for each company that no worker serves. Each worker lists all.",
    ("company",),
)
CALLS = Metric(
    "gateway.api.calls",
    Source.COUNTED,
    "{call}",
    "Calls to an API. `operation` is `login`, `read` or `change`; `status` is HTTP's, or `none` for a call without an "
    "answer.",
    ("api", "operation", "status"),
)
GRANTED = Metric(
    "gateway.api.granted.calls",
    Source.READ_COUNT,
    "{call}",
    "Calls that the rate budget of a credential has granted. `credential` is an organisation in Severa; in Procountor "
    "it is `gateway`, or a company with a client id of its own.",
    ("api", "credential"),
)
LIMIT = Metric(
    "gateway.api.limit",
    Source.READ,
    "{call}/s",
    "The calls that this worker may make under a credential. The rate of granted calls divided by it is the use of the "
    "limit.",
    ("api", "credential"),
)
MAILS = Metric(
    "gateway.mails",
    Source.COUNTED,
    "{mail}",
    "Mails about errors: `sent`, `retried` (the mail server doesn't answer, or defers the mail), or `failed` (rejected "
    "for good).",
    ("result",),
)
DEAD_LETTERS = Metric(
    "gateway.dead.letters",
    Source.COUNTED,
    "{event}",
    "Events that became dead letters: `unreadable`, or `unexpected` for a fault of the gateway.",
    ("topic", "reason"),
)
REPLAYED = Metric(
    "gateway.replayed.events",
    Source.COUNTED,
    "{event}",
    "Events that were redelivered after their end. They cost no call.",
    ("company",),
)
OPEN_EVENTS = Metric(
    "gateway.open.events", Source.READ, "{event}", "Events read and not ended. A backlog keeps it above 0."
)
OLDEST_UNREAD = Metric(
    "gateway.oldest.unread",
    Source.READ,
    "s",
    "How long the oldest change event has been published and not read: the lag. The group's lag in Kafka never shows "
    "0 (docs/faust.md, row 22).",
    ("flow",),
)
UNREAD_EVENTS = Metric(
    "gateway.unread.events",
    Source.READ,
    "{event}",
    "Events that were published again because nobody read them, while nothing of their partition is read.",
)
STANDING_STILL = Metric(
    "gateway.standing.still", Source.READ, "s", "The longest time for which a partition has open events and none ends."
)
LAST_FETCH = Metric("gateway.since.last.fetch", Source.READ, "s", "How long nothing was fetched from Kafka.")
LOOP_BLOCKED = Metric(
    "gateway.event.loop.blocked",
    Source.READ,
    "s",
    "The longest time, within the last minute, for which nothing of the worker could run: long work of its own, or a "
    "machine that had no time for it.",
)
TAKING_HOMES = Metric("gateway.taking.homes", Source.READ, "s", "How long homes have been being opened; 0 if none is.")
ENDED_POLLS = Metric("gateway.ended.polls", Source.READ, "{poll}", "Polls that a fault of the gateway has stopped.")
HEALTHY = Metric("gateway.healthy", Source.READ, "1", "1 if health answers 200, 0 if it answers 503.")
HOMES = Metric("gateway.homes", Source.READ, "{home}", "Homes of this worker; over all workers each once.")
PARTITIONS = Metric("gateway.partitions", Source.READ, "{home}", "Homes that there are: `kafka.partitions`.")
LEDGER_RECORDS = Metric(
    "gateway.ledger.records", Source.READ, "{record}", "Keys with a value in the ledger, by home.", ("home",)
)
OPEN_INTENTS = Metric(
    "gateway.open.intents",
    Source.READ,
    "{intent}",
    "Intents that are open: an effect is under way, or a call is in doubt.",
    ("home",),
)

#: In the order in which the page and the endpoint have them.
METRICS = (
    OUTCOMES,
    WAITING,
    OLDEST_WAITING,
    COMPANY_HELD,
    FLOW_PAUSED,
    COMPANY_UNSERVED,
    CALLS,
    GRANTED,
    LIMIT,
    MAILS,
    DEAD_LETTERS,
    REPLAYED,
    OPEN_EVENTS,
    OLDEST_UNREAD,
    UNREAD_EVENTS,
    STANDING_STILL,
    LAST_FETCH,
    LOOP_BLOCKED,
    TAKING_HOMES,
    ENDED_POLLS,
    HEALTHY,
    HOMES,
    PARTITIONS,
    LEDGER_RECORDS,
    OPEN_INTENTS,
)


class Reading(NamedTuple):
    """A value of a metric that is read."""

    metric: Metric
    value: float
    labels: Mapping[str, str] = {}


class Registry:
    """The metrics of a process, in OpenTelemetry's SDK."""

    def __init__(self) -> None:
        limits = dict.fromkeys((sdk.Counter, sdk.ObservableCounter, sdk.ObservableGauge), MOST_SERIES)
        self._reader = InMemoryMetricReader(cardinality_limits=limits)  # type: ignore[arg-type]  # dict is invariant
        self._provider = sdk.MeterProvider([self._reader], shutdown_on_exit=False)
        self._counters: dict[Metric, Counter] = {}
        self._read: dict[Metric, list[Observation]] = {}
        meter = self._provider.get_meter(SERVICE)
        for metric in METRICS:
            described = {"name": metric.name, "unit": metric.unit, "description": metric.meaning}
            match metric.source:
                case Source.COUNTED:
                    self._counters[metric] = meter.create_counter(**described)
                case Source.READ_COUNT:
                    meter.create_observable_counter(**described, callbacks=[self._callback(metric)])
                case Source.READ:
                    meter.create_observable_gauge(**described, callbacks=[self._callback(metric)])

    @property
    def counted(self) -> frozenset[Metric]:
        """The metrics that are counted, not read."""
        return frozenset(self._counters)

    def count(self, metric: Metric, amount: int = 1, /, **labels: str) -> None:
        """Count. An amount of 0 shows a series before its first event, so that an alert sees the first."""
        assert labels.keys() == set(metric.labels), f"{metric.name} has the labels {metric.labels}"
        self._counters[metric].add(amount, labels)

    def observe(self, readings: Iterable[Reading]) -> None:
        """Replace all values that are read."""
        found: dict[Metric, list[Observation]] = {}
        for metric, value, labels in readings:
            found.setdefault(metric, []).append(Observation(value, labels))
        self._read = found

    def collect(self) -> MetricsData | None:
        """All values now. May be called in any thread."""
        return self._reader.get_metrics_data()

    def _callback(self, metric: Metric) -> Callable[[CallbackOptions], Sequence[Observation]]:
        return lambda options: self._read.get(metric, [])


#: The registry of this process.
REGISTRY = Registry()
count = REGISTRY.count
