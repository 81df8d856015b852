"""An invoice of a thousand long rows goes the whole way, through Kafka too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import FIRMS, base_world, many_invoices
from tests.system import PROFILE, Gateway

ACME = FIRMS[0]
TEXT = "Suunnittelu ja toteutus, viikko 12. " * 45


@pytest.mark.timeout(200)
async def test_Q1_an_invoice_of_a_thousand_long_rows_is_transferred(gateway: Callable[..., Gateway]) -> None:
    """Two million bytes: beyond what a broker takes when nothing is said."""
    world = base_world((ACME,), severa_per_second=100, procountor_per_second=200)
    many_invoices(world, ACME, 1, rows=1000)
    for row in world["severa"]["nordic"]["/v1/invoicerows"]:
        row["description"] = TEXT
    one = gateway(world, severa={"requests_per_second": 80}, delivery={**PROFILE, "call_timeout": 20})
    documents = one.documents
    one.stage.start_worker()
    await one.settled(documents, 120)
    told = one.outcome(documents[0].number)
    assert told is not None
    assert told.state is OutcomeState.CREATED
    (made,) = one.apis.apis.world["procountor"]["acme-fi"]["/invoices"]
    assert len(made["invoiceRows"]) == 1000
