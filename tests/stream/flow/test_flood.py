"""O2: a broker that is away doesn't fill the log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.sandbox.world.demo_world import FIRMS, base_world
from tests.system import Gateway

#: Lines of a worker's start and of a broker that comes back: each once.
OURS = {"Kafka broker does not answer", "Kafka answers again"}


async def test_O2_while_the_broker_is_away_the_log_has_a_line_a_minute(gateway: Callable[..., Gateway]) -> None:
    """Kafka's client wrote a hundred lines a second; and a start without trouble has no warning."""
    one = gateway(base_world((FIRMS[0],)))
    one.stage.start_worker()
    await one.until(lambda: len(one.health().get("homes", ())) == one.settings.kafka.partitions, 60, "the homes")
    start = one.log()
    assert [line for line in start if line["level"] != "info" or line["event"].startswith("[^")] == []
    assert [line["event"] for line in start].count("homes revoked") == 0
    try:
        await asyncio.to_thread(one.stage.kafka.kill)
        await one.until(lambda: one.health()["seconds_since_last_fetch"] > 20, 60, lambda: f"{one.health()}")
    finally:
        await asyncio.to_thread(one.stage.kafka.restart)
    await one.until(lambda: one.health()["seconds_since_last_fetch"] < 2, 60, lambda: f"{one.health()}")
    said = [line["event"] for line in one.log()[len(start) :]]
    assert said[0] == "Kafka broker does not answer"
    assert len(said) < 10, said
    assert set(said) >= OURS
