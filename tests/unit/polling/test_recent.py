"""B7, decision 1: what changed recently is found at once, and what Severa stamped late is read again."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.polling.recent import OVERLAP, WIDE, RecentWindow


def test_B7_each_poll_overlaps_the_last_one_a_little() -> None:
    """Once a minute more than a little."""
    now, asked = 0.0, list[datetime | None]()
    recent = RecentWindow(lambda: 1.8e9 + now)
    for seconds in (0.0, 10.0, 20.0, 70.0):
        now = seconds
        asked.append(recent.since())
        recent.listed()
    began = [datetime.fromtimestamp(1.8e9 + seconds, UTC) for seconds in (0, 10, 20)]
    assert asked == [None, began[0] - WIDE, began[1] - OVERLAP, began[2] - WIDE]


def test_B7_a_poll_that_failed_is_made_up_for() -> None:
    now = 1.8e9
    recent = RecentWindow(lambda: now)
    recent.since()
    recent.listed()
    recent.since()
    now += 10
    first, again = recent.since(), recent.since()
    assert first == again
