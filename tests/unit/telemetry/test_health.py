from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateway.telemetry.health import Health
from gateway.telemetry.metrics import CALLS, HOMES, Reading, Registry


@pytest.mark.parametrize(("well", "status"), [(True, 200), (False, 503)])
async def test_health_tells_whether_it_goes_on(well: bool, status: int) -> None:
    def report() -> tuple[bool, dict[str, Any]]:
        return well, {"open_events": 3}

    health = Health(report)
    await health.listen("127.0.0.1", [0])
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{health.port}") as client:
        answer, other = await client.get("/"), await client.get("/other")
    health.close()
    assert (answer.status_code, answer.json()) == (status, {"ok": well, "open_events": 3})
    assert other.status_code == 404


@pytest.mark.parametrize("well", [True, False])
async def test_O2_metrics_are_served_beside_health(well: bool) -> None:
    """Also while health is 503: a standstill is when they are needed."""
    registry = Registry()
    registry.count(CALLS, api="Severa", operation="read", status="200")
    health = Health(lambda: (well, {}), registry)
    health.readings = lambda: [Reading(HOMES, 12)]
    await health.listen("127.0.0.1", [0])
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{health.port}") as client:
        answer = await client.get("/metrics")
    health.close()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert [line for line in answer.text.splitlines() if not line.startswith("#")] == [
        'gateway_api_calls_total{api="Severa",operation="read",status="200"} 1',
        f"gateway_healthy {int(well)}",
        "gateway_homes 12",
    ]


async def test_O3_workers_on_one_machine_take_the_first_free_port() -> None:
    first, second, third = (Health(lambda: (True, {})) for _ in range(3))
    await first.listen("127.0.0.1", [0])
    await second.listen("127.0.0.1", [first.port, 0])
    assert second.port != first.port
    with pytest.raises(OSError, match="in use"):
        await third.listen("127.0.0.1", [first.port, second.port])
    first.close()
    second.close()
