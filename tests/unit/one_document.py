"""One document's transfer with everything real but the calls: a ledger, a Procountor and a Severa in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.delivery import transfer as transfers
from gateway.delivery.attempt import Attempt, IntentPayload
from gateway.delivery.change import Changed, Origin
from gateway.delivery.commands import obey
from gateway.delivery.plan import Plan
from gateway.delivery.record import TransferRecord, record_of
from gateway.documents import Command, CommandKind, DocumentKey, Kind, Outcome, Revision, SalesInvoice, Sequence
from gateway.documents.hashing import content_hash, head_hash
from gateway.errors import Configuration, Permanent, Transient, refuse
from gateway.flows.sales_invoices.flow import FLOW
from gateway.flows.sales_invoices.target import InProcountor
from gateway.ledger.effects import Effect, never_there
from gateway.notify.mail import is_over
from gateway.polling.due import next_revision
from gateway.procountor.responses import InvoiceRead
from gateway.rules.register_items import PartnerCard
from gateway.steps.procountor_invoice import created, status_actions
from tests.memory_home import MemoryHome, MemoryLedger
from tests.unit.invoices import an_invoice
from tests.unit.one_company import HOME, MemoryProcountor, MemorySevera, a_company, a_context
from tests.unit.published import outcomes

PARTNER = PartnerCard(3, "Customer Oy", None, None)


class MemoryTarget(InProcountor):
    """The sales invoices' target, without registers. `refusal`: why nothing can be planned; `objects`, `files`: effects
    before the invoice, and between the invoice and its status actions.
    """

    def __init__(self) -> None:
        self.refusal: Permanent | Transient | Configuration | None = None
        self.objects: Callable[[Attempt[SalesInvoice]], Awaitable[tuple[Effect, ...]]] = _none
        self.files: Callable[[Attempt[SalesInvoice]], tuple[Effect, ...]] = lambda attempt: ()

    async def plan(self, attempt: Attempt[SalesInvoice]) -> Plan:
        if self.refusal is not None:
            raise self.refusal
        invoice = attempt.document
        body: dict[str, object] = {"notes": attempt.revision.marker(invoice.id), "number": str(invoice.number)}
        payload = IntentPayload(attempt.revision, PARTNER.id, head_hash=head_hash(invoice), number=invoice.number)
        objects = await self.objects(attempt)
        post = created(attempt, f"create sales invoice {invoice.number}", lambda: body)
        return Plan(objects, post, await self.steps(attempt), payload, lambda: PARTNER.id)

    async def steps(self, attempt: Attempt[SalesInvoice]) -> tuple[Effect, ...]:
        sales = attempt.context.company.sales
        return (*self.files(attempt), *status_actions(attempt, sales.target_status))


async def _none(attempt: Attempt[SalesInvoice]) -> tuple[Effect, ...]:
    return ()


def a_step(title: str, call: Callable[[], Awaitable[None]], look: Callable[[], Awaitable[bool]] = never_there) -> Any:
    """Plans one step, whose call checks no lease."""

    def steps(attempt: Attempt[SalesInvoice]) -> tuple[Effect, ...]:
        return (Effect(title, lambda lease: call(), look),)

    return steps


def a_file_too_large() -> Any:
    """Plans a file that is refused before its upload."""

    async def nothing() -> None:
        raise AssertionError("it is not uploaded")

    async def look() -> bool:
        raise refuse("ATTACHMENT_TOO_LARGE", file="a.pdf", size=2, limit=1)

    return a_step("attach a.pdf", nothing, look)


class OneDocument:
    """The document and all around it. `owner`: the company that it belongs to now; `wall`: seconds since 1970, which
    pass when a test says so; `waits`: an attempt begins only once what was found open has expired.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall, self.waits = time.time(), True
        self._lost: list[MemoryHome] = []
        self.home = self.take()
        head = an_invoice(status_id="before")
        self.procountor, self.severa = MemoryProcountor(), MemorySevera(head)
        self.owner = "acme-fi"
        self.key = DocumentKey("acme-fi", Kind.SALES_INVOICE, head.id)
        #: A CompanyContext, whose calls the tests exchange.
        self.context: Any = a_context(
            severa=self.severa,
            procountor=self.procountor,
            clock=lambda: self.wall,
            echo_proved=True,
            company_of={Kind.SALES_INVOICE: self._company_of},
        )
        self.hand: asyncio.Lock = self.context.alone(str(self.key))

        self.target = MemoryTarget()
        self.flow = replace(FLOW, target=self.target)

    @property
    def refusal(self) -> Permanent | Transient | Configuration | None:
        """Why the document can't be planned."""
        return self.target.refusal

    @refusal.setter
    def refusal(self, refusal: Permanent | Transient | Configuration | None) -> None:
        self.target.refusal = refusal

    async def _company_of(self, invoice: SalesInvoice) -> str:
        return self.owner

    def take(self) -> MemoryHome:
        """The home, taken now, of a ledger that knows nothing."""
        return MemoryLedger(broker_time=lambda: self.wall).take(HOME, clock=lambda: self.wall)

    def lose_the_ledger(self) -> None:
        """A new owner, and its ledger knows nothing."""
        self.wall += 1
        self._lost.append(self.home)
        self.home = self.take()

    def another(self, number: int) -> OneDocument:
        """Another document of the same company."""
        other = copy(self)
        other.key = replace(self.key, id=f"{number}")
        other.head = replace(self.head, id=f"{number}", number=number)
        return other

    def now(self) -> datetime:
        """A moment later than all before."""
        self.wall += 0.002
        return datetime.fromtimestamp(self.wall, UTC)

    @property
    def head(self) -> SalesInvoice:
        """The document as Severa has it."""
        return self.severa.heads[self.key.id]

    @head.setter
    def head(self, head: SalesInvoice) -> None:
        self.severa.heads[head.id] = head

    @property
    def invoices(self) -> dict[int, InvoiceRead]:
        """The invoices that Procountor has."""
        return self.procountor.invoices

    @invoices.setter
    def invoices(self, invoices: dict[int, InvoiceRead]) -> None:
        self.procountor.invoices = invoices

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcomes that were published, of every ledger."""
        return [outcome for home in (*self._lost, self.home) for outcome in outcomes(home)]

    @property
    def codes(self) -> list[str]:
        """The codes of the errors among them."""
        return [outcome.error.code for outcome in self.outcomes if outcome.error]

    @property
    def record(self) -> TransferRecord:
        known = record_of(self.home, str(self.key))
        assert known is not None
        return known

    @property
    def valid(self) -> int:
        return sum(invoice.status != "INVALIDATED" for invoice in self.invoices.values())

    @property
    def states(self) -> list[tuple[int, str]]:
        """Revision and state of each outcome; not those that say that a hold is over."""
        return [(outcome.revision.number, outcome.state.value) for outcome in self.outcomes if not is_over(outcome)]

    def event(self, origin: Origin = Origin.POLL) -> Changed[SalesInvoice]:
        """What the poll publishes of the document as it is now."""
        known = record_of(self.home, str(self.key))
        content = content_hash(self.head)
        number = next_revision(known, content, known is not None and known.write_back.done)
        revision = Revision(number, Sequence(*self.home.next_sequence()), content)
        return Changed("nordic", self.key, revision, origin, self.head)

    async def transfer(self, event: Changed[SalesInvoice] | None = None, live: bool = True, old: bool = False) -> None:
        """One attempt. `old`: on an event that was published before the horizon."""
        self.wait()
        attempt = Attempt(self.flow, event or self.event(), self.home, self.context, live=live, old=old)
        await transfers.transfer(attempt)

    def wait(self) -> None:
        """A moment; until what is open has expired, where the document `waits`."""
        self.now()
        if self.waits:
            self.wall += max((self.home.seconds_until_expired(key) for key in self.home.open), default=0.0)

    async def write_back(self, revision: int) -> None:
        """What follows the result of a revision."""
        assert self.flow.completion is not None
        await self.flow.completion.write_back(self.home, self.context, self.flow, self.key, revision)

    def configure(self, **sales: Any) -> None:
        """Other settings of the company's sales invoices."""
        self.context.company = a_company(**sales)

    def edit(self, **changes: Any) -> None:
        """A user changes it."""
        self.head = replace(self.head, **changes)

    async def ask(self, kind: CommandKind, invoice_id: int | None = None) -> None:
        """An operator's command stands in the ledger."""
        at = self.now()
        target = str(invoice_id) if invoice_id is not None else None
        command = Command("nordic", kind, self.key, at, "me", target)
        await obey(self.context, self.home, command)
