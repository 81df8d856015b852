"""Objects of a small flow that keeps in step, with the real poll, delivery and ledger: costs, and what became of them.

The source is a dict, the target another one. What an object has there is a text, "amount of text"; one that changes is
taken away and put there again, as fees are.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.delivery.attempt import Attempt
from gateway.delivery.change import Changed
from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import Batch, SyncFlow
from gateway.delivery.plan import Synced, Update, planned_payload
from gateway.delivery.record import TransferRecord, record_of
from gateway.delivery.transfer import transfer
from gateway.documents import CostAllocation, DocumentKey, ItemRef, Kind, Money, Outcome, OutcomeState, Target
from gateway.errors import GatewayError, in_doubt
from gateway.ledger import Home, Publish
from gateway.ledger.effects import Effect
from gateway.polling.publisher import Publisher
from gateway.polling.sync_poller import SyncPoller
from gateway.settings import Polling, PurchaseSettings
from tests.memory_home import MemoryHome, MemoryLedger
from tests.unit.one_company import ACME, HOME, a_context
from tests.unit.published import PUBLISHING, outcomes

KIND = Kind.COST_ALLOCATION
PURCHASES = PurchaseSettings(receipts_from=date(2026, 1, 1), project_dimension="Projects")
ON = ACME.model_copy(update={"purchases": PURCHASES})


def a_cost(id_: str = "7-1", text: str = "steel") -> CostAllocation:
    """A cost as the source has it."""
    return CostAllocation(
        id_, 7, None, "APPROVED", 7, "Supplier Oy", "S-1", date(2026, 11, 2), text, Money(Decimal(10), "EUR"),
        Decimal(24), ItemRef(1, "1001"), "EUR", Decimal(1),
    )  # fmt: skip


@dataclasses.dataclass
class Source:
    """A SyncSource. `error`: what a look raises, unless an operator let it pass; `broken`: whatever else it raises."""

    objects: dict[str, CostAllocation] = dataclasses.field(default_factory=dict)
    error: GatewayError | None = None
    broken: Exception | None = None
    at_once: int = 100
    cursor: str = "c1"
    #: What looks were given: the cursor, and the cause that an operator let pass.
    looks: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    async def changes(
        self, context: CompanyContext, home: Home, cursor: str, confirmed: str
    ) -> AsyncIterator[Batch[CostAllocation]]:
        self.looks.append((cursor, confirmed))
        if self.broken is not None:
            raise self.broken
        if self.error is not None and self.error.cause != confirmed:
            raise self.error
        there = list(self.objects.values())
        for at in range(0, len(there), self.at_once):
            yield Batch(tuple(there[at : at + self.at_once]), self.cursor)

    async def read(self, context: CompanyContext, home: Home, id_: str) -> CostAllocation | None:
        return self.objects.get(id_)


class There:
    """A SyncTarget. `ends`: of the next calls: "done", "lost" without an effect, "silent" with one, or an error."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.ends: list[str | BaseException] = []
        self.refusal: GatewayError | None = None
        self.memos: list[str] = []
        self.calls = 0

    async def plan(self, attempt: Attempt[CostAllocation]) -> Update:
        if self.refusal is not None:
            raise self.refusal
        id_, wanted = attempt.document.id, attempt.document.text
        self.memos.append(attempt.memo)
        there, effects = self.texts.get(id_, []), list[Effect]()
        old = next((one for one in there if one != wanted), None)
        if old is not None:
            effects.append(Effect("take away", lambda lease: self._call(lambda: there.remove(old))))
        if wanted not in there:
            effects.append(
                Effect("put there", lambda lease: self._call(lambda: self.texts.setdefault(id_, []).append(wanted)))
            )
        memo = f"-{old}" if old is not None else attempt.memo
        state = OutcomeState.UPDATED if memo.startswith("-") else OutcomeState.CREATED
        payload = planned_payload(attempt, (), (), memo=memo)
        return Update(
            tuple(effects), payload, lambda: Synced(state, Target("severa", "fee", id_, ""), wanted, ("put there",))
        )

    async def _call(self, do: Any) -> None:
        self.calls += 1
        end = self.ends.pop(0) if self.ends else "done"
        if isinstance(end, BaseException):
            raise end
        if end != "lost":
            do()
        if end != "done":
            raise in_doubt("ATTEMPT_UNKNOWN", operation="create project fee")


