"""O2, O3: health on real parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.sandbox.world.demo_world import FIRMS, base_world
from tests.system import Gateway


async def test_O2_a_broker_that_is_away_counts_as_no_fetch(gateway: Callable[..., Gateway]) -> None:
    """aiokafka returns from a poll without a broker too: health stayed at 200 for as long as it was away."""
    one = gateway(base_world((FIRMS[0],)))
    one.stage.start_worker()
    facts = one.health
    await one.until(lambda: len(facts().get("homes", ())) == one.settings.kafka.partitions, 60, "the homes")
    await one.until(lambda: facts()["seconds_since_last_fetch"] < 2, 20, "a fetch")
    try:
        await asyncio.to_thread(one.stage.kafka.kill)
        await one.until(lambda: facts()["seconds_since_last_fetch"] > 8, 40, lambda: f"{facts()}")
    finally:
        await asyncio.to_thread(one.stage.kafka.restart)
    await one.until(lambda: facts()["seconds_since_last_fetch"] < 2, 60, lambda: f"{facts()}")
