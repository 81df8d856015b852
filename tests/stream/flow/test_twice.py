"""Q1, each step twice: the worker dies after each of them, once, and all ends as if it had not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import AFTER, BEFORE, Firm, add, base_world, customer, guid, invoice, row
from tests.stream.flow.test_receipts import DIMENSIONS, NAMES, account, books, project
from tests.stream.twice import DIED, EFFECTS
from tests.system import Gateway

SALES = {
    "status_before": BEFORE,
    "status_after": AFTER,
    "attachments": "full",
    "dimensions": NAMES,
    "target_status": "SENT",
}
SETTINGS = {"create_customers": True, "create_products": True, "sales": SALES}
ACME = Firm("acme-fi", "nordic", "Acme Oy", settings=SETTINGS)
#: What is made in Procountor, and what is done there, each as often as this.
MADE = {"insertBusinessPartner": 1, "addProduct": 1, "saveInvoice": 1, "saveAttachment": 1, "addDimensionItem": 3}
MOVED = {"approveInvoice1": 1, "send": 1, "invoicesPatchInvoice": 1}
#: Commits that are steps, and the calls beside them.
COMMITS = {
    "intent of the document",
    "intent of a register's object",
    "settled",
    "register's object settled",
    "recorded as refused",
    "written back",
    "published",
    "mail recorded",
}


def a_world(acme: Firm = ACME) -> dict[str, Any]:
    """An invoice that needs every kind of effect, and one that is refused."""
    world = base_world((acme,), severa_per_second=60, procountor_per_second=100)
    there = world["severa"]["nordic"]
    world["procountor"]["acme-fi"]["/dimensions"] = DIMENSIONS
    unit = {"guid": "u1", "name": "Unit 1", "code": "U1"}
    there["/v1/projects"] = [{**project(acme, 1), "isClosed": False, "businessUnit": unit}]
    for number, address in ((1, {}), (2, {"receiverAddress": {"addressline": "x"}})):
        card, own = customer(acme, number), guid(acme.id, "invoice", number)
        lines = [row(acme, own, 1, code=["NEW"], salesAccount=account("3010"), costCenter=account("C1"))]
        add(world, acme, card, invoice(acme, number, card, lines, **address), lines)
    return world


def steps(one: Gateway) -> Counter[str]:
    """After which steps a worker died, by kind."""
    lines = (one.stage.folder / "worker-0.log").read_text(errors="replace").splitlines()
    told = [json.loads(line) for line in lines if DIED in line]
    return Counter(tree["step"] for tree in told)


@pytest.mark.timeout(240)  # some thirty deaths, after half of which an intent is counted out
async def test_Q1_each_step_of_every_kind_twice(gateway: Callable[..., Gateway]) -> None:
    one = gateway(a_world(), twice=True, firms=(ACME,), severa={"requests_per_second": 50})
    documents = one.documents
    one.stage.start_worker()
    await one.settled(documents, 180)
    await one.until(lambda: {"mail recorded", "written back"} <= set(steps(one)), 30, lambda: f"{steps(one)}")
    assert Counter(entry["operation"] for entry in one.apis.journal(effect="created")) == MADE
    assert Counter(entry["operation"] for entry in one.apis.journal(effect="status")) == MOVED
    assert books(one, ACME, 1) == [("3010", -690.0, {"1": -690.0, "C1": -690.0, "U1": -690.0})]
    good, bad = one.outcome(1), one.outcome(2)
    assert good is not None and good.state is OutcomeState.CREATED and good.target is not None
    assert (good.target.status, good.revision.number) == ("SENT", 1)
    assert bad is not None and bad.error is not None and bad.error.code == "COUNTRY_MISSING"
    assert len(one.mails.messages) == 2
    assert len({str(mail["Message-ID"]) for mail in one.mails.messages}) == 1
    assert set(steps(one)) >= COMMITS | {*EFFECTS, "set_status", "mail"}
    assert not [entry for entry in one.apis.journal() if entry.get("violation")]
