"""What an office makes of a home that was just taken."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.ledger import Taken
from streams.office import Offices

LONG_AGO, LATELY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("known", "forgotten"), [(LONG_AGO, LATELY), (LATELY, LONG_AGO), (LATELY, None)])
def test_decision_12_a_company_knows_nothing_older_than_what_its_ledger_has_forgotten(
    known: datetime, forgotten: datetime | None
) -> None:
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
    offices = Offices(
        cast(Any, settings), cast(Any, clients), cast(Any, SimpleNamespace(outcome=None)), cast(Any, None)
    )
    company: Any = SimpleNamespace(id="acme", active=True)
    desk = offices._desk(home, cast(Any, organisation), company, {"acme": known})
    assert desk.horizon == LATELY
