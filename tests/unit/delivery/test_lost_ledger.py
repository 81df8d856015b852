"""The day the ledger is lost: what is told from then on is current, and true."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest

from gateway.delivery.change import Changed
from gateway.documents import Outcome, SalesInvoice, Target, newest
from gateway.errors import refuse
from gateway.ledger import Covered, set_horizons
from gateway.procountor.responses import InvoiceRead
from tests.unit.one_document import OneDocument


def current(one: OneDocument) -> Outcome:
    told = reduce(newest, one.told, None)
    assert told is not None
    return told


async def test_F6_the_first_outcome_after_the_ledger_is_lost_is_current(one: OneDocument) -> None:
    """Revisions are numbered from 1 again; readers kept the refusal of revision 3 for ever."""
    one.refusal = refuse("PERIOD_CLOSED", operation="x", said="closed", api="Procountor")
    for order in "abc":
        one.edit(order_number=order)
        await one.transfer()
    one.lose_the_ledger()
    one.refusal = None
    await one.transfer()
    assert one.states[-2:] == [(3, "refused"), (1, "created")]
    assert current(one) == one.told[-1]


async def replayed(one: OneDocument, *events: Changed[SalesInvoice]) -> list[tuple[int, str]]:
    """The ledger is lost, and the offsets are reset; what is told then."""
    one.lose_the_ledger()
    told = len(one.told)
    for event in events:
        await one.transfer(event, live=False, old=True)
    return one.states[told:]


async def test_Q2_a_replayed_event_of_a_transferred_invoice_is_told_as_what_it_is(one: OneDocument) -> None:
    """It no longer waits, and the ledger has no record of it; it was called withdrawn, by the order of its result."""
    event = one.event()
    await one.transfer(event)
    await one.write_back(1)
    assert await replayed(one, event, event) == [(1, "created")]
    assert current(one).target == one.told[0].target
    assert (one.valid, one.context.replayed) == (1, 1)


async def test_F6_what_still_waits_is_left_to_the_poll(one: OneDocument) -> None:
    """Its rows may have changed since, and Severa's head doesn't tell: the old content was transferred once more."""
    event = one.event()
    assert await replayed(one, event) == [(1, "superseded")]
    assert (one.valid, one.home.get(str(one.key))) == (0, None)
    await one.transfer()
    assert one.states[-1] == (1, "created")


async def test_F6_what_is_found_is_newer_than_what_was_told_before(one: OneDocument) -> None:
    """Refused twice; the third try made it, and the ledger was lost before that was settled: readers kept a refusal."""
    one.refusal = refuse("PERIOD_CLOSED", operation="x", said="closed", api="Procountor")
    events = [one.event(), one.event()]
    await one.transfer(events[0])
    one.refusal = refuse("PERIOD_CLOSED", operation="x", said="closed still", api="Procountor")
    await one.transfer(events[1])
    one.refusal, one.procountor.posts = None, ["made"]
    events.append(one.event())
    await one.transfer(events[2])
    one.edit(status_id="draft")
    assert await replayed(one, *events) == [(1, "created")]
    assert current(one).state == "created"
    assert one.context.replayed == 2


async def test_F6_another_revision_that_a_lost_ledger_knew_has_an_outcome_too(one: OneDocument) -> None:
    """It was published and never handled: a digest alone would leave it without one."""
    first = one.event()
    await one.transfer(first)
    one.edit(order_number="newer")
    second = one.event()
    one.edit(order_number="", status_id="after")
    assert await replayed(one, first, second) == [(1, "created"), (2, "superseded")]


async def test_Q2_what_is_in_procountor_no_more_was_withdrawn(one: OneDocument) -> None:
    event = one.event()
    one.edit(status_id="draft")
    assert await replayed(one, event) == [(1, "withdrawn")]


async def test_Q2_an_adopted_invoice_without_a_marker_is_told_all_the_same(one: OneDocument) -> None:
    total = one.head.total_excluding_tax.amount
    one.invoices[1] = InvoiceRead(1, "PAID", "", 9, one.head.date, total, 70, str(one.head.number))
    event = one.event()
    one.edit(status_id="after")
    assert await replayed(one, event) == [(1, "adopted")]


@pytest.mark.parametrize("other", ["total", "marker"])
async def test_Q2_a_number_that_is_somebody_elses_says_nothing(one: OneDocument, other: str) -> None:
    total = one.head.total_excluding_tax.amount + (other == "total")
    notes = "severa:another#1:abcdefgh" if other == "marker" else ""
    one.invoices[1] = InvoiceRead(1, "PAID", notes, 9, one.head.date, total, 70, str(one.head.number))
    event = one.event()
    one.edit(status_id="after")
    assert await replayed(one, event) == [(1, "withdrawn")]


async def test_Q2_of_two_revisions_the_one_that_is_in_procountor_is_told(one: OneDocument) -> None:
    first = one.event()
    await one.transfer(first)
    one.invoices[1] = replace(one.invoices[1], status="INVALIDATED")
    one.edit(order_number="newer")
    second = one.event()
    await one.transfer(second)
    await one.write_back(2)
    assert await replayed(one, first, second) == [(1, "superseded"), (2, "created")]
    assert (
        current(one).target == one.record.target == Target("procountor", "sales-invoice", "2", "UNFINISHED", "70", "3")
    )


async def test_Q2_an_invoice_that_was_invalidated_since_was_created(one: OneDocument) -> None:
    event = one.event()
    await one.transfer(event)
    await one.write_back(1)
    one.invoices[1] = replace(one.invoices[1], status="INVALIDATED")
    assert await replayed(one, event) == [(1, "created")]
    invoice = current(one).target
    assert invoice is not None
    assert invoice.status == "INVALIDATED"


async def test_Q4_a_withdrawal_costs_no_look_up_where_the_ledger_knows_the_end(one: OneDocument) -> None:
    one.refusal = refuse("PERIOD_CLOSED", operation="x", said="closed", api="Procountor")
    await one.transfer()
    one.edit(order_number="newer", status_id="draft")
    one.context.procountor.find_invoices = None
    await one.transfer(live=False)
    assert one.states == [(1, "refused"), (2, "withdrawn")]


async def test_Q1_an_event_waits_until_the_new_horizon_is_counted_out(one: OneDocument) -> None:
    """What was POSTed before the ledger was lost may be found only then."""
    event = one.event()
    one.lose_the_ledger()
    one.waits = False
    covered = {"acme-fi": Covered("nordic", active=True)}
    await set_horizons(one.home, covered, timedelta(days=1))
    made = list[int]()

    def seconds(key: str) -> float:
        made.append(one.valid)
        return 0.001 if len(made) < 5 else 0.0

    one.home.seconds_until_expired = seconds  # type: ignore[method-assign]
    await one.transfer(event, live=False)
    assert (made, one.states) == ([0] * 5, [(1, "created")])
