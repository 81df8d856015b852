"""Clients of the sandbox that each module starts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from gateway.http import HttpTransport, RateBudget
from gateway.procountor.client import ProcountorClient
from gateway.sandbox.server.server import SandboxApis
from gateway.severa.client import SeveraClient


@pytest.fixture
async def procountor(sandbox: SandboxApis) -> AsyncIterator[ProcountorClient]:
    transport = HttpTransport("Procountor", sandbox.procountor_url, RateBudget(1000), 5)
    secret, key = SecretStr("gateway-secret"), SecretStr("acme-fi-key")
    yield ProcountorClient("acme-fi", "gateway-client", secret, key, transport)
    await transport.close()


@pytest.fixture
async def severa(sandbox: SandboxApis) -> AsyncIterator[SeveraClient]:
    """The whole client; modules about one part of it have a client of that part."""
    transport = HttpTransport("Severa", sandbox.severa_url, RateBudget(1000), 5)
    yield SeveraClient("nordic", "nordic-client", SecretStr("nordic-secret"), transport)
    await transport.close()
