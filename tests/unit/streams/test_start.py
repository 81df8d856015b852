"""A worker's start: watched from its first moment on."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from gateway.settings import Kafka, SettingsError, Telemetry
from gateway.telemetry.health import Health
from streams import worker as workers
from streams.worker import STALLED, _health
from tests.unit.streams.one_home import SETTINGS


async def asked(health: Health) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{health.port}/")


async def test_O2_health_answers_while_the_worker_waits_for_kafka(monkeypatch: pytest.MonkeyPatch) -> None:
    async with _health(Telemetry(health_port=(0,))) as health:
        answer = await asked(health)
        assert (answer.status_code, answer.json()["waiting_for"]) == (200, "Kafka")
        monkeypatch.setattr(workers, "STALLED", -1.0)
        assert (await asked(health)).status_code == 503
    assert STALLED > 0


async def test_O3_port_in_use_is_reported_before_joining() -> None:
    """Joining first made the running worker rebalance, and each restart again. No broker is there to be joined."""
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    settings = SETTINGS.model_copy(
        update={"telemetry": Telemetry(health_port=(port,)), "kafka": Kafka(bootstrap="localhost:1")}
    )
    with pytest.raises(SettingsError, match=rf"telemetry.health_port: .*{port}.*0 for any"):
        async with asyncio.timeout(5):
            await workers.run_worker(settings)
    taken.close()
