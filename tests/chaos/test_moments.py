"""Q1 at each named moment, once: killed there, or frozen there until another worker has done the attempt."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway.sandbox.world.demo_world import AFTER, BEFORE, FIRMS, Firm, add, base_world, customer, guid, invoice, row
from tests.chaos.judge.doubles import extras
from tests.chaos.moments import MOMENTS
from tests.chaos.run import is_stopped
from tests.system import Gateway
from tests.waiting import until

SALES = {"status_before": BEFORE, "status_after": AFTER, "attachments": "full"}
ACME = Firm("acme-fi", "nordic", "Acme Oy", settings={**FIRMS[0].settings, "sales": SALES})
FAST = {"severa": {"requests_per_second": 50}, "kafka": {"session_timeout": 3}}


def an_invoice(world: dict[str, Any], number: int, refused: bool = False) -> None:
    """Each of a customer of its own, whom Procountor doesn't know."""
    card = customer(ACME, number)
    lines = [row(ACME, guid(ACME.id, "invoice", number), 1)]
    address: dict[str, Any] = {"receiverAddress": {"addressline": "x"}} if refused else {}
    add(world, ACME, card, invoice(ACME, number, card, lines, **address), lines)


@pytest.mark.timeout(300)  # nine workers come and go, one after another
async def test_Q1_killed_at_each_named_moment(gateway: Callable[..., Gateway]) -> None:
    """One after another: each worker dies at its moment, and the next one meets what is left."""
    world = base_world((ACME,), severa_per_second=60, procountor_per_second=100)
    later = {number: base_world((ACME,)) for number in range(1, len(MOMENTS) + 1)}
    for number, name in enumerate(MOMENTS, 1):
        an_invoice(later[number], number, refused=name == "after_mail")
    one = gateway(world, firms=(ACME,), **FAST)
    for number, name in enumerate(MOMENTS, 1):
        there = later[number]["severa"]["nordic"]
        for path in ("/v1/customers", "/v1/invoicerows", "/v1/invoices"):
            one.change(path, *there[path])
        one.stage.start_worker("tests.chaos.moments", name, str(int(signal.SIGKILL)))
        worker = one.stage.workers[-1]
        await one.until(lambda worker=worker: worker.poll() is not None, 60, name)  # type: ignore[misc]
        assert worker.returncode == -signal.SIGKILL, f"{name}: {one.stage.log_of_worker()}"
    documents = one.documents
    one.stage.start_worker()
    await one.settled(documents, 100)
    await one.until(lambda: len(one.mails.messages) >= 2, 40, "the mail again")
    made = Counter(entry["operation"] for entry in one.apis.journal(effect="created"))
    good = len(MOMENTS) - 1
    assert made == {"saveInvoice": good, "insertBusinessPartner": good, "saveAttachment": good}
    assert list(extras(one.apis.journal())) == []
    assert len({str(mail["Message-ID"]) for mail in one.mails.messages}) == 1


async def test_Q1_process_frozen_before_post_sends_nothing(
    gateway: Callable[..., Gateway],
) -> None:
    """The zombie: its lease has run out, its home is another's."""
    world = base_world((ACME,), severa_per_second=60)
    an_invoice(world, 1)
    one = gateway(world, **FAST)
    documents = one.documents
    frozen = one.stage.start_worker("tests.chaos.moments", "after_intent", str(int(signal.SIGSTOP)))
    await one.until(lambda: is_stopped(frozen), 60, "the freeze")
    assert one.made() == {}
    one.stage.start_worker()
    await one.settled(documents, 100)
    os.kill(frozen, signal.SIGCONT)
    worker = one.stage.workers[0]
    await one.polls(4)
    assert one.made() == {("acme-fi", "1"): 1}
    worker.terminate()
    await until(lambda: worker.poll() is not None, 30, "the frozen worker's end")


async def test_Q1_process_frozen_after_post_takes_no_step(
    gateway: Callable[..., Gateway],
) -> None:
    """Another owner has approved the invoice and written its receipt; then an accountant has taken both back."""
    sales = {"status_before": BEFORE, "status_after": AFTER, "target_status": "NOT_SENT"}
    own = replace(ACME, settings={**ACME.settings, "sales": {**sales, "dimensions": {"project": "Projects"}}})
    world = base_world((own,), severa_per_second=60, procountor_per_second=100)
    an_invoice(world, 1)
    one = gateway(world, firms=(own,), **FAST)
    documents = one.documents
    frozen = one.stage.start_worker("tests.chaos.moments", "after_post", str(int(signal.SIGSTOP)))
    await one.until(lambda: is_stopped(frozen), 60, "the freeze")
    one.stage.start_worker()
    await one.settled(documents, 100)
    steps = ("approveInvoice1", "updateLedgerReceipt")
    done = [entry["operation"] for entry in one.apis.journal() if entry["operation"] in steps and entry["effect"]]
    assert sorted(done) == sorted(steps)
    books = one.apis.apis.world["procountor"][own.id]
    books["/invoices"][0]["status"] = "UNFINISHED"
    for entry in books["/ledgerreceipts"][0]["transactions"]:
        entry["dimensionItemValues"] = []
    os.kill(frozen, signal.SIGCONT)
    worker = one.stage.workers[0]
    await one.polls(4)
    worker.terminate()
    await until(lambda: worker.poll() is not None, 30, "the frozen worker's end")
    assert sum(entry["operation"] in steps for entry in one.apis.journal()) == len(steps)
