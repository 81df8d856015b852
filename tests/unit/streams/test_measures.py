"""The metrics that are read from a worker's state, and those that are counted where they happen (O2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from gateway.delivery.holds import Hold
from gateway.delivery.waits import Waits
from gateway.documents import DocumentKey, Kind, OutcomeState
from gateway.errors import transient
from gateway.events.catalogue import Topics
from gateway.http import Request, Response, counting
from gateway.http.counting import counted, kind_of
from gateway.ledger import Write
from gateway.telemetry import metrics
from gateway.telemetry.metrics import Metric, Reading, Registry
from streams import measures
from streams.clients import Clients
from streams.contexts import HomeContexts
from streams.measures import begin_at_zero, of_contexts, of_health
from streams.runtime import ended
from streams.worker import health_of
from tests.memory_home import MemoryLedger
from tests.unit.notify.test_mail import OUTCOME
from tests.unit.one_company import a_context
from tests.unit.streams.one_home import NORDIC, SETTINGS, contexts_of
from tests.unit.streams.test_health import an_app

KEY = "acme-fi/sales-invoice/8f0e"
FLOW = {"company": "acme-fi", "flow": "sales-invoice"}
HOLD = Hold("LOGIN_REFUSED", "c", "m", "2026-11-27T20:00:00+00:00", 15.0, 0.0)


def values(readings: Iterable[Reading], metric: Metric) -> list[tuple[dict[str, str], float]]:
    """What the readings say of a metric."""
    return [(dict(one.labels), one.value) for one in readings if one.metric is metric]


def read(home_contexts: HomeContexts, metric: Metric) -> list[tuple[dict[str, str], float]]:
    return values(of_contexts(home_contexts, home_contexts.clients), metric)


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[tuple[Metric, int, dict[str, str]]]]:
    """Puts the list of counts in the place of a module's `count`."""

    def watch(module: Any) -> list[tuple[Metric, int, dict[str, str]]]:
        found: list[tuple[Metric, int, dict[str, str]]] = []
        monkeypatch.setattr(module, "count", lambda metric, amount=1, **labels: found.append((metric, amount, labels)))
        return found

    return watch


def test_F1_the_oldest_document_is_measured_between_polls() -> None:
    """A poll that stands still must not stop the figure that says so."""
    now = 0.0
    waits = Waits(lambda: now)
    waits.count(held=False)
    waits.begin(KEY, 0)
    now = 100.0
    waits.count(held=False)
    waits.begin(KEY + "2", 0)
    now = 700.0
    home_contexts = contexts_of(a_context(waits=waits))
    assert read(home_contexts, metrics.OLDEST_WAITING)[0] == (FLOW, 700.0)
    assert read(home_contexts, metrics.WAITING)[0] == (FLOW, 2)
    waits.elsewhere(KEY)
    assert read(home_contexts, metrics.OLDEST_WAITING)[0] == (FLOW, 600.0)


def test_F1_a_wait_goes_on_over_a_restart() -> None:
    waits = Waits(lambda: 0.0)
    waits.recall("acme-fi/wait/sales-invoice/8f0e", b'{"waited": 900.0}')
    assert dict(waits.so_far()).popitem()[1] == 900.0


def test_O2_a_flow_with_nothing_waiting_reads_0() -> None:
    assert read(contexts_of(a_context()), metrics.OLDEST_WAITING)[0] == (FLOW, 0.0)


