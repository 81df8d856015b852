"""The poll goes on (SPEC Q4)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from gateway.errors import transient
from gateway.ledger import HomeLost
from gateway.polling.poller import Poller


async def test_Q4_no_fault_in_a_cycle_ends_the_poll_of_an_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that no model knows is told and asked for again; only the loss of the home ends it."""
    polling = SimpleNamespace(interval_min=0.0, interval_max=0.0)
    intake: Any = SimpleNamespace(organisation="nordic", home=None, polling=polling, desks={}, readers=AsyncMock())
    ends = [TypeError("no model has it"), transient("API_FAILED", api="Severa", operation="x"), HomeLost("gone")]
    cycle = AsyncMock(side_effect=ends)
    monkeypatch.setattr(Poller, "cycle", cycle)
    monkeypatch.setattr("gateway.polling.poller.Digests", AsyncMock)
    with pytest.raises(HomeLost):
        await Poller(intake, 8.0).run()
    assert cycle.await_count == 3
    intake.readers.close.assert_awaited_once()
