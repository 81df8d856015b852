"""F6 on real parts: whoever waits for long without an outcome gets one, and ends as usual when it goes on."""

from __future__ import annotations

from collections.abc import Callable

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import FIRMS, base_world, many_invoices
from tests.system import PROFILE, Gateway

ACME = FIRMS[0]


async def test_F6_deleted_customer_is_reported_until_it_is_back(
    gateway: Callable[..., Gateway],
) -> None:
    """Severa answers 404 for its customer's card, for good: it never has an event."""
    world = base_world((ACME,), severa_per_second=60)
    many_invoices(world, ACME, 1)
    many_invoices(world, ACME, 1, first=30_001)
    severa = world["severa"]["nordic"]
    lost = severa["/v1/invoices"].pop()
    lost["billingCustomer"]["guid"] = "c0ffee00-0000-4000-8000-000000000001"
    card = {**severa["/v1/customers"][0], "guid": lost["billingCustomer"]["guid"]}
    one = gateway(world, severa={"requests_per_second": 50}, delivery={**PROFILE, "report_after": 8.0})
    one.stage.start_worker()
    await one.settled(one.documents)
    one.change("/v1/invoices", lost)
    await one.until(lambda: len(one.apis.journal(operation="customersGetCustomer")) > 2, 20, "tries")
    one.stage.stop_worker()
    one.stage.start_worker()
    await one.until_told(30_001, OutcomeState.REFUSED, "NOT_YET_TRANSFERRED")
    await one.until(lambda: len(one.mails.messages) == 1, 20, "the mail")
    assert "read customer" in one.mails.messages[0].get_content()
    one.change("/v1/customers", card)
    await one.until_told(30_001, OutcomeState.CREATED)
    assert set(one.made().values()) == {1}
    assert len(one.mails.messages) == 1
