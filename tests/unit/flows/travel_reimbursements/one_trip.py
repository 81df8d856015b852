"""One travel reimbursement on the real path: poll, transfer and status update, with both sandbox APIs in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from gateway.attachments import FileKind, FileProcessor, Part, ProcessedFile
from gateway.delivery.attempt import Attempt
from gateway.delivery.change import Changed, Origin
from gateway.delivery.record import TransferRecord, record_of
from gateway.delivery.transfer import transfer
from gateway.documents import DocumentKey, Kind, Outcome, Revision, Sequence, TravelReimbursement
from gateway.documents.hashing import content_hash
from gateway.flows.travel_reimbursements.flow import FLOW
from gateway.http import HttpTransport, RateBudget
from gateway.polling.due import next_revision
from gateway.procountor.client import ProcountorClient
from gateway.registers.registers import Registers
from gateway.sandbox.world.demo_travel import (
    TRAVEL_AFTER,
    TRAVEL_BEFORE,
    add_reimbursement,
    add_travel,
    expense,
    receipt,
    reimbursement,
    user,
)
from gateway.sandbox.world.demo_world import FIRMS, Firm, base_world, guid
from gateway.settings import Company, PeopleSettings, TravelSettings
from gateway.severa.client import SeveraClient
from tests.memory_home import MemoryLedger
from tests.simulation.apis import Carrier
from tests.unit.one_company import ACME, HOME, a_context
from tests.unit.published import outcomes

FIRM = FIRMS[0]
NUMBER, PERSON = 501, 700
TRIP = guid(FIRM.id, "reimbursement", NUMBER)
Json = dict[str, Any]


class Unmerged(FileProcessor):
    """Merges nothing: the first file stands for all. `merged`: the names of what was to be merged."""

    def __init__(self) -> None:
        super().__init__()
        self.merged: list[list[str]] = []

    async def merge(self, parts: Any, target: Path, name: str) -> ProcessedFile:
        self.merged.append([part.name for part in parts])
        first: Part = parts[0]
        return ProcessedFile(first.path, FileKind.PDF, len(parts), 5, None, False, 0, 0.0)


class OneTrip:
    """A train ticket with its receipt, and 120 km. `change`: of user, lines, files and head before the start."""

    def __init__(
        self,
        folder: Path,
        change: Callable[[Json, list[Json], list[Json], Json], None] = lambda *_: None,
        person: int | None = PERSON,
        processor: FileProcessor | None = None,
        firm: Firm = FIRM,
        people: bool = False,
        **travel: Any,
    ) -> None:
        self.firm = firm
        world = add_travel(base_world((firm,), severa_per_second=1000, procountor_per_second=1000), firm)
        card, lines = user(firm, 0), [expense(firm, TRIP, 1), expense(firm, TRIP, 2, "KM", 120.0)]
        files, head = [receipt(lines[0], 1)], Json()
        change(card, lines, files, head)
        made = {**reimbursement(firm, NUMBER, card, lines), "guid": TRIP, **head}
        add_reimbursement(world, firm, card, made, lines, files, person)
        self.carrier, self.files = Carrier(world, 1), processor or Unmerged()
        self.apis = self.carrier.apis
        self.wall = time.time()
        self.home = MemoryLedger(broker_time=lambda: self.wall).take(HOME, clock=lambda: self.wall)
        settings = TravelSettings(status_before=TRAVEL_BEFORE, status_after=TRAVEL_AFTER, **travel)
        about = {"id": firm.id, "business_unit": guid(firm.id, "unit"), "country": firm.country, "travel": settings}
        about["people"] = PeopleSettings(enabled=people)
        self.company: Company = ACME.model_copy(update=about)
        owner, secret = firm.organisation, SecretStr(f"{firm.organisation}-secret")
        self.severa = SeveraClient(owner, f"{owner}-client", secret, self._transport("severa"))
        secret, key = SecretStr("gateway-secret"), SecretStr(f"{firm.id}-key")
        self.procountor = ProcountorClient(firm.id, "gateway-client", secret, key, self._transport("procountor"))
        self.context = a_context(
            self.company,
            severa=self.severa,
            procountor=self.procountor,
            registers=Registers(firm.id, self.procountor),
            folder=folder,
            file_processor=self.files,
            clock=lambda: self.wall,
            echo_proved=True,
        )
        self.listing = FLOW.listing(self.severa, self.home, None)
        self.key = DocumentKey(firm.id, Kind.TRAVEL_REIMBURSEMENT, TRIP)

    def _transport(self, api: str) -> HttpTransport:
        return HttpTransport(api.capitalize(), f"http://memory/{api}", RateBudget(1000), 5, self.carrier)

    async def poll(self) -> Changed[TravelReimbursement] | None:
        """The event of the reimbursement, if it waits."""
        self.wall += 1
        statuses = await FLOW.source.statuses(self.context)
        heads = (await self.listing.page([statuses.before], None)).heads
        if not heads:
            return None
        document = await self.listing.whole(self.context, heads[0])
        record, content = record_of(self.home, str(self.key)), content_hash(document)
        number = next_revision(record, content, record is not None and record.write_back.done)
        revision = Revision(number, Sequence(*self.home.next_sequence()), content)
        return Changed(self.firm.organisation, self.key, revision, Origin.POLL, document)

    async def attempt(self) -> None:
        """Poll, and one attempt, once what is open has expired."""
        change = await self.poll()
        assert change is not None
        self.wall += max((self.home.seconds_until_expired(key) for key in self.home.open), default=0.0)
        await transfer(Attempt(FLOW, change, self.home, self.context))

    async def transfer(self) -> Outcome:
        """An attempt that has an outcome."""
        await self.attempt()
        return self.told[-1]

    async def write_back(self) -> str:
        """What follows the result. Returns the status in Severa."""
        await FLOW.completion.write_back(self.home, self.context, FLOW, self.key, self.record.revision.number)
        head = await self.severa.travel.reimbursement(TRIP)
        assert head is not None
        return head.status_name

    @property
    def told(self) -> list[Outcome]:
        """Its outcomes, without those of the company."""
        return [one for one in outcomes(self.home) if one.key == self.key]

    @property
    def record(self) -> TransferRecord:
        known = record_of(self.home, str(self.key))
        assert known is not None
        return known

    def there(self, path: str) -> list[Json]:
        """What Procountor has."""
        found: list[Json] = self.apis.world["procountor"][self.firm.id].get(path, [])
        return found

    @property
    def invoice(self) -> Json:
        """The only travel invoice."""
        (one,) = self.there("/invoices")
        return one

    def calls(self, operation: str) -> int:
        """How often an operation was called."""
        return sum(one["operation"] == operation for one in self.apis.journal.entries())

    def edit(self, **changes: Any) -> None:
        """Something of the head changes in Severa."""
        self.apis.change(
            {"severa": {self.firm.organisation: {"/v1/travelreimbursements": [{"guid": TRIP, **changes}]}}}
        )
