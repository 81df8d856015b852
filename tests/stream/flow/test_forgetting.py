"""ADR 14 on real parts: a document whose record has left the ledger is looked up before its first POST."""

from __future__ import annotations

from collections.abc import Callable

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import AFTER, FIRMS, base_world, many_invoices
from tests.system import Gateway

ACME = FIRMS[0]


async def test_decision_12_forgotten_document_is_not_created_again(gateway: Callable[..., Gateway]) -> None:
    """It is younger than the company's horizon, so without what the ledger says of its forgetting nothing would be
    looked up. Another, made since, costs no look-up.
    """
    world = base_world((ACME,), severa_per_second=60)
    many_invoices(world, ACME, 2, rows=1)
    there = world["severa"]["nordic"]
    done, later = there["/v1/invoices"]
    there["/v1/invoices"] = []
    one = gateway(world, severa={"requests_per_second": 50}, delivery={"horizon_margin": 0})
    one.stage.start_worker()
    await one.polls(1)
    one.change("/v1/invoices", {**done, "createdDateTime": "$now"})
    await moved(one)
    await one.polls(2)
    one.stage.stop_worker()

    one.change("/v1/invoices", {"guid": done["guid"], "status": done["status"]})
    searches = len(one.apis.journal(operation="searchInvoice"))
    one.stage.start_worker("tests.stream.flow.forgetful")
    await moved(one)
    looked = len(one.apis.journal(operation="searchInvoice"))
    assert looked > searches
    one.change("/v1/invoices", {**later, "createdDateTime": "$now"})
    await one.until_told(20_002, OutcomeState.CREATED)
    assert len(one.apis.journal(operation="searchInvoice")) == looked
    assert set(one.made().values()) == {1}


async def moved(one: Gateway) -> None:
    """The first document is in the status after transfer."""
    heads = one.apis.apis.world["severa"]["nordic"]["/v1/invoices"]
    await one.until(lambda: [head["status"]["name"] for head in heads][:1] == [AFTER], 60, "the write-back")
