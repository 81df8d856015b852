"""The day the ledger is lost, on real parts."""

from __future__ import annotations

import signal
from collections.abc import Callable

from gateway.sandbox.world.demo_world import FIRMS, base_world, many_invoices
from tests.system import Gateway

ACME = FIRMS[0]


async def test_Q1_ledger_lost_during_a_call_creates_nothing_twice(
    gateway: Callable[..., Gateway],
) -> None:
    """The POST was made, its worker killed before the answer, and searches don't show the invoice yet: all within the
    bounds of decision 9. The ledger is created again and a worker started: nothing is made before that is counted out.
    """
    new = base_world((ACME,), severa_per_second=60)
    many_invoices(new, ACME, 2, rows=1)
    world = base_world((ACME,), severa_per_second=60)
    many_invoices(world, ACME, 1, rows=1)
    one = gateway(world, delivery={"lease": 2, "call_timeout": 1.5, "commit_lag": 1, "search_lag": 14})
    one.stage.start_worker()
    await one.settled(one.documents)  # Procountor is known to keep our number
    one.stage.stop_worker()
    one.apis.faults({"api": "procountor", "operation": "saveInvoice", "kind": "search_lag", "seconds": 12.0})
    one.stage.start_worker("tests.chaos.moments", "after_post", str(int(signal.SIGKILL)))
    for path in ("/v1/customers", "/v1/invoicerows", "/v1/invoices"):
        one.change(path, *new["severa"]["nordic"][path])
    worker, documents = one.stage.workers[-1], one.documents
    await one.until(lambda: worker.poll() is not None, 60, "its death after the POST")
    await one.lose_the_ledger()
    one.stage.start_worker()
    await one.settled(documents)
    assert set(one.made().values()) == {1}
