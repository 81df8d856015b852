"""The event loop's longest delay is seen for a minute (Q4)."""

from __future__ import annotations

import asyncio
import time

from gateway.telemetry.loop import KEPT_S, LoopWatch


async def test_Q4_blocked_event_loop_is_seen() -> None:
    watch = LoopWatch()
    watching = asyncio.create_task(watch.run())
    await asyncio.sleep(0)
    began = time.monotonic()
    while time.monotonic() - began < 0.3:  # what blocks
        pass
    while watch.longest() == 0.0:  # noqa: ASYNC110 - the watch's own turn
        await asyncio.sleep(0)
    watching.cancel()
    assert watch.longest() > 0.2


def test_Q4_the_longest_delay_is_remembered_for_a_minute() -> None:
    now = [0.0]
    watch = LoopWatch(clock=lambda: now[0])
    for delay in (0.1, 0.5, 0.2):
        now[0] += 1
        watch.note(delay)
    assert watch.longest() == 0.5
    now[0] = 2 + KEPT_S + 0.5
    assert watch.longest() == 0.2
    now[0] += KEPT_S
    assert watch.longest() == 0.0
