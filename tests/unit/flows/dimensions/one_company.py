"""Items of one company on the real path: look, attempts and ledger, with both sandbox APIs in memory."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from pydantic import SecretStr

from gateway.delivery.attempt import Attempt
from gateway.delivery.change import Changed
from gateway.delivery.pauses import released
from gateway.delivery.transfer import transfer
from gateway.documents import DocumentKey, Kind, Outcome, SyncedItem
from gateway.flows.dimensions import register
from gateway.flows.dimensions.flow import FLOW
from gateway.http import HttpTransport, RateBudget
from gateway.ledger import Publish
from gateway.polling.publisher import Publisher
from gateway.polling.sync_poller import SyncPoller
from gateway.polling.units import Units
from gateway.procountor.client import ProcountorClient
from gateway.registers.registers import Registers
from gateway.sandbox.server.faults import parse
from gateway.sandbox.world.demo_world import FIRMS, base_world, guid
from gateway.sandbox.world.file import stamp
from gateway.settings import Company, DimensionSettings, Polling
from gateway.severa.client import SeveraClient
from tests.memory_home import MemoryLedger
from tests.simulation.apis import Carrier
from tests.unit.one_company import ACME, HOME, a_context
from tests.unit.published import PUBLISHING, outcomes

FIRM = FIRMS[0]
UNIT = {"guid": guid(FIRM.id, "unit"), "name": FIRM.name}
Json = dict[str, Any]


def a_project(number: int | None, name: str = "Site", **changes: Any) -> Json:
    """A project of the company."""
    own = {"guid": f"p{number}", "name": name, "number": number, "isClosed": False, "businessUnit": UNIT}
    return {**own, "createdDateTime": "2020-01-01T00:00:00Z", **changes}


class OneCompany:
    """`severa`: its registers by the ends of their paths; `dimensions`: Procountor's by their names, each with items.

    `settings`: the section `dimensions`.
    """

    def __init__(self, severa: Json, dimensions: dict[str, list[Json]], **settings: Any) -> None:
        world = base_world((FIRM,), severa_per_second=100_000, procountor_per_second=100_000)
        there = world["severa"][FIRM.organisation]
        for name, objects in severa.items():
            there[f"/v1/{name}"] = [*(there.get(f"/v1/{name}", []) if name == "businessunits" else []), *objects]
        world["procountor"][FIRM.id]["/dimensions"] = [
            {"id": n, "name": name, "items": items} for n, (name, items) in enumerate(dimensions.items(), start=7)
        ]
        self.carrier = Carrier(world, 1)
        self.apis = self.carrier.apis
        self.wall = time.time()
        self.ledger = MemoryLedger(broker_time=lambda: self.wall)
        section = DimensionSettings.model_validate(settings or {"project": "Projects"})
        about = {"id": FIRM.id, "business_unit": UNIT["guid"], "dimensions": section}
        self.company: Company = ACME.model_copy(update=about)
        owner, secret = FIRM.organisation, SecretStr(f"{FIRM.organisation}-secret")
        self.severa = SeveraClient(owner, f"{owner}-client", secret, self._transport("severa"))
        secret, key = SecretStr("gateway-secret"), SecretStr(f"{FIRM.id}-key")
        self.procountor = ProcountorClient(FIRM.id, "gateway-client", secret, key, self._transport("procountor"))
        self.events: list[Changed[SyncedItem]] = []
        self.start()

    def _transport(self, api: str) -> HttpTransport:
        return HttpTransport(api.capitalize(), f"http://memory/{api}", RateBudget(100_000), 5, self.carrier)

    def start(self) -> None:
        """A worker owns the home from now on."""
        self.wall += 1
        self.home = self.ledger.take(HOME, clock=lambda: self.wall)
        self.context = a_context(
            self.company,
            severa=self.severa,
            procountor=self.procountor,
            registers=Registers(FIRM.id, self.procountor),
            clock=lambda: self.wall,
        )
        units = Units(FIRM.organisation, self.home, self.severa, {FIRM.id: self.context}, 600.0)
        self.source = FLOW.source(self.severa, units.of)
        self.context.sources[FLOW.kind] = self.source
        publisher = Publisher(FIRM.organisation, self.home, FLOW, self._record)
        self.poller = SyncPoller(self.context, publisher, self.source, Polling(), clock=lambda: self.wall)

    def _record(self, change: Changed[Any]) -> Publish:
        self.events.append(change)
        return PUBLISHING.change(FLOW, change)

    def forget_reads(self) -> None:
        """Time passes: what was read of both systems is read again, and what is open has expired."""
        self.wall += max([1.0, *(self.home.seconds_until_expired(key) for key in self.home.open)])
        self.context._later.clear()
        self.context.registers.own.clear()
        self.context.registers.dimensions.expire(0.0)
        for one in self.source.registers.values():  # type: ignore[attr-defined]
            one._read_at -= register.FRESH_S

    async def look(self) -> list[Changed[SyncedItem]]:
        """A look; returns what it published."""
        self.forget_reads()
        before = len(self.events)
        looking = asyncio.ensure_future(self.poller.poll())
        while not looking.done():
            self.context.in_flight.clear()  # the window has room: attempts are made later
            await asyncio.sleep(0)
        looking.result()
        return self.events[before:]

    async def handle(self, event: Changed[SyncedItem], live: bool = True) -> None:
        """One attempt."""
        self.wall += 0.002
        await transfer(Attempt(FLOW, event, self.home, self.context, live=live))
        self.context.in_flight.pop(str(event.key), None)
        self.context.read_back(str(event.key))

    async def run(self) -> int:
        """A look, and the attempts on what it published. Returns how many these were."""
        events = await self.look()
        for event in events:
            await self.handle(event)
        return len(events)

    def release(self) -> None:
        """An operator's word."""
        released(self.context)

    def strike(self, operation: str, kind: str, times: int = 1) -> None:
        """So befalls the next calls."""
        fault = {"api": "procountor", "operation": operation, "kind": kind, "times": times, "seconds": 1.0}
        self.apis.faults[:] = parse([fault], {api: list(self.apis.world[api]) for api in ("severa", "procountor")})

    def change(self, path: str, own: str, **fields: Any) -> None:
        """A user of Severa changes an object."""
        objects = self.apis.world["severa"][FIRM.organisation][f"/v1/{path}"]
        (one,) = [one for one in objects if one["guid"] == own]
        one |= {**fields, "lastUpdatedDateTime": stamp("severa", self.context.now())}

    def objects(self, path: str) -> list[Json]:
        """A register of Severa."""
        found: list[Json] = self.apis.world["severa"][FIRM.organisation][f"/v1/{path}"]
        return found

    def items(self, dimension: str = "Projects") -> list[Json]:
        """Items of a dimension."""
        there = self.apis.world["procountor"][FIRM.id]["/dimensions"]
        found: list[Json] = next(one for one in there if one["name"] == dimension).setdefault("items", [])
        return found

    def shown(self, dimension: str = "Projects") -> list[str]:
        """Names of a dimension's items; a closed one has a minus."""
        return [("-" if one.get("status") == "P" else "") + one["codeName"] for one in self.items(dimension)]

    def calls(self, operation: str) -> list[Any]:
        """The bodies of such calls."""
        return [one.get("body") for one in self.apis.journal.entries() if one["operation"] == operation]

    def told(self, id_: str = "project-p1001") -> list[str]:
        """States of the outcomes of one document."""
        key = DocumentKey(FIRM.id, Kind.DIMENSION_ITEM, id_)
        return [one.state.value for one in outcomes(self.home) if one.key == key]

    @property
    def outcomes(self) -> list[Outcome]:
        """All outcomes."""
        return outcomes(self.home)

    @property
    def codes(self) -> list[str]:
        """Codes of all errors that were reported."""
        return [one.error.code for one in self.outcomes if one.error]
