"""Fairness, limits, replay, memory: the figures of many documents at once (Q2, Q4, B7)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.figures import Figure
from benchmarks.flow import settled_record
from benchmarks.run import ACME, Entry, a_stage, add_invoices, moment, most_in_a_second, moved, peak_memory, run, wait
from gateway.cli.demo.stage import Stage
from gateway.documents import Kind, Outcome, OutcomeState
from gateway.events.catalogue import Topics
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from gateway.ledger import Home, HomeConfig, Publish, Write, partition_of
from gateway.sandbox.world.demo_world import AFTER, FIRMS, Firm, base_world, guid, many_invoices

BOLT, CIRRUS = FIRMS[1], FIRMS[2]
SAMPLES, SECONDS = 7, 25.0
REPLAYED = 100_000
#: Companies whose Procountor hangs, the window of each, and how many of its documents are transferred at once.
SLOW, WINDOW, AT_ONCE = 20, 20, 8


def fairness() -> list[Figure]:
    """A single invoice beside 5 000 of another company, and beside 20 companies, whose Procountor hangs: how much later
    is it settled than on the same system while that is empty?
    """
    figures = []
    empty, loaded = _beside_a_backlog()
    for name, own in (("of the same organisation", BOLT), ("of another organisation", CIRRUS)):
        what = "the same on an empty system"
        figures.append(Figure(f"single invoice {name}, settled after", loaded[own.id], "s", empty[own.id], what))
    empty_room, full_room = _beside_slow_ones()
    name = f"single invoice beside {SLOW} slow companies with full windows, settled after"
    return [*figures, Figure(name, full_room, "s", empty_room, "beside as many idle ones")]


def limits() -> list[Figure]:
    """Two organisations with a backlog, 1 to 3 workers: what is used of the tighter API, and what goes over a limit."""
    figures, firms = [], (ACME, CIRRUS)
    for workers in (1, 2, 3):
        with stage_of(firms, {"latency_ms": 150}) as stage:
            for firm in firms:
                backlog(stage, firm, 2, 300)
            for _ in range(workers):
                stage.start_worker()
            wait(lambda: _made(stage, "acme-fi") >= 15 and _made(stage, "cirrus-se") >= 15, 120, stage)
            entries = _journal_of(stage, SECONDS)
        used = min(_calls(entries, name) for name in ("nordic", "svea")) / SECONDS
        figures.append(Figure(f"Severa calls/s, {workers} workers", used, "1/s", 8, "the settings' 8 of 10 allowed"))
        for api, allowed, owners in (("Severa", 10, ("nordic",)), ("Procountor", 20, ("acme-fi", "cirrus-se"))):
            most = most_in_a_second(moment(one) for one in entries if one["company"] in owners)
            figures.append(Figure(f"{api} calls in any second, {workers} workers", most, "calls", allowed, "the limit"))
    return figures


def replay() -> list[Figure]:
    """Settled events replayed by one worker on one core, beside a plain consumer that only reads them."""
    with a_stage({"severa_per_second": 100}) as stage:
        run(_fill(stage, REPLAYED))
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(cores)})
        try:
            plain = run(_read_all(stage))
            began = time.monotonic()
            stage.start_worker()
        finally:
            os.sched_setaffinity(0, cores)
        run(_until_told(stage, REPLAYED))
        spent = time.monotonic() - began
        effects = sum(bool(one["effect"]) for one in stage.apis.journal())
    return [
        Figure(
            f"replay of {REPLAYED:,} settled events, start included", spent, "s", plain, "a consumer that only reads"
        ),
        Figure("effects of the replay in either API", effects, "calls", 1, "none are wanted"),
    ]


def backlog_memory() -> list[Figure]:
    """The most memory that a worker took with 10 000 documents waiting and 20 slow ones in hand."""
    delivery = {"horizon_margin": 0, "lease": 10, "call_timeout": 10, "documents_at_once": 20}
    with stage_of((ACME,), {"severa_per_second": 100}, delivery=delivery, severa={"requests_per_second": 80}) as stage:
        add_invoices(stage, 1, 1)
        stage.start_worker()
        wait(lambda: moved(stage) == 1, 60, stage)
        before = peak_memory(stage.workers[-1].pid)
        stage.apis.faults({"api": "procountor", "operation": "saveInvoice", "kind": "late", "seconds": 5, "times": 0})
        backlog(stage, ACME, 2, 10_000)
        wait(lambda: _made(stage, "acme-fi") >= 61, 120, stage)
        most = peak_memory(stage.workers[-1].pid)
    return [Figure("worker memory, 10 000 waiting and 20 slow", most, "MB", before, "after one invoice")]


@contextmanager
def stage_of(
    firms: tuple[Firm, ...],
    limits: dict[str, Any],
    add: Callable[[dict[str, Any]], None] = lambda world: None,
    **settings: Any,
) -> Iterator[Stage]:
    """Companies with known customers and products, and nothing that waits. `add`: adds to their world."""
    world = base_world(firms, **limits)
    for firm in firms:
        many_invoices(world, firm, 20)
    for organisation in world["severa"].values():
        for path in ("/v1/invoices", "/v1/invoicerows"):
            organisation[path].clear()
    add(world)
    delivery = settings.pop("delivery", {"horizon_margin": 0, "lease": 10, "call_timeout": 10})
    stage = Stage(world, delivery=delivery, firms=firms, **settings)
    stage.open()
    try:
        yield stage
    finally:
        stage.close()


def backlog(stage: Stage, firm: Firm, first: int, count: int) -> None:
    """So many invoices of a row each, made now."""
    world = base_world((firm,))
    many_invoices(world, firm, count, first=first, rows=1)
    there = world["severa"][firm.organisation]
    for one in there["/v1/invoices"]:
        one |= {"createdDateTime": "$now", "lastUpdatedDateTime": "$now"}
    paths = ("/v1/invoicerows", "/v1/invoices")
    stage.apis.change({"severa": {firm.organisation: {path: there[path] for path in paths}}})


def _beside_a_backlog() -> tuple[dict[str, float], dict[str, float]]:
    """By company, of one whose organisation is busy and of one whose isn't: beside nothing, and beside 5 000."""
    with stage_of(FIRMS, {}) as stage:
        for firm in FIRMS:
            backlog(stage, firm, 1, 1)
        stage.start_worker()
        wait(lambda: _after(stage) >= 3, 60, stage)
        empty = _singles(stage, (BOLT, CIRRUS), 2)
        hang = {"api": "procountor", "operation": "saveInvoice", "company": "acme-fi", "kind": "late", "times": 0}
        stage.apis.faults({**hang, "seconds": 60})
        backlog(stage, ACME, 2, 5000)
        wait(lambda: _made(stage, "acme-fi") >= 9, 60, stage)
        return empty, _singles(stage, (BOLT, CIRRUS), 2 + SAMPLES)