def test_O2_lag_is_the_age_of_what_nobody_has_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event whose commit has not ended is not published yet."""
    monkeypatch.setattr("streams.measures.time.monotonic", lambda: 50.0)
    context = a_context()
    context.unread.update({KEY: 10.0, KEY + "2": 30.0, KEY + "3": float("inf")})
    lag = {labels["flow"]: value for labels, value in read(contexts_of(context), metrics.OLDEST_UNREAD)}
    assert lag["sales-invoice"] == 40.0
    assert lag["travel-reimbursement"] == 0.0


async def test_O2_ledger_is_measured_by_home() -> None:
    home = MemoryLedger().take()
    await home.commit(writes=[Write("a", b"1", "nordic"), Write("b", b"1", "nordic")])
    await home.open_intent("k", b"", "nordic")
    home_contexts = contexts_of(home=home)
    assert read(home_contexts, metrics.LEDGER_RECORDS) == [({"home": "0"}, 2)]
    assert read(home_contexts, metrics.OPEN_INTENTS) == [({"home": "0"}, 1)]


def test_Q4_limit_of_an_organisation_goes_with_its_home() -> None:
    """Two workers would otherwise both report the whole limit."""
    home_contexts = contexts_of()
    clients = home_contexts.clients
    clients.severa(NORDIC)
    clients._severa_budgets["nordic"].grant()
    severa = {"api": "Severa", "credential": "nordic"}
    home_contexts._open.clear()
    assert read(home_contexts, metrics.LIMIT) == [(severa, 0)]
    assert read(home_contexts, metrics.GRANTED) == [(severa, 1)]
    number = next(n for n in range(SETTINGS.kafka.partitions) if home_contexts.here(n))
    here = contexts_of(home=MemoryLedger(replace(MemoryLedger().config, partitions=number + 1)).take(number))
    here.clients = clients
    assert read(here, metrics.LIMIT) == [(severa, 8)]


def test_S1_credentials_are_named_by_their_owner() -> None:
    """A client id is nobody else's business."""
    clients = Clients(SETTINGS)
    clients.procountor(SETTINGS.companies()[0])
    assert [(api, name) for api, name, _ in clients.budgets()] == [("Procountor", "gateway")]


def test_decision_14_holds_and_pauses_are_metrics_of_their_own() -> None:
    app = an_app()
    app.held = contexts_of(a_context(hold=HOLD, pauses={Kind.USER: replace(HOLD, code="LIST_FAILED")})).held
    readings = list(of_health(health_of(app, Topics("p"))[1], 12))
    assert values(readings, metrics.COMPANY_HELD) == [({"company": "acme-fi", "code": "LOGIN_REFUSED"}, 1)]
    paused = {"company": "acme-fi", "flow": "user", "code": "LIST_FAILED"}
    assert values(readings, metrics.FLOW_PAUSED) == [(paused, 1)]
    assert values(readings, metrics.HOMES) + values(readings, metrics.PARTITIONS) == [({}, 1), ({}, 12)]


def test_O2_all_readings_have_the_labels_of_the_list() -> None:
    context = a_context(hold=HOLD)
    home_contexts = contexts_of(context)
    home_contexts.clients.procountor(context.company)
    app = an_app()
    app.held = home_contexts.held
    readings = [*of_health(health_of(app, Topics("p"))[1], 12), *of_contexts(home_contexts, home_contexts.clients)]
    assert {one.metric.name for one in readings if set(one.labels) != set(one.metric.labels)} == set()
    others = {metrics.HEALTHY, metrics.LOOP_BLOCKED, metrics.FLOW_PAUSED, metrics.COMPANY_UNSERVED}
    assert {one.metric for one in readings} == set(metrics.METRICS) - Registry().counted - others


@pytest.mark.parametrize("state", OutcomeState)
def test_O2_each_outcome_of_a_document_is_counted(counts: Any, state: OutcomeState) -> None:
    found = counts(ended)
    ended.log_outcome(replace(OUTCOME, state=state))
    ended.log_outcome(replace(OUTCOME, key=DocumentKey("acme-fi", Kind.COMPANY, "acme-fi")))
    assert found == [(metrics.OUTCOMES, 1, {**FLOW, "outcome": state.value})]


@pytest.mark.parametrize(
    ("request_", "operation"),
    [
        (Request("read", "GET", "/"), "read"),
        (Request("create", "POST", "/", once=True), "change"),
        (Request("update", "PUT", "/"), "change"),
    ],
)
async def test_O2_calls_are_counted_by_operation_and_status(counts: Any, request_: Request, operation: str) -> None:
    found = counts(counting)

    async def answered() -> Response:
        return Response(429, {}, b"")

    async def unanswered() -> Response:
        raise transient("API_UNREACHABLE", detail="x", api="Severa")

    await counted("Severa", kind_of(request_), answered())
    with pytest.raises(Exception, match="Severa"):
        await counted("Severa", kind_of(request_), unanswered())
    labels = {"api": "Severa", "operation": operation}
    assert [one[2] for one in found] == [{**labels, "status": "429"}, {**labels, "status": "none"}]


def test_O2_rare_events_are_shown_before_they_happen(counts: Any) -> None:
    found = counts(measures)
    begin_at_zero(["changes"])
    assert {amount for _, amount, _ in found} == {0}
    assert {metric for metric, _, _ in found} == {metrics.DEAD_LETTERS, metrics.MAILS, metrics.CALLS}
