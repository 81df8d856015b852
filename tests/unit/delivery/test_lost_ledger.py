"""The day the ledger is lost: what is told from then on is current, and true."""

from __future__ import annotations

from functools import reduce

import pytest

from gateway.documents import Outcome, newest
from gateway.errors import refuse
from tests.unit.delivery.one_document import OneDocument


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> OneDocument:
    return OneDocument(monkeypatch)


def lose_the_ledger(one: OneDocument) -> None:
    """A new owner, and its ledger knows nothing."""
    one.home.values.clear()
    one.home.open.clear()
    one.home.epoch, one.home.counter = one.home.epoch + 1, 0


def current(one: OneDocument) -> Outcome:
    told = reduce(newest, one.home.told, None)
    assert told is not None
    return told


async def test_F6_the_first_outcome_after_the_ledger_is_lost_is_current(one: OneDocument) -> None:
    """Revisions are numbered from 1 again; readers kept the refusal of revision 3 for ever."""
    one.refusal = refuse("PERIOD_CLOSED", operation="x", said="closed", api="Procountor")
    for order in "abc":
        one.edit(order_number=order)
        await one.transfer()
    lose_the_ledger(one)
    one.refusal = None
    await one.transfer()
    assert one.states[-2:] == [(3, "refused"), (1, "created")]
    assert current(one) is one.home.told[-1]
