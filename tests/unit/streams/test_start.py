"""A worker's start: watched from its first moment on."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from gateway.settings import SettingsError, Telemetry
from gateway.telemetry.health import Health
from streams import worker as workers
from streams.worker import STALLED, _health


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


async def test_O3_port_in_use_is_reported_before_joining(monkeypatch: pytest.MonkeyPatch) -> None:
    """Joining first made the running worker rebalance, and each restart again."""
    joined: list[Any] = []

    async def ready(settings: Any) -> None:
        joined.append(settings)

    monkeypatch.setattr(workers, "_ready", ready)
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    settings: Any = type("Settings", (), {"telemetry": Telemetry(health_port=(port,))})
    with pytest.raises(SettingsError, match=rf"telemetry.health_port: .*{port}.*0 for any"):
        await workers.run_worker(settings, clients_of=lambda _: None)  # type: ignore[arg-type,return-value]
    taken.close()
    assert joined == []