def _beside_slow_ones() -> tuple[float, float]:
    """Of a company beside twenty others of three organisations on one worker: idle ones; and ones whose windows are
    full of calls that hang.
    """
    organisations = ("nordic", "svea", "third")
    firms = tuple(Firm(f"slow-{n}", organisations[n % 3], f"Slow {n} Oy") for n in range(SLOW))
    single = Firm("single-fi", "third", "Single Oy")
    fast = {"severa_per_second": 200, "procountor_per_second": 400}
    rates: dict[str, Any] = {"severa": {"requests_per_second": 150}}
    with stage_of((*firms, single), fast, **rates, polling={"window": WINDOW}) as stage:
        for firm in (*firms, single):
            backlog(stage, firm, 1, 1)
        stage.start_worker()
        wait(lambda: _after(stage) > SLOW, 120, stage)
        empty = _singles(stage, (single,), 2)
        hang = {"api": "procountor", "operation": "saveInvoice", "kind": "late", "times": 0, "seconds": 60}
        stage.apis.faults(*({**hang, "company": firm.id} for firm in firms))
        for firm in firms:
            backlog(stage, firm, 2, 2 * WINDOW)
        wait(lambda: all(_made(stage, firm.id) > AT_ONCE for firm in firms), 120, stage)
        return empty[single.id], _singles(stage, (single,), 2 + SAMPLES)[single.id]


