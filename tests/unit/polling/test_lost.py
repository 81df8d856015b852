"""An event that was published and never read is published again: its topic may be gone (ADR 18)."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from tests.unit.polling.organisation import HEAD, Organisation

KEY = f"acme/sales-invoice/{HEAD.id}"


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The context's steady clock; its last value is the time."""
    times = [1000.0]
    monkeypatch.setattr("gateway.delivery.company.time.monotonic", lambda: times[-1])
    return times


async def test_Q1_unread_event_is_published_again_and_logged(steady: list[float]) -> None:
    one = Organisation(acme=True)
    await one.poll()
    steady.append(1299.0)
    await one.poll()
    assert len(one.published) == 1
    steady.append(1301.0)
    await one.poll()
    assert len(one.published) == 2
    assert [line["document"] for line in one.logs if "not read" in line["event"]] == [KEY]
    assert one.contexts["acme"].lost == {KEY: 1000.0}


async def test_decision_2_an_event_that_was_read_is_left_to_its_end(steady: list[float]) -> None:
    """However long that takes: it waits behind others, or for its company."""
    one = Organisation(acme=True)
    await one.poll()
    one.contexts["acme"].read_back(KEY)
    steady.append(9000.0)
    with capture_logs() as logs:
        await one.poll()
    assert (len(one.published), logs) == (1, [])
