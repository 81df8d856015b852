"""The metrics that are read from a worker's state, when somebody asks."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway.documents import DocumentKey, Kind
from gateway.telemetry import metrics
from gateway.telemetry.metrics import Metric, Reading, count
from streams.clients import Clients
from streams.contexts import HomeContext, HomeContexts

#: Metrics that are facts of health.
_FACTS = {
    "open_events": metrics.OPEN_EVENTS,
    "unread_events": metrics.UNREAD_EVENTS,
    "seconds_standing_still": metrics.STANDING_STILL,
    "seconds_since_last_fetch": metrics.LAST_FETCH,
    "seconds_taking_homes": metrics.TAKING_HOMES,
}


def begin_at_zero(topics: Iterable[str]) -> None:
    """Show the series of rare events before their first event: an alert sees growth only."""
    for topic in topics:
        for reason in ("unreadable", "unexpected"):
            count(metrics.DEAD_LETTERS, 0, topic=topic, reason=reason)
    for result in ("sent", "retried", "failed"):
        count(metrics.MAILS, 0, result=result)
    for api in ("Severa", "Procountor"):
        for operation in ("login", "read", "change"):
            count(metrics.CALLS, 0, api=api, operation=operation, status="429")


def of_health(facts: Mapping[str, Any], partitions: int) -> Iterator[Reading]:
    """What health says, as metrics."""
    for name, metric in _FACTS.items():
        yield Reading(metric, facts[name])
    yield Reading(metrics.ENDED_POLLS, len(facts["ended_polls"]))
    yield Reading(metrics.HOMES, len(facts["homes"]))
    yield Reading(metrics.PARTITIONS, partitions)
    for one in facts["held"]:
        if "flow" in one:
            yield Reading(metrics.FLOW_PAUSED, 1, {name: one[name] for name in metrics.FLOW_PAUSED.labels})
        else:
            yield Reading(metrics.COMPANY_HELD, 1, {name: one[name] for name in metrics.COMPANY_HELD.labels})
    for company in sorted(set(facts["unserved"])):
        yield Reading(metrics.COMPANY_UNSERVED, 1, {"company": company})


def of_contexts(home_contexts: HomeContexts, clients: Clients) -> Iterator[Reading]:
    """Waiting documents, lag, ledgers and rate budgets."""
    yield from _flows(home_contexts)
    for home_context in home_contexts.homes():
        yield from _ledger(home_context)
    here = {one.name for home_context in home_contexts.homes() for one in home_contexts.here(home_context.home.number)}
    for api, credential, budget in clients.budgets():
        labels, ours = {"api": api, "credential": credential}, api != "Severa" or credential in here
        yield Reading(metrics.GRANTED, budget.calls, labels)
        yield Reading(metrics.LIMIT, budget.rate if ours else 0, labels)  # an organisation's limit goes with its home


def _flows(home_contexts: HomeContexts) -> Iterator[Reading]:
    """A flow that is on and has nothing waiting reads 0: a series that is missing would look like no gateway."""
    now = time.monotonic()
    unread = defaultdict[Kind, float](float, dict.fromkeys(home_contexts.flows, 0.0))
    for context in [one for home_context in home_contexts.homes() for one in home_context.contexts.values()]:
        waits = defaultdict[Kind, list[float]](list)
        for key, seconds in context.waits.so_far():
            waits[DocumentKey.parse(key).kind].append(seconds)
        for key, at in context.unread.items():
            if at < math.inf:
                kind = DocumentKey.parse(key).kind
                unread[kind] = max(unread[kind], now - at)
        for kind, flow in home_contexts.flows.items():
            if flow.is_on(context.company) or waits[kind]:
                labels = {"company": context.company.id, "flow": kind.value}
                yield Reading(metrics.WAITING, len(waits[kind]), labels)
                yield Reading(metrics.OLDEST_WAITING, max(waits[kind], default=0.0), labels)
    for kind, seconds in unread.items():
        yield Reading(metrics.OLDEST_UNREAD, seconds, {"flow": kind.value})


def _ledger(home_context: HomeContext) -> Iterator[Reading]:
    home = home_context.home
    values: dict[Metric, int] = {
        metrics.LEDGER_RECORDS: home.size,
        metrics.OPEN_INTENTS: sum(1 for _ in home.intents()),
    }
    for metric, value in values.items():
        yield Reading(metric, value, {"home": str(home.number)})
