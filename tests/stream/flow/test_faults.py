"""Q1 on real parts: whatever Procountor, the network or the worker does, each invoice is made once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from gateway.sandbox.world.demo_world import FIRMS, Firm, base_world, many_invoices
from tests.system import Gateway
from tests.waiting import until

ACME = FIRMS[0]
POST = {"api": "procountor", "operation": "saveInvoice"}
#: What becomes of a company's POSTs, by company.
FATES: dict[str, dict[str, Any]] = {
    "drop-after": {"kind": "drop_after", "times": 2, "skip": 1},
    "fail-after": {"kind": "fail_after", "times": 2},
    "commit-late": {"kind": "commit_late", "seconds": 2.2, "times": 2},
    "search-lag": {"kind": "search_lag", "seconds": 0.4, "times": 0},
    "too-many": {"kind": "too_many", "times": 3},
    "drop-before": {"kind": "drop_before", "times": 2},
    "fail-before": {"kind": "fail_before", "times": 2},
}
FAST = {"severa": {"requests_per_second": 50}}


def a_world(count: int = 5) -> dict[str, Any]:
    world = base_world((ACME,), severa_per_second=60)
    many_invoices(world, ACME, count)
    return world


async def test_Q1_whatever_becomes_of_the_post(gateway: Callable[..., Gateway]) -> None:
    """Seven companies, each with a fault of its own; each invoice is created once nevertheless."""
    firms = tuple(Firm(name, "nordic", name, settings={"create_customers": True}) for name in FATES)
    world = base_world(firms, severa_per_second=60, procountor_per_second=100)
    for firm in firms:
        many_invoices(world, firm, 3)
    one = gateway(world, firms=firms, **FAST)
    one.apis.faults(*({**POST, "company": name, **fate} for name, fate in FATES.items()))
    one.stage.start_worker()
    documents = one.documents
    await one.settled(documents, 100)
    assert one.made() == {(document.company, str(document.number)): 1 for document in documents}
    struck = {entry["company"] for entry in one.apis.journal(operation="saveInvoice") if entry.get("fault")}
    assert struck == set(FATES)


async def test_Q1_register_objects_are_made_once(gateway: Callable[..., Gateway]) -> None:
    world = a_world()
    world["procountor"]["acme-fi"]["/businesspartners"].clear()
    for one_row in world["severa"]["nordic"]["/v1/invoicerows"]:
        one_row["code"] = ["NEW"]
    for invoice in world["severa"]["nordic"]["/v1/invoices"]:
        invoice["billingCustomer"] = world["severa"]["nordic"]["/v1/invoices"][0]["billingCustomer"]
    one = gateway(world, **FAST)
    creations = ("insertBusinessPartner", "addProduct")
    one.apis.faults(*({"api": "procountor", "operation": name, "kind": "drop_after"} for name in creations))
    one.stage.start_worker()
    await one.settled(one.documents, 100)
    assert [len(one.apis.journal(operation=name, effect="created")) for name in creations] == [1, 1]


async def test_Q1_kill_9_between_post_and_settle(gateway: Callable[..., Gateway]) -> None:
    one = gateway(a_world(), **FAST)
    one.apis.faults({**POST, "kind": "late", "seconds": 2.0, "skip": 1})
    documents = one.documents
    one.stage.start_worker()

    def late() -> list[Any]:
        return [entry for entry in one.apis.journal(effect="created") if entry.get("fault")]

    await one.until(lambda: bool(late()), 40, "a POST with a late answer")
    one.stage.kill_worker()
    one.stage.start_worker()
    await one.settled(documents, 100)
    assert one.made() == {("acme-fi", str(document.number)): 1 for document in documents}


async def test_Q1_a_frozen_worker_that_wakes_up_does_not_send_again(gateway: Callable[..., Gateway]) -> None:
    """SIGSTOP while POSTs are in hand, longer than the session timeout; another worker takes over; SIGCONT."""
    one = gateway(a_world(12), **FAST)
    one.apis.faults({**POST, "kind": "late", "seconds": 1.0, "times": 0})
    documents = one.documents
    frozen = one.stage.start_worker()
    await one.until(lambda: len(one.apis.journal(operation="saveInvoice")) >= 3, 40, "the first POSTs")
    os.kill(frozen, signal.SIGSTOP)
    one.stage.start_worker()
    await one.settled(documents, 100)
    os.kill(frozen, signal.SIGCONT)
    posts = len(one.apis.journal(operation="saveInvoice"))
    lists = len(one.apis.journal(operation="invoicesGetInvoices"))
    await until(lambda: len(one.apis.journal(operation="invoicesGetInvoices")) > lists + 4, 30, "further polls")
    assert len(one.apis.journal(operation="saveInvoice")) == posts
    assert one.made() == {("acme-fi", str(document.number)): 1 for document in documents}


async def test_Q6_sigterm_in_the_middle_leaves_within_30_s(gateway: Callable[..., Gateway]) -> None:
    one = gateway(a_world(20), **FAST)
    one.apis.faults({**POST, "kind": "late", "seconds": 1.0, "times": 0})
    documents = one.documents
    one.stage.start_worker()
    await one.until(lambda: len(one.apis.journal(operation="saveInvoice")) >= 2, 40, "the first POSTs")
    worker = one.stage.workers[0]
    worker.terminate()
    await until(lambda: worker.poll() is not None, 30, "the worker's end")
    assert worker.returncode == 0
    one.stage.start_worker()
    await one.settled(documents, 100)
    assert one.made() == {("acme-fi", str(document.number)): 1 for document in documents}
