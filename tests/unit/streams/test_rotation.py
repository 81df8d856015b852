"""S1: a secret that is rotated in the settings is used from the next login on, without a restart."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest

from gateway.notify.smtp import Mailer
from gateway.procountor.client import ProcountorClient
from gateway.settings import GatewaySettings, Smtp, load
from gateway.settings.file import SettingsFile
from gateway.severa.client import SeveraClient
from streams.clients import Clients
from streams.worker import build_parts
from tests.unit.told import TOKEN

SETTINGS = """
procountor: {client_id: gw, client_secret: "${file:procountor}", base_url: "http://localhost/pc"}
severa: {base_url: "http://localhost/severa"}
smtp: {host: mail, username: u, password: "${file:smtp}"}
organisations:
  - name: nordic
    severa: {client_id: s, client_secret: "${file:severa}"}
    companies:
      - id: one
        business_unit: u1
        procountor: {api_key: k1}
        default_codes: {product: P, work_type: W, travel_expense: T}
        sales: {status_before: Ready, status_after: Done}
      - id: two
        business_unit: u2
        procountor: {api_key: k2, client_id: own, client_secret: "${file:own}"}
        default_codes: {product: P, work_type: W, travel_expense: T}
        sales: {status_before: Ready, status_after: Done}
"""
SECRETS = ("procountor", "severa", "own", "smtp")


def put(folder: Path, version: int) -> None:
    """As Kubernetes does: another file takes its place."""
    for name in SECRETS:
        (folder / ".new").write_text(f"{name}-{version}\n")
        os.replace(folder / ".new", folder / name)


class Apis:
    """Both APIs, which keep the secrets of the logins."""

    def __init__(self) -> None:
        self.secrets: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/severa"):
            self.secrets.append(json.loads(request.content)["client_secret"])
        else:
            self.secrets += parse_qs(request.content.decode())["client_secret"]
        return httpx.Response(200, json=TOKEN)


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    put(tmp_path, 1)
    (tmp_path / "gateway.yaml").write_text(SETTINGS)
    return SettingsFile(tmp_path / "gateway.yaml")


async def log_in(clients: Clients, settings: GatewaySettings) -> None:
    """All clients, as if their tokens had just expired."""
    organisation = settings.organisations[0]
    every: list[SeveraClient | ProcountorClient] = [clients.severa(organisation)]
    every += map(clients.procountor, organisation.companies)
    for client in every:
        client._calls.login._until = 0.0
        await client.log_in()


async def test_S1_rotated_secrets_are_used_from_the_next_login_on(file: SettingsFile, tmp_path: Path) -> None:
    """Clients live as long as the worker, and so does the mailer."""
    settings, apis, mailers = load(file.path), Apis(), list[Mailer]()

    class KeptMailer(Mailer):
        def __init__(self, smtp: Smtp) -> None:
            super().__init__(smtp)
            mailers.append(self)

    clients = Clients(settings, httpx.MockTransport(apis))
    parts = build_parts(settings, clients, tmp_path, mailers=KeptMailer)
    await log_in(clients, settings)
    put(tmp_path, 2)
    now = await asyncio.to_thread(file.changed)
    assert now is not None
    await parts.take_in(now)
    await log_in(clients, settings)
    assert apis.secrets == [f"{name}-{n}" for n in (1, 2) for name in ("severa", "procountor", "own")]
    assert [one._server()["password"] for one in mailers] == ["smtp-2"]
