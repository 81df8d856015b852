"""Latency, throughput, memory, start: the figures of the sales invoice's way."""

from __future__ import annotations

import time
from statistics import quantiles

import httpx

from benchmarks.figures import Figure
from benchmarks.run import (
    a_stage,
    add_invoices,
    change_times,
    memory,
    moment,
    most_in_a_second,
    moved,
    run,
    wait,
)
from gateway.cli.demo.stage import Stage
from gateway.delivery.record import Made, State, TransferRecord, WriteBack
from gateway.documents import Revision, Sequence, Target
from gateway.ledger import Home, HomeConfig, Write, partition_of

FAST = {"severa_per_second": 2000, "procountor_per_second": 2000}
FAST_SETTINGS = {"severa": {"requests_per_second": 1500}}


def latency() -> list[Figure]:
    """Change event to POST sent, idle, beside a plain HTTP call on the same machine."""
    with a_stage(FAST, **FAST_SETTINGS) as stage:
        warm(stage)
        for number in range(2, 32):
            add_invoices(stage, number, 1)
            wait(lambda number=number: moved(stage) == number, 60, stage)  # type: ignore[misc]
        published = run(change_times(stage))[1:]
        posts = [moment(one) for one in stage.apis.journal(operation="saveInvoice")][1:]
        plain = []
        with httpx.Client() as client:
            for _ in range(50):
                began = time.perf_counter()
                client.get(f"{stage.apis.url}/severa/v1/invoices")
                plain.append((time.perf_counter() - began) * 1000)
    spent = [(post - event) * 1000 for event, post in zip(published, posts, strict=True)]
    floor = quantiles(plain, n=20)
    percentiles = quantiles(spent, n=20)
    what = "one HTTP call of the same run"
    return [
        Figure("change event to POST, p50", percentiles[9], "ms", floor[9], what),
        Figure("change event to POST, p95", percentiles[18], "ms", floor[18], what),
    ]


def throughput() -> list[Figure]:
    """One busy company; both APIs answer in 150 ms; the real limits, and what the settings use of them.

    It polls as production does, each 5 s: the demo's 1 s would spend a quarter of the calls on lists. The cards of its
    customers are known.
    """
    customers, count = 20, 80
    with a_stage({"latency_ms": 150}, polling={"interval_min": 5}) as stage:
        warm(stage)
        add_invoices(stage, 2, customers)
        wait(lambda: moved(stage) == customers + 1, 60, stage)
        add_invoices(stage, customers + 2, count)
        wait(lambda: moved(stage) == customers + count + 1, 200, stage)
        entries = stage.apis.journal(api="severa")
        patches = [moment(one) for one in stage.apis.journal(operation="invoicesPatchInvoice")][customers + 1 :]
    seconds = patches[-1] - patches[0]
    used = sum(patches[0] <= moment(one) <= patches[-1] for one in entries) / seconds
    refused = sum(one["status"] == 429 for one in entries)
    return [
        Figure("documents/s of one busy company", (count - 1) / seconds, "1/s", 8 / 4, "8 Severa calls/s, 4 each"),
        Figure("Severa calls/s under backlog", used, "1/s", 8, "the settings' 8 of 10 allowed"),
        Figure("most Severa calls in any second", most_in_a_second(map(moment, entries)), "calls", 10, "the limit"),
        Figure("calls over a limit", refused, "calls", 1, "none are wanted"),
    ]


def worker_memory() -> list[Figure]:
    """Resident memory after 1 000 invoices, beside that of the same worker after one."""
    with a_stage(FAST, **FAST_SETTINGS) as stage:
        warm(stage)
        pid = stage.workers[-1].pid
        before = memory(pid)
        add_invoices(stage, 2, 1000)
        wait(lambda: moved(stage) == 1001, 200, stage)
        return [Figure("worker memory after 1 000 invoices", memory(pid), "MB", before, "after one invoice")]


def start() -> list[Figure]:
    """Start of a worker to its first POST, with 100 000 settled documents in the ledger, beside an empty ledger."""
    with a_stage(FAST, **FAST_SETTINGS) as stage:
        empty = _first_post(stage, 1)
        run(_fill_ledger(stage, 100_000))
        full = _first_post(stage, 2)
    return [Figure("worker start to first POST, 100 000 records", full, "s", empty, "with an empty ledger")]


def warm(stage: Stage) -> None:
    """One invoice through: logged in, registers read, the echo proved."""
    add_invoices(stage, 1, 1)
    stage.start_worker()
    wait(lambda: moved(stage) == 1, 60, stage)


def _first_post(stage: Stage, number: int) -> float:
    add_invoices(stage, number, 1)
    began = time.monotonic()
    stage.start_worker()
    wait(lambda: len(stage.apis.journal(operation="saveInvoice")) == number, 100, stage)
    spent = time.monotonic() - began
    wait(lambda: moved(stage) == number, 60, stage)
    stage.stop_worker()
    return spent


def settled_record() -> TransferRecord:
    """What the ledger knows of a document that is done."""
    return TransferRecord(
        Revision(1, Sequence(1, 1), "c" * 64),
        State.SETTLED,
        1,
        number=1,
        made=Made(Target("procountor", "sales-invoice", "1", "UNFINISHED", "1", "1"), content_hash="c" * 64),
        write_back=WriteBack(head_hash="h" * 64, done=True),
    )


async def _fill_ledger(stage: Stage, count: int) -> None:
    config = HomeConfig(stage.kafka.bootstrap, f"{stage.prefix}.ledger", stage.prefix)
    home = await Home.take(partition_of("nordic", 12), config)
    value = settled_record().encode()
    for first in range(0, count, 5000):
        keys = (f"acme-fi/sales-invoice/{first + n:036d}" for n in range(5000))
        await home.commit(writes=[Write(key, value, "nordic") for key in keys])
    await home.close()
