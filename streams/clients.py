"""The worker's API clients: a Severa client per organisation, a Procountor client per company, shared budgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

import httpx
from pydantic import SecretStr

from gateway.http import HttpTransport, RateBudget, worker_share
from gateway.procountor.client import ProcountorClient
from gateway.settings import Company, GatewaySettings, Organisation
from gateway.severa.client import SeveraClient


@dataclass(frozen=True, slots=True)
class Current:
    """A secret as the worker's settings have it now (a Secret)."""

    read: Callable[[], SecretStr]

    def get_secret_value(self) -> str:
        """The secret itself."""
        return self.read().get_secret_value()


@dataclass(slots=True)
class Clients:
    """Creates clients when they are first needed and keeps them for the worker's life."""

    #: Replaced when changed settings are taken in: the next login of each client sends the secret of that time.
    settings: GatewaySettings
    #: See HttpTransport.
    carrier: httpx.AsyncBaseTransport | None = None
    _severa: dict[str, SeveraClient] = field(default_factory=dict)
    _procountor: dict[str, ProcountorClient] = field(default_factory=dict)
    _budgets: dict[str, RateBudget] = field(default_factory=dict)
    _severa_budgets: dict[str, RateBudget] = field(default_factory=dict)
    _shared: set[str] = field(default_factory=set)
    _transports: list[HttpTransport] = field(default_factory=list)

    def severa(self, organisation: Organisation) -> SeveraClient:
        """The client of an organisation; its budget belongs to the credential (decision 18)."""
        if organisation.name not in self._severa:
            api = self.settings.severa
            budget = self._severa_budgets[organisation.name] = RateBudget(api.rate, per=api.counted_over)
            transport = self._transport("Severa", api.base_url, budget)
            self._severa[organisation.name] = SeveraClient(
                organisation.name,
                organisation.severa.client_id,
                Current(partial(self._severa_secret, organisation.name)),
                transport,
                self.settings.polling.units_again,
            )
        return self._severa[organisation.name]

    def procountor(self, company: Company) -> ProcountorClient:
        """The client of a company. Companies with the same client id share this worker's part of its limit."""
        if company.id not in self._procountor:
            client = self._client_id(company)
            api = self.settings.procountor
            budget = self._budgets.setdefault(client, RateBudget(api.rate, per=api.counted_over))
            self._procountor[company.id] = ProcountorClient(
                company.id,
                client,
                Current(partial(self._procountor_secret, company.id)),
                company.procountor.api_key,
                self._transport("Procountor", self.settings.procountor.base_url, budget),
            )
        return self._procountor[company.id]

    def taken_over(self, organisation: Organisation, ago: float = 0.0) -> None:
        """An organisation's home has been here for `ago` seconds: its previous owner may have called until then
        (Q4).
        """
        self.severa(organisation)
        self._severa_budgets[organisation.name].taken_over(ago)

    def share(self, here: Iterable[str], ago: float = 0.0) -> None:
        """Set this worker's part of each client's limit, by the companies in its homes (decision 18)."""
        mine = set(here)
        companies = self.settings.companies()
        for client, budget in self._budgets.items():
            every = [one.id for one in companies if self._client_id(one) == client]
            part = worker_share(self.settings.procountor.rate, len(mine.intersection(every)), len(every))
            if client not in self._shared:  # other workers may have used all of it until now
                self._shared.add(client)
                budget.taken_over(ago)
            budget.set_rate(part)

    def budgets(self) -> Iterator[tuple[str, str, RateBudget]]:
        """API, credential and budget. A credential is named by whom it belongs to: its id is nobody else's business."""
        for organisation, budget in self._severa_budgets.items():
            yield "Severa", organisation, budget
        companies = {self._client_id(one): one.id for one in reversed(self.settings.companies())}
        for client, budget in self._budgets.items():
            shared = client == self.settings.procountor.client_id
            yield "Procountor", "gateway" if shared else companies[client], budget

    async def close(self) -> None:
        """Close the connections."""
        for transport in self._transports:
            await transport.close()

    def _client_id(self, company: Company) -> str:
        return company.procountor.client_id or self.settings.procountor.client_id

    def _severa_secret(self, organisation: str) -> SecretStr:
        return next(own.severa.client_secret for own in self.settings.organisations if own.name == organisation)

    def _procountor_secret(self, company: str) -> SecretStr:
        companies = self.settings.companies()
        own = next(known.procountor.client_secret for known in companies if known.id == company)
        return own or self.settings.procountor.client_secret

    def _transport(self, api: str, base_url: str, budget: RateBudget) -> HttpTransport:
        timeout = self.settings.delivery.call_timeout
        transport = HttpTransport(api, base_url, budget, timeout, self.carrier)
        self._transports.append(transport)
        return transport
