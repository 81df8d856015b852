"""What was changed recently: seen once, in the order of commits, and forgotten in time (Q3, ADR 7)."""

from __future__ import annotations

from datetime import UTC, datetime
from unittest.mock import AsyncMock

import pytest

from gateway.ledger import boottime
from gateway.ledger.records import Clock
from gateway.polling import change_feed
from gateway.polling.change_feed import OVERLAP, ChangeFeed, Changes
from tests.memory_home import MemoryHome, MemoryLedger
from tests.unit.ledger.promises import FakeClock

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def a_home(clock: Clock = boottime) -> MemoryHome:
    """One whose broker's clock was at this time when it was taken."""
    return MemoryLedger(broker_time=lambda: 1.8e9).take(clock=clock)


async def test_Q3_a_change_that_is_read_again_is_seen_once() -> None:
    old, new = {"row": ("invoice", "10:00")}, {"row": ("invoice", "10:05")}
    home, seen = a_home(), list[bool]()
    rows = ChangeFeed(AsyncMock(side_effect=[old, old, new]), home, SINCE)
    for home.commits in (1, 2, 3):
        await rows.refresh(refused=True)
        seen.append(rows.changes.since(home.commits, "invoice"))
    assert seen == [True, False, True]
    assert (rows.changes.since(3), rows.changes.since(3, "another")) == (True, False)


async def test_Q3_each_read_goes_on_where_the_one_before_began() -> None:
    clock = FakeClock()
    rows = ChangeFeed(AsyncMock(return_value={}), a_home(clock), SINCE)
    await rows.refresh(refused=True)
    clock.now += 60.0
    await rows.refresh(refused=True)
    asked = [call.args[0] for call in rows.read.await_args_list]  # type: ignore[attr-defined]
    assert asked == [SINCE - OVERLAP, datetime.fromtimestamp(1.8e9, UTC) - OVERLAP]
    assert rows.since == datetime.fromtimestamp(1.8e9 + 60, UTC)


def test_Q3_change_retries_older_refusals_only() -> None:
    """A record that an earlier owner wrote is older than whatever this one sees."""
    home = a_home()
    changes = Changes(home)
    assert not changes.since(0) and not changes.since(0, "card")
    home.commits = 5
    changes.saw(["card"])
    assert [changes.since(commit, "card") for commit in (0, 5, 6)] == [True, True, False]
    assert [changes.since(commit) for commit in (5, 6)] == [True, False]


async def test_Q3_feed_keeps_its_last_read_and_latest_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There may be a refused document for months."""
    monkeypatch.setattr(change_feed, "REMEMBERED", 2)
    reads = [{f"row {n}": (f"invoice {n}", "10:00")} for n in (0, 1, 0, 2)]
    reads[2] = {"row 0": ("invoice 0", "10:05")}
    rows = ChangeFeed(AsyncMock(side_effect=reads), a_home(), SINCE)
    for _ in reads:
        await rows.refresh(refused=True)
    seen = [rows.changes.since(0, f"invoice {n}") for n in range(3)]
    assert (set(rows._stamps), seen) == ({"row 2"}, [True, False, True])
