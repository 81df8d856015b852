"""The contexts of a home that was just taken."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.ledger import HomeLost, Taken
from streams.contexts import HomeContext, HomeContexts
from tests.memory_home import MemoryLedger
from tests.unit.one_company import a_context

LONG_AGO, LATELY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("known", "forgotten"), [(LONG_AGO, LATELY), (LATELY, LONG_AGO), (LATELY, None)])
def test_decision_12_forgotten_records_move_the_horizon(known: datetime, forgotten: datetime | None) -> None:
    """Its horizon stands, but records that rested for long have left: the later time counts (ADR 14)."""
    milliseconds = int(forgotten.timestamp() * 1000) if forgotten else 0
    home = MemoryLedger().take()
    home.forgotten, home.taken = milliseconds, Taken(LATELY)
    clients = SimpleNamespace(procountor=lambda company: None, severa=lambda organisation: Any)
    organisation = SimpleNamespace(name="nordic", companies=())
    severa = SimpleNamespace(on_behalf=lambda company: None)
    clients.severa = lambda organisation: severa
    settings = SimpleNamespace(delivery=None)
    home_contexts = HomeContexts(
        cast(Any, settings), cast(Any, clients), cast(Any, SimpleNamespace(outcome=None)), cast(Any, None)
    )
    company: Any = SimpleNamespace(id="acme", active=True)
    context = home_contexts._context(home, cast(Any, organisation), company, {"acme": known})
    assert context.horizon == LATELY


def test_Q1_event_finds_no_context_by_a_retaken_home() -> None:
    """What it would do is licensed by a lost home, and what it notes belongs to the contexts of the next one."""
    nothing: Any = None
    ledger, home_contexts, context = MemoryLedger(), HomeContexts(nothing, nothing, nothing, nothing), a_context()
    before, now = ledger.take(3), ledger.take(3)
    home_contexts._open[3] = HomeContext(now, {"acme": context}, {})
    assert (home_contexts.context("acme", now), home_contexts.context("bolt", now)) == (context, None)
    for home in (before, ledger.take(2)):
        with pytest.raises(HomeLost):
            home_contexts.context("acme", home)
