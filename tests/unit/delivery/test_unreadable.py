"""A record of the ledger that another version wrote holds its company, is reported once, and is left as it is (Q1)."""

from __future__ import annotations

import orjson
import pytest

from gateway.delivery.hold_actions import hold_unreadable
from gateway.delivery.record import State
from gateway.ledger import Unreadable
from tests.unit.one_document import OneDocument


def parked(document: OneDocument) -> bytes:
    """The document's record, in a state that only the next version knows."""
    value = orjson.dumps({**orjson.loads(document.home.stored[str(document.key)]), "state": "parked"})
    document.home.put(str(document.key), value)
    return value


async def test_Q1_unreadable_record_stops_its_attempt(document: OneDocument) -> None:
    """And is named."""
    await document.transfer()
    value, calls = parked(document), len(document.invoices)
    document.edit(order_number="changed")
    with pytest.raises(Unreadable) as told:
        await document.transfer()
    assert told.value.key == str(document.key)
    assert (document.home.stored[str(document.key)], len(document.invoices)) == (value, calls)


async def test_Q3_it_is_told_once_and_ends_when_all_can_be_read(document: OneDocument) -> None:
    document.context.unreadable = {
        key: Unreadable(key, "state: enum") for key in ("acme-fi/sales-invoice/1", "acme-fi/x/2")
    }
    home = document.home
    for _ in range(3):
        await hold_unreadable(document.context, home)
    (told,) = document.outcomes
    assert told.error is not None
    assert told.error.code == "RECORD_UNREADABLE"
    assert "acme-fi/sales-invoice/1" in told.error.message
    assert document.context.hold is not None
    document.context.unreadable.clear()
    await hold_unreadable(document.context, home)
    assert document.context.hold is None


async def test_decision_14_other_documents_of_the_company_wait(document: OneDocument) -> None:
    document.context.unreadable = {"acme-fi/sales-invoice/another": Unreadable("acme-fi/sales-invoice/another", "")}
    await document.transfer()
    assert document.invoices == {}
    assert document.record.state is State.OPEN
