"""What an home_context makes of a home that was just taken."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.ledger import HomeLost, Taken
from streams.contexts import HomeContext, HomeContexts


class Numbered:
    """A home, of which only its number is asked."""

    def __init__(self, number: int) -> None:
        self.number = number


LONG_AGO, LATELY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("known", "forgotten"), [(LONG_AGO, LATELY), (LATELY, LONG_AGO), (LATELY, None)])
def test_decision_12_forgotten_records_move_the_horizon(known: datetime, forgotten: datetime | None) -> None:
    """Its horizon stands, but records that rested for long have left: the later time counts (ADR 14)."""
    milliseconds = int(forgotten.timestamp() * 1000) if forgotten else 0
    home: Any = SimpleNamespace(
        get=lambda key: None, forgotten=milliseconds, number=0, taken=Taken(LATELY), broker_time=None
    )
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
    home_contexts, before, now = HomeContexts(nothing, nothing, nothing, nothing), Numbered(3), Numbered(3)
    context = object()
    home_contexts._open[3] = HomeContext(cast(Any, now), {"acme": cast(Any, context)}, {})
    assert (home_contexts.context("acme", cast(Any, now)), home_contexts.context("bolt", cast(Any, now))) == (
        context,
        None,
    )
    for home in (before, Numbered(4)):
        with pytest.raises(HomeLost):
            home_contexts.context("acme", cast(Any, home))
