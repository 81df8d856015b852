"""B7, Q4: a backlog of one company doesn't stand before another's single invoice. Judged by order, not by time."""

from __future__ import annotations

from collections.abc import Callable

from gateway.sandbox.world.demo_world import FIRMS, base_world, many_invoices
from tests.system import Gateway

ACME, BOLT = FIRMS[0], FIRMS[1]


async def test_B7_a_single_invoice_overtakes_a_backlog_of_400(gateway: Callable[..., Gateway]) -> None:
    world = base_world((ACME, BOLT))
    many_invoices(world, ACME, 400, rows=1)
    many_invoices(world, BOLT, 1, rows=1)
    single = world["severa"]["nordic"]["/v1/invoices"].pop()
    one = gateway(world)
    one.stage.start_worker()
    await one.until(lambda: len(one.made()) >= 5, 60, "the backlog under way")
    before = len(one.made())
    one.change("/v1/invoices", {**single, "lastUpdatedDateTime": "$now"})
    await one.until(lambda: ("bolt-fi", "20001") in one.made(), 60, "the single invoice")
    assert len(one.made()) - before <= 25
    assert not [entry for entry in one.apis.journal() if entry["status"] == 429]
