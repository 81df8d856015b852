"""The poll goes on, whatever one cycle meets (decision 1)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from gateway.polling.intake import Intake
from gateway.polling.poller import Poller
from gateway.polling.readers import Readers


async def test_decision_1_an_answer_that_nobody_expected_does_not_end_the_poll() -> None:
    """A proxy's page with status 200, a field that is missing: no invoice would be seen until a restart."""
    cycles: list[int] = []

    async def refresh() -> None:
        cycles.append(len(cycles))
        raise KeyError("guid")

    polling = SimpleNamespace(interval_min=0.01, interval_max=0.01)
    intake: Any = SimpleNamespace(
        organisation="nordic", home=SimpleNamespace(lost=None), polling=polling, desks={}, refresh=refresh,
        readers=Readers(),
    )  # fmt: skip
    poll = asyncio.create_task(Poller(cast(Intake, intake), 8.0).run())
    await asyncio.sleep(0.1)
    assert not poll.done() and len(cycles) > 1
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)