def _singles(stage: Stage, firms: tuple[Firm, ...], first: int) -> dict[str, float]:
    """Median seconds from the change in Severa to the status after transfer, by company."""
    spent: dict[str, list[float]] = {firm.id: [] for firm in firms}
    for number in range(first, first + SAMPLES):
        for firm in firms:
            began = time.monotonic()
            backlog(stage, firm, number, 1)
            wait(is_after(stage, firm), 60, stage)
            spent[firm.id].append(time.monotonic() - began)
    return {name: median(times) for name, times in spent.items()}


def is_after(stage: Stage, firm: Firm) -> Callable[[], bool]:
    """Whether the invoice that was added last has come to its end."""
    heads = stage.apis.apis.world["severa"][firm.organisation]["/v1/invoices"]
    done, place = guid(firm.organisation, "status", AFTER), len(heads) - 1
    return lambda: bool(heads[place]["status"]["guid"] == done)


def _after(stage: Stage) -> int:
    world = stage.apis.apis.world["severa"]
    done = {guid(organisation, "status", AFTER) for organisation in world}
    return sum(head["status"]["guid"] in done for there in world.values() for head in there["/v1/invoices"])


def _made(stage: Stage, company: str) -> int:
    return len(stage.apis.apis.world["procountor"][company]["/invoices"])


def _journal_of(stage: Stage, seconds: float) -> list[Entry]:
    """What is called during the next seconds."""
    began = time.time()
    wait(lambda: time.time() > began + seconds, seconds + 30, stage)
    return [one for one in stage.apis.journal() if began <= moment(one) < began + seconds]


def _calls(entries: list[Entry], owner: str) -> int:
    return sum(one["company"] == owner and one["operation"] != "token" for one in entries)


async def _fill(stage: Stage, count: int) -> None:
    """Change events as another owner published them, and the ledger that knows their end."""
    home = await Home.take(
        partition_of("nordic", 12), HomeConfig(stage.kafka.bootstrap, f"{stage.prefix}.ledger", stage.prefix)
    )
    value, body = settled_record().encode(), b"\0" * 1500  # never decoded: the ledger knows its end
    for first in range(0, count, 1000):
        keys = [f"acme-fi/sales-invoice/{first + n:036d}" for n in range(1000)]
        topic = Topics(stage.prefix).changes(Kind.SALES_INVOICE)
        events = [Publish(topic, key.encode(), body, (("ce_id", f"{key}#1@1.1".encode()),)) for key in keys]
        await home.commit(writes=[Write(key, value, "nordic") for key in keys], publish=events)
    await home.close()


async def _read_all(stage: Stage) -> float:
    part = TopicPartition(Topics(stage.prefix).changes(Kind.SALES_INVOICE), partition_of("nordic", 12))
    began = time.monotonic()
    async with AIOKafkaConsumer(
        bootstrap_servers=stage.kafka.bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        consumer.assign([part])
        end = (await consumer.end_offsets([part]))[part]
        while await consumer.position(part) < end:
            await consumer.getmany(timeout_ms=500, max_records=500)
    return time.monotonic() - began


async def _until_told(stage: Stage, count: int) -> None:
    codec, topic, reported = Codec(FileRegistry()), Topics(stage.prefix).results, 0
    async with AIOKafkaConsumer(
        bootstrap_servers=stage.kafka.bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        consumer.assign([TopicPartition(topic, partition_of("nordic", 12))])
        deadline = time.monotonic() + 200
        while reported < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{reported} of {count} events were reported: {stage.log_of_worker()}")
            for records in (await consumer.getmany(timeout_ms=200)).values():
                outcomes = [codec.decode("outcome", Outcome, one.value, topic) for one in records]
                reported += sum(one.events for one in outcomes if one.state is OutcomeState.UNCHANGED)
