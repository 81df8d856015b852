"""A sandbox with the demo's companies, and raw HTTP clients that are logged in."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.world.demo_world import FIRMS, base_world, many_invoices


@pytest.fixture(scope="session")
def server() -> Iterator[SandboxApis]:
    world = base_world(severa_per_second=1000, procountor_per_second=1000)
    many_invoices(world, FIRMS[0], 5, first=1)
    with SandboxApis(world) as running:
        yield running


@pytest.fixture
def sandbox(server: SandboxApis) -> SandboxApis:
    server.reset()
    return server


@pytest.fixture
def severa(sandbox: SandboxApis) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.severa_url) as client:
        login = {"client_id": "nordic-client", "client_secret": "nordic-secret"}
        token = client.post("/v1/token", json=login).json()["access_token"]
        client.headers.update({"Authorization": f"Bearer {token}", "Client_Id": "nordic-client"})
        yield client


@pytest.fixture
def procountor(sandbox: SandboxApis) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.procountor_url) as client:
        form = {"grant_type": "client_credentials", "client_id": "gateway-client", "client_secret": "gateway-secret"}
        token = client.post("/oauth/token", data={**form, "api_key": "acme-fi-key"}).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client
