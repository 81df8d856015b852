"""A gateway on a stage, for measuring."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from gateway.cli.demo.stage import Stage
from gateway.documents import Kind
from gateway.events.catalogue import Topics
from gateway.ledger import partition_of
from gateway.sandbox.world.demo_travel import add_travel
from gateway.sandbox.world.demo_world import AFTER, FIRMS, base_world, guid, many_invoices

ACME = FIRMS[0]
Entry = dict[str, Any]
#: Calls that all documents share.
SHARED = (
    "token",
    "invoicesGetInvoices",
    "customersGetCustomers",
    "invoiceRowsGetInvoiceRows",
    "travelReimbursementsGetTravelReimbursements",
    "usersGetUsers",
    "projectTravelExpensesGetProjectTravelExpenses",
)


@contextmanager
def a_stage(limits: dict[str, Any], **settings: Any) -> Iterator[Stage]:
    """One company with known customers, products and travel codes; documents made from now on need no look-up."""
    world = add_travel(base_world((ACME,), **limits), ACME)
    many_invoices(world, ACME, 20)
    for path in ("/v1/invoices", "/v1/invoicerows"):
        world["severa"]["nordic"][path].clear()
    stage = Stage(world, delivery={"horizon_margin": 0, "lease": 10, "call_timeout": 10}, **settings)
    stage.open()
    try:
        yield stage
    finally:
        stage.close()


def add_invoices(stage: Stage, first: int, count: int) -> None:
    """Common invoices, made now."""
    world = base_world((ACME,))
    many_invoices(world, ACME, count, first=first)
    there = world["severa"]["nordic"]
    for one in there["/v1/invoices"]:
        one["createdDateTime"] = "$now"
    stage.apis.change({"severa": {"nordic": {path: there[path] for path in ("/v1/invoicerows", "/v1/invoices")}}})


def wait(condition: Callable[[], bool], seconds: float, stage: Stage) -> None:
    """Wait on a condition. Raises TimeoutError with the worker's log."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(stage.log_of_worker())
        time.sleep(0.02)


def moved(stage: Stage) -> int:
    """Invoices that have reached the status after transfer."""
    status = guid("nordic", "status", AFTER)
    return sum(one["status"]["guid"] == status for one in stage.apis.apis.world["severa"]["nordic"]["/v1/invoices"])


def calls(entries: list[Entry], api: str) -> int:
    """Calls to an API, without logins and the poll's shared lists."""
    return sum(one["api"] == api and one["operation"] not in SHARED for one in entries)


def moment(entry: Entry) -> float:
    """Seconds since 1970 of a journal entry."""
    return datetime.fromisoformat(entry["at"]).timestamp()


def most_in_a_second(moments: Iterable[float]) -> int:
    """The most of them in any second."""
    most, window = 0, deque[float]()
    for at in sorted(moments):
        window.append(at)
        while window[0] <= at - 1:
            window.popleft()
        most = max(most, len(window))
    return most


def memory(pid: int) -> float:
    """Resident memory of a process in MB."""
    with open(f"/proc/{pid}/status") as status:
        line = next(one for one in status if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def peak_memory(pid: int) -> float:
    """The most resident memory that a process has had, in MB."""
    with open(f"/proc/{pid}/status") as status:
        line = next(one for one in status if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


async def change_times(stage: Stage) -> list[float]:
    """When each change event was published, in seconds since 1970, in order."""
    topic = Topics(stage.prefix).changes(Kind.SALES_INVOICE)
    async with AIOKafkaConsumer(
        bootstrap_servers=stage.kafka.bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        consumer.assign([TopicPartition(topic, partition_of("nordic", 12))])
        times: list[float] = []
        while batch := await consumer.getmany(timeout_ms=1000):
            times += [record.timestamp / 1000 for records in batch.values() for record in records]
        return times


def run(coroutine: Any) -> Any:
    """asyncio.run, for the synchronous benchmarks."""
    return asyncio.run(coroutine)
