"""SPEC B7, decision 1: what changed lately is found at once, and what Severa stamped late is read again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.polling.recent import OVERLAP, WIDE, Recent


def test_B7_each_poll_goes_on_where_the_last_one_began_and_reads_a_little_again() -> None:
    recent = Recent()
    assert recent.since() is None
    began = datetime.now(UTC)
    recent.listed()
    wide = recent.since()
    assert wide is not None
    assert timedelta(0) <= began - (wide + WIDE) < timedelta(seconds=5)
    recent.listed()
    narrow = recent.since()
    assert narrow is not None
    assert timedelta(0) <= datetime.now(UTC) - (narrow + OVERLAP) < timedelta(seconds=5)


def test_B7_a_poll_that_failed_is_made_up_for() -> None:
    recent = Recent()
    recent.since()
    recent.listed()
    recent.since()
    first, again = recent.since(), recent.since()
    assert first == again
