"""The day the ledger is lost: what is reported from then on is current, and true."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest

from gateway.delivery.change import Changed
from gateway.delivery.record import State
from gateway.delivery.withdrawn import explain
from gateway.documents import Outcome, OutcomeState, SalesInvoice, Target, newest
from gateway.errors import refuse
from gateway.ledger import Covered, set_horizons
from gateway.procountor.responses import InvoiceRead
from tests.unit.one_document import OneDocument


def current(document: OneDocument) -> Outcome:
    told = reduce(newest, document.outcomes, None)
    assert told is not None
    return told


async def test_F6_first_outcome_after_a_lost_ledger_is_current(document: OneDocument) -> None:
    """Revisions are numbered from 1 again; readers kept the refusal of revision 3 for ever."""
    document.refusal = refuse("PERIOD_CLOSED", operation="x", said="closed", api="Procountor")
    for order in "abc":
        document.edit(order_number=order)
        await document.transfer()
    document.lose_the_ledger()
    document.refusal = None
    await document.transfer()
    assert document.states[-2:] == [(3, "refused"), (1, "created")]
    assert current(document) == document.outcomes[-1]


async def replayed(document: OneDocument, *events: Changed[SalesInvoice]) -> list[tuple[int, str]]:
    """The ledger is lost, and the offsets are reset; what is reported then."""
    document.lose_the_ledger()
    told = len(document.outcomes)
    for event in events:
        await document.transfer(event, live=False, old=True)
    return document.states[told:]


async def test_Q2_replayed_transfer_is_reported_as_created(document: OneDocument) -> None:
    """It no longer waits, and the ledger has no record of it; it was called withdrawn, by the order of its result."""
    event = document.event()
    await document.transfer(event)
    await document.write_back(1)
    assert await replayed(document, event, event) == [(1, "created")]
    assert current(document).target == document.outcomes[0].target
    assert (document.valid, document.context.replayed) == (1, 1)


async def test_F6_what_still_waits_is_left_to_the_poll(document: OneDocument) -> None:
    """Its rows may have changed since, and Severa's head doesn't tell: the old content was transferred once more."""
    event = document.event()
    assert await replayed(document, event) == []
    assert (document.valid, document.record.state) == (0, State.OPEN)
    await document.transfer()
    assert document.states == [(1, "created")]


async def test_F6_what_was_left_to_the_poll_may_be_taken_out(document: OneDocument) -> None:
    """A user was quicker than the poll: nothing else said what became of the invoice."""
    assert await replayed(document, document.event()) == []
    assert document.context.unexplained == {str(document.key)}
    document.edit(status_id="draft")
    await explain(document.context, document.home, document.flow, document.key)
    assert (current(document).state, document.context.unexplained) == (OutcomeState.WITHDRAWN, set())


async def test_F6_what_was_edited_may_be_taken_out_too(document: OneDocument) -> None:
    """The ledger was whole and did not know it yet: it was superseded, and nothing followed."""
    event = document.event()
    document.edit(order_number="newer")
    await document.transfer(event, live=False)
    document.edit(status_id="draft")
    await explain(document.context, document.home, document.flow, document.key)
    assert document.states == [(1, "withdrawn")]


async def test_F6_what_is_found_is_newer_than_what_was_told_before(document: OneDocument) -> None:
    """Refused twice; the third try made it, and the ledger was lost before that was settled: readers kept a refusal."""
    document.refusal = refuse("PERIOD_CLOSED", operation="x", said="closed", api="Procountor")
    events = [document.event(), document.event()]
    await document.transfer(events[0])
    document.refusal = refuse("PERIOD_CLOSED", operation="x", said="closed still", api="Procountor")
    await document.transfer(events[1])
    document.refusal, document.procountor.posts = None, ["executed"]
    events.append(document.event())
    await document.transfer(events[2])
    document.edit(status_id="draft")
    assert await replayed(document, *events) == [(1, "created")]
    assert current(document).state == "created"
    assert document.context.replayed == 2


async def test_F6_other_revision_of_a_lost_ledger_has_an_outcome(document: OneDocument) -> None:
    """It was published and never handled: a digest alone would leave it without one."""
    first = document.event()
    await document.transfer(first)
    document.edit(order_number="newer")
    second = document.event()
    document.edit(order_number="", status_id="after")
    assert await replayed(document, first, second) == [(1, "created"), (2, "superseded")]


async def test_Q2_what_is_in_procountor_no_more_was_withdrawn(document: OneDocument) -> None:
    event = document.event()
    document.edit(status_id="draft")
    assert await replayed(document, event) == [(1, "withdrawn")]


async def test_Q2_unmarked_adopted_invoice_is_reported_adopted(document: OneDocument) -> None:
    total = document.head.total_excluding_tax.amount
    document.invoices[1] = InvoiceRead(1, "PAID", "", 9, document.head.date, total, 70, str(document.head.number))
    event = document.event()
    document.edit(status_id="after")
    assert await replayed(document, event) == [(1, "adopted")]


@pytest.mark.parametrize("other", ["total", "marker"])
async def test_Q2_a_number_that_is_somebody_elses_says_nothing(document: OneDocument, other: str) -> None:
    total = document.head.total_excluding_tax.amount + (other == "total")
    notes = "severa:another#1:abcdefgh" if other == "marker" else ""
    document.invoices[1] = InvoiceRead(1, "PAID", notes, 9, document.head.date, total, 70, str(document.head.number))
    event = document.event()
    document.edit(status_id="after")
    assert await replayed(document, event) == [(1, "withdrawn")]


async def test_Q2_revision_that_is_in_procountor_is_reported(document: OneDocument) -> None:
    first = document.event()
    await document.transfer(first)
    document.invoices[1] = replace(document.invoices[1], status="INVALIDATED")
    document.edit(order_number="newer")
    second = document.event()
    await document.transfer(second)
    await document.write_back(2)
    assert await replayed(document, first, second) == [(1, "superseded"), (2, "created")]
    assert (
        current(document).target
        == document.record.target
        == Target("procountor", "sales-invoice", "2", "UNFINISHED", "70", "3")
    )


async def test_Q2_an_invoice_that_was_invalidated_since_was_created(document: OneDocument) -> None:
    event = document.event()
    await document.transfer(event)
    await document.write_back(1)
    document.invoices[1] = replace(document.invoices[1], status="INVALIDATED")
    assert await replayed(document, event) == [(1, "created")]
    invoice = current(document).target
    assert invoice is not None
    assert invoice.status == "INVALIDATED"


async def test_Q4_withdrawal_with_known_end_costs_no_look_up(document: OneDocument) -> None:
    document.refusal = refuse("PERIOD_CLOSED", operation="x", said="closed", api="Procountor")
    await document.transfer()
    document.edit(order_number="newer", status_id="draft")
    document.context.procountor.find_invoices = None
    await document.transfer(live=False)
    assert document.states == [(1, "refused"), (2, "withdrawn")]


async def test_Q1_an_event_waits_until_the_new_horizon_has_expired(document: OneDocument) -> None:
    """What was POSTed before the ledger was lost may be found only then."""
    event = document.event()
    document.lose_the_ledger()
    document.waits = False
    covered = {"acme-fi": Covered("nordic", active=True)}
    await set_horizons(document.home, covered, timedelta(days=1))
    made = list[int]()

    def seconds(key: str) -> float:
        made.append(document.valid)
        return 0.001 if len(made) < 5 else 0.0

    document.home.seconds_until_expired = seconds  # type: ignore[method-assign]
    await document.transfer(event, live=False)
    assert (made, document.states) == ([0] * 5, [(1, "created")])
