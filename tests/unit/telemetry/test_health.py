from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateway.telemetry.health import serve_health


@pytest.mark.parametrize(("well", "status"), [(True, 200), (False, 503)])
async def test_health_tells_whether_it_goes_on(well: bool, status: int) -> None:
    def report() -> tuple[bool, dict[str, Any]]:
        return well, {"open_events": 3}

    server = await serve_health("127.0.0.1", 0, report)
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    server.close()
    assert (answer.status_code, answer.json()) == (status, {"ok": well, "open_events": 3})