class OneObject:
    """The flow of one company. `wall`: seconds since 1970, which pass when a test says so."""

    def __init__(self, **polling: Any) -> None:
        self.wall = self.began = time.time()
        self.ledger = MemoryLedger(broker_time=lambda: self.wall)
        self.home = self.ledger.take(HOME, clock=lambda: self.wall)
        self.source, self.target = Source({"7-1": a_cost()}), There()
        self.flow: SyncFlow[CostAllocation] = SyncFlow(
            KIND, "cost", CostAllocation, "cost-allocation-changed", "CostAllocationChanged",
            settings=lambda company: company.purchases, source=lambda severa, company_of: self.source,
            target=self.target,
        )  # fmt: skip
        self.key = DocumentKey("acme-fi", KIND, "7-1")
        self.polling = Polling(**polling)
        self.events: list[Changed[CostAllocation]] = []
        self._begin(self.home)

    def _begin(self, home: MemoryHome) -> None:
        self.home = home
        self.context = a_context(ON, clock=lambda: self.wall, sources={KIND: self.source})
        publisher = Publisher("nordic", home, self.flow, self._record)
        self.poller = SyncPoller(self.context, publisher, self.source, self.polling, clock=lambda: self.wall)

    def _record(self, change: Changed[CostAllocation]) -> Publish:
        self.events.append(change)
        return PUBLISHING.change(self.flow, change)

    def take_over(self) -> None:
        """Another worker owns the home."""
        self.wall += 1
        self._begin(self.ledger.take(HOME, clock=lambda: self.wall))

    def lose_ledger(self) -> None:
        """Nothing is left of it, and another worker owns the home."""
        self.ledger = MemoryLedger(broker_time=lambda: self.wall)
        self.take_over()

    def pass_time(self, seconds: float = 0.002) -> None:
        """Time passes, and with it all rests; what is open expires."""
        self.wall += max([seconds, *(self.home.seconds_until_expired(key) for key in self.home.open)])
        self.context._later.clear()

    async def poll(self) -> int:
        """A poll. Returns how many events it published."""
        before = len(self.events)
        await self.poller.poll()
        return len(self.events) - before

    async def handle(self, event: Changed[CostAllocation] | None = None, live: bool = True, old: bool = False) -> None:
        """The attempt of an event; of the last one by default. `old`: of an earlier ledger."""
        self.wall += 0.002
        event = event or self.events[-1]
        await transfer(Attempt(self.flow, event, self.home, self.context, live=live, old=old))
        self.context.in_flight.pop(str(event.key), None)
        self.context.read_back(str(event.key))

    async def run(self) -> None:
        """A poll, and the attempts on what it published."""
        before = len(self.events)
        await self.poller.poll()
        for event in self.events[before:]:
            await self.handle(event)

    def edit(self, text: str, id_: str = "7-1") -> None:
        """Its user changes an object at the source."""
        self.source.objects[id_] = replace(a_cost(id_), text=text)

    @property
    def texts(self) -> list[str]:
        """What the object has in the target."""
        return self.target.texts.get("7-1", [])

    @property
    def record(self) -> TransferRecord:
        known = record_of(self.home, str(self.key))
        assert known is not None
        return known

    @property
    def outcomes(self) -> list[Outcome]:
        return outcomes(self.home)

    @property
    def states(self) -> list[str]:
        """States of the object's outcomes."""
        return [one.state.value for one in self.outcomes if one.key == self.key]

    @property
    def codes(self) -> list[str]:
        """Codes of all errors that were reported."""
        return [one.error.code for one in self.outcomes if one.error]
