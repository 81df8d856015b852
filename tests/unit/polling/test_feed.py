"""What was changed lately, seen once and forgotten in time (SPEC Q3, ADR 7)."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from gateway.polling.feed import Feed

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Seconds since 1970, as `now`."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("gateway.polling.feed.time", SimpleNamespace(time=lambda: clock.now))
    return clock


async def test_Q3_a_change_that_is_read_again_is_seen_once(clock: Any) -> None:
    old, new = {"row": ("invoice", "10:00")}, {"row": ("invoice", "10:05")}
    changes, seen = Feed(AsyncMock(side_effect=[old, old, new]), SINCE), list[bool]()
    for clock.now in (100.0, 200.0, 300.0):
        await changes.refresh(refused=True)
        seen.append(changes.changed_since(clock.now - 1, "invoice"))
    assert seen == [True, False, True]
    assert (changes.changed_since(299.0), changes.changed_since(299.0, "another")) == (True, False)


async def test_Q3_a_feed_keeps_no_more_than_its_last_read_and_a_day_of_changes(clock: Any) -> None:
    """There may be a refused document for months."""
    reads = [{f"row {n}": (f"invoice {n}", "10:00")} for n in range(3)]
    changes = Feed(AsyncMock(side_effect=reads), SINCE)
    for clock.now in (1e6, 2e6, 3e6):
        await changes.refresh(refused=True)
    assert (set(changes._stamps), set(changes._changed)) == ({"row 2"}, {"invoice 2"})
