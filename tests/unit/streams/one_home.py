"""A worker's settings, and its contexts of one open home."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from gateway.delivery.company import CompanyContext
from gateway.delivery.replay import Digests
from gateway.ledger import Home
from gateway.settings import GatewaySettings, Organisation, ProcountorApi
from gateway.settings.company import SeveraCredentials
from streams.clients import Clients
from streams.contexts import HomeContext, HomeContexts
from tests.memory_home import MemoryLedger
from tests.unit.one_company import ACME
from tests.unit.published import PUBLISHING

NORDIC = Organisation(
    name="nordic", severa=SeveraCredentials(client_id="s", client_secret=SecretStr("s")), companies=(ACME,)
)
SETTINGS = GatewaySettings(
    procountor=ProcountorApi(client_id="gw", client_secret=SecretStr("s")), organisations=(NORDIC,)
)


def contexts_of(*contexts: CompanyContext, home: Home | None = None) -> HomeContexts:
    """The contexts of a worker that has one home, with these companies."""
    home = home or MemoryLedger().take()
    home_contexts = HomeContexts(SETTINGS, Clients(SETTINGS), PUBLISHING, Path("nowhere"))
    companies = {context.company.id: context for context in contexts}
    nobody: Any = None  # its replays are not reported
    home_contexts._open[home.number] = HomeContext(home, companies, {}, Digests(home, companies), nobody)
    return home_contexts
