"""The topic of changes is recreated under a running worker: offsets begin again (docs/faust.md row 29)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.documents import Kind
from gateway.events.catalogue import Topics
from gateway.sandbox.world.demo_world import FIRMS, base_world, many_invoices
from tests.system import Gateway, make_anew

ACME = FIRMS[0]


def some_more(one: Gateway, first: int, count: int) -> None:
    """Invoices that enter the waiting status now."""
    world = base_world((ACME,))
    many_invoices(world, ACME, count, first=first)
    severa: Any = world["severa"]["nordic"]
    new = {invoice["guid"] for invoice in severa["/v1/invoices"]}
    known = {invoice["guid"] for invoice in one.apis.apis.world["severa"]["nordic"]["/v1/invoices"]}
    paths = ("/v1/invoices", "/v1/invoicerows", "/v1/customers", "/v1/projects")
    assert not new & known
    one.apis.change({"severa": {"nordic": {path: severa[path] for path in paths if path in severa}}})


@pytest.mark.parametrize("restart", [False, True], ids=["the worker goes on", "the worker is started again"])
async def test_row_29_events_of_a_recreated_topic_are_handled(gateway: Callable[..., Gateway], restart: bool) -> None:
    """Faust would drop all records up to the offset that it had read of the old one, and commit that offset."""
    world = base_world((ACME,), severa_per_second=100, procountor_per_second=200)
    many_invoices(world, ACME, 12, first=1)
    one = gateway(world, severa={"requests_per_second": 80}, polling={"interval_min": 0.5, "publish_again": 10.0})
    one.stage.start_worker()
    await one.settled(one.documents, 60)
    await make_anew(one.settings, Topics(one.settings.kafka.prefix).changes(Kind.SALES_INVOICE))
    if restart:
        one.stage.stop_worker()
        one.stage.start_worker()
    some_more(one, 101, 3)
    await one.settled([each for each in one.documents if each.number > 100], 90)
    some_more(one, 201, 3)
    await one.settled([each for each in one.documents if each.number > 200], 60)
    assert set(one.made().values()) == {1}
    assert len(one.made()) == 18
