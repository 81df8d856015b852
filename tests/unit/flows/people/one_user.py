"""One user on the real path: poll, transfer, both sandbox APIs in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from gateway.delivery.attempt import Attempt
from gateway.delivery.change import Changed
from gateway.delivery.record import TransferRecord, record_of
from gateway.delivery.transfer import transfer
from gateway.documents import DocumentKey, Kind, Outcome, User
from gateway.flows.people.flow import FLOW
from gateway.flows.people.source import Users
from gateway.http import HttpTransport, RateBudget
from gateway.ledger import Publish
from gateway.polling.publisher import Publisher
from gateway.polling.sync_poller import SyncPoller
from gateway.procountor.client import ProcountorClient
from gateway.registers.registers import Registers
from gateway.sandbox.server.faults import parse
from gateway.sandbox.world.demo_people import add_people
from gateway.sandbox.world.demo_travel import add_travel, person, user
from gateway.sandbox.world.demo_world import FIRMS, Firm, base_world, guid
from gateway.sandbox.world.file import stamp
from gateway.settings import PeopleSettings, Polling
from gateway.severa.client import SeveraClient
from tests.memory_home import MemoryLedger
from tests.simulation.apis import Carrier
from tests.unit.one_company import ACME, HOME, a_context
from tests.unit.published import PUBLISHING, outcomes

FIRM = FIRMS[0]
PERSON = 700
Json = dict[str, Any]


class OneUser:
    """A company with one user. `change`: of the user's card before the start; `there`: of the person in Procountor, and
    None if it has none. `more`: further users.
    """

    def __init__(
        self, folder: Path, change: Json | None = None, there: Json | None = None, firm: Firm = FIRM, more: int = 0
    ) -> None:
        self.firm, self.folder = firm, folder
        world = add_travel(base_world((firm,), severa_per_second=1000, procountor_per_second=1000), firm)
        self.card = user(firm, 0, **(change or {}))
        world["severa"][firm.organisation]["/v1/users"] = [self.card]
        persons = [person(firm, self.card, PERSON, **there)] if there is not None else []
        world["procountor"][firm.id]["/persons"] = persons
        add_people(world, firm, more)
        self.carrier = Carrier(world, 1)
        self.apis = self.carrier.apis
        self.users: list[Json] = self.apis.world["severa"][firm.organisation]["/v1/users"]
        self.persons: list[Json] = self.apis.world["procountor"][firm.id]["/persons"]
        self.card = self.users[0]
        self.wall = time.time()
        self.ledger = MemoryLedger(broker_time=lambda: self.wall)
        self.home = self.ledger.take(HOME, clock=lambda: self.wall)
        about = {"id": firm.id, "business_unit": guid(firm.id, "unit"), "country": firm.country}
        self.company = ACME.model_copy(update={**about, "people": PeopleSettings()})
        self.key = DocumentKey(firm.id, Kind.USER, self.card["guid"])
        self.events: list[Changed[User]] = []
        self.begin()

    def begin(self) -> None:
        """A worker starts: it knows what the ledger has, and nothing else."""
        firm, owner = self.firm, self.firm.organisation
        secret = SecretStr(f"{owner}-secret")
        self.severa = SeveraClient(owner, f"{owner}-client", secret, self._transport("severa"))
        secret, key = SecretStr("gateway-secret"), SecretStr(f"{firm.id}-key")
        self.procountor = ProcountorClient(firm.id, "gateway-client", secret, key, self._transport("procountor"))
        self.source = Users(self.severa, self.company_of, clock=lambda: self.wall)
        self.context = a_context(
            self.company,
            severa=self.severa,
            procountor=self.procountor,
            registers=Registers(firm.id, self.procountor),
            folder=self.folder,
            clock=lambda: self.wall,
            echo_proved=True,
            sources={Kind.USER: self.source},
        )
        publisher = Publisher(owner, self.home, FLOW, self._record)
        self.poller = SyncPoller(self.context, publisher, self.source, Polling(), clock=lambda: self.wall)

    def _transport(self, api: str) -> HttpTransport:
        return HttpTransport(api.capitalize(), f"http://memory/{api}", RateBudget(1000), 5, self.carrier)

    def _record(self, change: Changed[User]) -> Publish:
        self.events.append(change)
        return PUBLISHING.change(FLOW, change)

    async def company_of(self, unit: str) -> str:
        """The company of the one business unit."""
        return self.firm.id if unit == self.company.business_unit else ""

    def pass_time(self, seconds: float = 60.0) -> None:
        """Time passes, and with it all rests; what is open expires."""
        self.wall += max([seconds, *(self.home.seconds_until_expired(key) for key in self.home.open)])
        self.context._later.clear()

    def strike(self, fault: Json) -> None:
        """So befalls the next call."""
        apis = {api: list(self.apis.world[api]) for api in ("severa", "procountor")}
        self.apis.faults[:] = parse([fault], apis)

    async def run(self) -> Outcome:
        """`poll`. Returns the newest outcome."""
        await self.poll()
        return self.told[-1]

    async def poll(self) -> None:
        """Time passes; a poll, and the attempts on what it published."""
        self.pass_time()
        before = len(self.events)
        await self.poller.poll()
        await self.handle(self.events[before:])

    async def handle(self, events: list[Changed[User]]) -> None:
        """Attempts on events."""
        for event in events:
            self.wall += 0.002
            await transfer(Attempt(FLOW, event, self.home, self.context))
            self.context.in_flight.pop(str(event.key), None)
            self.context.read_back(str(event.key))

    def edit(self, **changes: Any) -> None:
        """The user's card is changed in Severa."""
        self.card.update({**changes, "lastUpdatedDateTime": stamp("severa")})

    def by_hand(self, change: Callable[[Json], object]) -> None:
        """An accountant changes the person in Procountor."""
        (there,) = self.persons
        change(there)
        there["version"] = "2030-01-01T00:00:00"

    @property
    def told(self) -> list[Outcome]:
        """Outcomes of the user, oldest first."""
        return [one for one in outcomes(self.home) if one.key == self.key]

    @property
    def states(self) -> list[str]:
        """Their states."""
        return [one.state.value for one in self.told]

    @property
    def person(self) -> Json:
        """The only person."""
        (there,) = self.persons
        return there

    @property
    def record(self) -> TransferRecord:
        """The user's record."""
        known = record_of(self.home, str(self.key))
        assert known is not None
        return known

    def calls(self, operation: str) -> int:
        """How often an operation was called."""
        return sum(one["operation"] == operation for one in self.apis.journal.entries())
