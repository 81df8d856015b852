"""The contexts of a home that was just taken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.ledger import HomeLost, Taken
from tests.memory_home import MemoryLedger
from tests.unit.one_company import ACME, a_context
from tests.unit.streams.one_home import NORDIC, contexts_of

LONG_AGO, RECENTLY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("known", "forgotten"), [(LONG_AGO, RECENTLY), (RECENTLY, LONG_AGO), (RECENTLY, None)])
def test_decision_12_forgotten_records_move_the_horizon(known: datetime, forgotten: datetime | None) -> None:
    """Its horizon stands, but records that rested for long have left: the later time counts (ADR 14)."""
    milliseconds = int(forgotten.timestamp() * 1000) if forgotten else 0
    home = MemoryLedger().take()
    home.forgotten, home.taken = milliseconds, Taken(RECENTLY)
    assert contexts_of()._context(home, NORDIC, ACME, {ACME.id: known}).horizon == RECENTLY


def test_Q1_event_finds_no_context_by_a_retaken_home() -> None:
    """What it would do is licensed by a lost home, and what it notes belongs to the contexts of the next one."""
    ledger, context = MemoryLedger(), a_context()
    before, now = ledger.take(3), ledger.take(3)
    home_contexts = contexts_of(context, home=now)
    assert (home_contexts.context(ACME.id, now), home_contexts.context("bolt", now)) == (context, None)
    for home in (before, ledger.take(2)):
        with pytest.raises(HomeLost):
            home_contexts.context(ACME.id, home)
