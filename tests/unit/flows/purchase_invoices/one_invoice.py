"""Purchase invoices of one company on the real path: poll and transfer, with both sandbox APIs in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from gateway.delivery.attempt import Attempt
from gateway.delivery.change import Changed
from gateway.delivery.commands import obey
from gateway.delivery.transfer import transfer
from gateway.documents import Command, CommandKind, CostAllocation, DocumentKey, Kind, Outcome
from gateway.flows.purchase_invoices.flow import FLOW
from gateway.http import HttpTransport, RateBudget
from gateway.ledger import Publish
from gateway.polling.publisher import Publisher
from gateway.polling.sync_poller import SyncPoller
from gateway.procountor.client import ProcountorClient
from gateway.registers.registers import Registers
from gateway.sandbox.server.faults import parse
from gateway.sandbox.world.demo_purchases import (
    FIRST_INVOICE,
    add_invoice,
    add_purchases,
    entry,
    purchase_settings,
    receipt,
)
from gateway.sandbox.world.demo_world import FIRMS, Firm, base_world, guid
from gateway.sandbox.world.file import stamp
from gateway.settings import Company, Polling, PurchaseSettings
from gateway.severa.client import SeveraClient
from tests.memory_home import MemoryHome, MemoryLedger
from tests.simulation.apis import Carrier
from tests.unit.one_company import ACME, HOME, a_context
from tests.unit.published import PUBLISHING, outcomes

FIRM = FIRMS[0]
NUMBER = FIRST_INVOICE
POST, DELETE = "projectFeesPostProjectFee", "projectFeesDeleteProjectFree"
Json = dict[str, Any]


class OneInvoice:
    """An approved invoice; by default 60.10 EUR of its entry are for the first project, 39.90 for the second one.
    `others`: invoices without a project; `change`: of the world before the start.
    """

    def __init__(
        self,
        entries: list[Json] | None = None,
        firm: Firm = FIRM,
        others: int = 0,
        change: Callable[[Json], None] = lambda world: None,
        **purchases: Any,
    ) -> None:
        self.firm = firm
        world = add_purchases(base_world((firm,), severa_per_second=1000, procountor_per_second=1000), firm)
        add_invoice(world, firm, 0, entries or [entry(firm, {0: "60.10", 1: "39.90"})])
        for n in range(1, 1 + others):
            add_invoice(world, firm, n, [entry(firm, {}, accountingValue=100)])
        change(world)
        self.carrier = Carrier(world, 1)
        self.apis = self.carrier.apis
        self.wall = time.time()
        settings = PurchaseSettings.model_validate(purchase_settings(**purchases))
        about = {"id": firm.id, "business_unit": guid(firm.id, "unit"), "country": firm.country, "purchases": settings}
        self.company: Company = ACME.model_copy(update=about)
        self.events: list[Changed[CostAllocation]] = []
        self.told_before: list[Outcome] = []
        #: The company by business unit.
        self.units = {guid(firm.id, "unit"): firm.id}
        self.lose_the_ledger(known=True)

    def lose_the_ledger(self, known: bool = False) -> None:
        """A new ledger, which knows nothing of what came before it. `known`: nothing came before it."""
        self.told_before += outcomes(self.home) if not known else []
        self.ledger = MemoryLedger(broker_time=lambda: self.wall)
        self.horizon = datetime(2020, 1, 1, tzinfo=UTC) if known else datetime.fromtimestamp(self.wall, UTC)
        self._begin(self.ledger.take(HOME, clock=lambda: self.wall))

    def take_over(self) -> None:
        """Another worker owns the home."""
        self.wall += 1
        self._begin(self.ledger.take(HOME, clock=lambda: self.wall))

    def _begin(self, home: MemoryHome) -> None:
        self.home = home
        owner, secret = self.firm.organisation, SecretStr(f"{self.firm.organisation}-secret")
        severa = SeveraClient(owner, f"{owner}-client", secret, self._transport("severa"))
        secret, key = SecretStr("gateway-secret"), SecretStr(f"{self.firm.id}-key")
        procountor = ProcountorClient(self.firm.id, "gateway-client", secret, key, self._transport("procountor"))
        self.source = FLOW.source(severa, self._company_of)
        self.context = a_context(
            self.company,
            severa=severa,
            procountor=procountor,
            registers=Registers(self.firm.id, procountor),
            clock=lambda: self.wall,
            horizon=self.horizon,
            sources={FLOW.kind: self.source},
        )
        publisher = Publisher(owner, home, FLOW, self._record)
        self.poller = SyncPoller(self.context, publisher, self.source, Polling(), clock=lambda: self.wall)

    async def _company_of(self, unit: str) -> str:
        return self.units.get(unit, "")

    def _record(self, change: Changed[CostAllocation]) -> Publish:
        self.events.append(change)
        return PUBLISHING.change(FLOW, change)

    def _transport(self, api: str) -> HttpTransport:
        return HttpTransport(api.capitalize(), f"http://memory/{api}", RateBudget(1000), 60, self.carrier)

    def pass_time(self, seconds: float = 1) -> None:
        """Time passes, and with it all rests; what is open expires."""
        self.wall += max([seconds, *(self.home.seconds_until_expired(key) for key in self.home.open)])
        self.context._later.clear()

    async def handle(self, event: Changed[CostAllocation], live: bool = True) -> None:
        """The attempt of an event."""
        self.wall += 0.002
        try:
            await transfer(Attempt(FLOW, event, self.home, self.context, live=live))
        finally:
            self.context.in_flight.pop(str(event.key), None)
            self.context.read_back(str(event.key))

    async def run(self) -> list[str]:
        """A poll, and the attempts on what it published. Returns what was changed in Severa by them."""
        before, calls = len(self.events), len(self.apis.journal.entries())
        self.wall += 1
        await self.poller.poll()
        for event in self.events[before:]:
            await self.handle(event)
        return [str(one["effect"]) for one in self.apis.journal.entries()[calls:] if one["effect"]]

    def strike(self, operation: str, kind: str, **more: Any) -> None:
        """A fault of the next call of this operation."""
        apis = {api: list(self.apis.world[api]) for api in ("severa", "procountor")}
        self.apis.faults[:] = parse([{"api": "severa", "operation": operation, "kind": kind, "times": 1, **more}], apis)

    async def create_anyway(self, n: int = 1) -> None:
        """The operator's command."""
        key = DocumentKey(self.firm.id, Kind.COST_ALLOCATION, f"{NUMBER}-{n}")
        now = datetime.fromtimestamp(self.wall, UTC)
        await obey(self.context, self.home, Command("nordic", CommandKind.CREATE_ANYWAY, key, now, "me"))

    def allocate(self, *entries: Json, at: int = 0, **changes: Any) -> None:
        """Procountor creates the receipt again, with these entries under new ids (docs/api-facts.md 56)."""
        there = self.apis.world["procountor"][self.firm.id]
        owner = there["/invoices"][at]
        owner["ledgerReceiptId"] += 1000
        made = receipt(self.firm, owner, list(entries), **changes) | {"version": self._now()}
        there["/ledgerreceipts"][at] = made

    def move(self, status: str) -> None:
        """Another status of the invoice."""
        self.apis.world["procountor"][self.firm.id]["/invoices"][0].update(status=status, version=self._now())

    def _now(self) -> str:
        return stamp("procountor", datetime.fromtimestamp(self.wall, UTC))

    def calls(self, operation: str) -> int:
        """How often an operation was called."""
        return sum(one["operation"] == operation for one in self.apis.journal.entries())

    @property
    def fees(self) -> list[Json]:
        """All fees in Severa."""
        found: list[Json] = self.apis.world["severa"][self.firm.organisation]["/v1/projectfees"]
        return found

    @property
    def costs(self) -> list[tuple[str, float]]:
        """Projects and costs of all fees."""
        return sorted((one["project"]["name"], one["unitCost"]["amount"]) for one in self.fees)

    def project(self, n: int) -> Json:
        """The n-th project."""
        found: Json = self.apis.world["severa"][self.firm.organisation]["/v1/projects"][n]
        return found

    @property
    def told(self) -> list[Outcome]:
        """All outcomes of its allocations."""
        return [one for one in (*self.told_before, *outcomes(self.home)) if one.key.kind is Kind.COST_ALLOCATION]

    @property
    def states(self) -> list[str]:
        """Their states, with the codes of errors."""
        return [one.error.code if one.error else one.state.value for one in self.told]
