"""The poll of one organisation: lists what waits, reads what may need an attempt, publishes within the windows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from gateway.delivery.desk import Desk
from gateway.delivery.record import State, TransferRecord
from gateway.delivery.settle import refusal_inputs
from gateway.delivery.write_back import write_back
from gateway.documents import Customer, DocumentKey, Kind, Revision, SalesInvoice, Sequence
from gateway.documents.hashing import content_hash, head_hash
from gateway.errors import GatewayError
from gateway.events.sales_invoice import Origin, SalesInvoiceChanged
from gateway.ledger import Home, Publish
from gateway.polling.companies import companies_of_units
from gateway.polling.customers import CustomerCards
from gateway.polling.due import Due, Waiting, due, next_revision
from gateway.settings import Polling
from gateway.severa.client import SeveraClient
from gateway.telemetry.tracing import span

log = structlog.get_logger()


@dataclass(slots=True)
class Poller:
    """Polls one organisation from its home. `publish` turns a change into the record of its topic."""

    organisation: str
    home: Home
    severa: SeveraClient
    desks: Mapping[str, Desk]
    polling: Polling
    publish: Callable[[SalesInvoiceChanged], Publish]
    customers: CustomerCards
    severa_rate: float
    _units: dict[str, str] = field(default_factory=dict)
    _before: dict[str, str] = field(default_factory=dict)
    _page: str | None = None
    _listed: int = 0

    async def run(self) -> None:
        """Poll until cancelled; a cycle that fails is told and tried again. Raises HomeLost."""
        while True:
            began = time.monotonic()
            try:
                await self.cycle()
            except GatewayError as error:
                log.warning("poll failed", organisation=self.organisation, code=error.code, detail=error.detail)
            await asyncio.sleep(max(0.0, self.interval() - (time.monotonic() - began)))

    def interval(self) -> float:
        """Seconds between two polls: a quarter of the rate budget at the most goes into listing (decision 18)."""
        quarter = self.severa_rate / 4
        return min(max(self.polling.interval_min, self._listed / quarter), self.polling.interval_max)

    async def cycle(self) -> None:
        """One poll: from where the last one stopped, until the list ends or every window is full."""
        await self._learn()
        await self.customers.refresh()
        self._listed = 1
        before = self.home.commits
        seen: set[str] = set()
        whole = self._page is None
        while wanted := sorted({self._before[desk.company.id] for desk in self._open_desks()}):
            heads, self._page = await self.severa.waiting_invoices(wanted, self._page)
            self._listed += 1
            for head in heads:
                seen.add(head.id)
                await self._consider(head, before)
            if self._page is None:
                break
        if whole and self._page is None:
            await self._sweep(seen, before)

    def _open_desks(self) -> list[Desk]:
        """Companies that may publish: switched on, with room in their window; a held one gets one probe."""
        return [
            desk
            for desk in self.desks.values()
            if desk.company.enabled and desk.company.sales.enabled and len(desk.in_flight) < self._window(desk)
        ]

    def _window(self, desk: Desk) -> int:
        if desk.hold is None:
            return self.polling.window
        return 1 if desk.hold.probing() else 0

    async def _learn(self) -> None:
        """Statuses by name and companies by unit, read once; again when a name is missing."""
        if not self._units:
            configured = {desk.company.business_unit: company for company, desk in self.desks.items()}
            self._units = companies_of_units(await self.severa.business_units(), configured)
        self._before = {company: await desk.before_id() for company, desk in self.desks.items()}

    async def _consider(self, head: SalesInvoice, before: int) -> None:
        unit = head.business_unit_id
        if unit is None and head.projects:
            unit = await self.severa.unit_of_project(head.projects[0].id)
        desk = self.desks.get(self._units.get(unit or "", ""))
        if desk is None or not desk.company.sales.enabled or not desk.company.enabled:
            return
        if head.status_id != self._before[desk.company.id] or len(desk.in_flight) >= self._window(desk):
            return
        key = DocumentKey(desk.company.id, Kind.SALES_INVOICE, head.id)
        verdict = self._due(desk, str(key), head, before)
        if verdict is Due.READ:
            await self._publish(desk, key, head, before, Origin.POLL)
        elif verdict is Due.WRITE_BACK:
            record = TransferRecord.decode(self.home.get(str(key)))
            assert record is not None
            after = await self.severa.status_id(desk.company.sales.status_after)
            await write_back(self.home, desk, key, record.revision.number, after)

    def _due(self, desk: Desk, key: str, head: SalesInvoice, before: int) -> Due:
        record = TransferRecord.decode(self.home.get(key))
        intent = self.home.intent(key)
        seen = Waiting(
            head_hash=head_hash(head),
            record_older=self.home.commit_of(key) <= before,
            in_flight=key in desk.in_flight,
            resting=desk.resting(key),
            intent_open=intent is not None,
            intent_ripe=intent is not None and self.home.seconds_until_ripe(key) <= 0,
        )
        changed = long_ago = False
        if record is not None and record.state is State.REFUSED:
            settings = desk.company.fingerprint()
            changed = record.inputs != refusal_inputs(record.revision.content_hash, settings)
            changed = changed or self.customers.changed_since(head.customer.id, record.refused_at)
            long_ago = time.time() - record.refused_at >= self.polling.retry_refused
        return due(record, seen, changed, long_ago)

    async def _publish(self, desk: Desk, key: DocumentKey, head: SalesInvoice, before: int, origin: Origin) -> None:
        """Read the rows and the customer's card, number the revision, and put it on the topic."""
        with span("poll document", document=str(key), number=head.number):
            rows = await self.severa.rows(head.id)
            card: Customer = await self.customers.card(head.customer)
            invoice = replace(head, rows=tuple(rows), customer=card)
            content = content_hash(invoice)
            record = TransferRecord.decode(self.home.get(str(key)))
            written_back = record is not None and record.written_back and self.home.commit_of(str(key)) <= before
            revision = Revision(
                next_revision(record, content, written_back), Sequence(*self.home.next_sequence()), content
            )
            change = SalesInvoiceChanged(self.organisation, key, revision, origin, invoice)
            desk.in_flight[str(key)] = content
            try:
                await self.home.commit(publish=[self.publish(change)])
            except BaseException:
                desk.in_flight.pop(str(key), None)
                raise
            log.info("published", document=str(key), revision=revision.number, number=head.number)

    async def _sweep(self, seen: set[str], before: int) -> None:
        """What is open in the ledger and waits no more in Severa is settled or explained all the same (decision 1)."""
        for intent in list(self.home.intents()):
            company, _, rest = intent.key.partition("/")
            kind, _, guid = rest.partition("/")
            desk = self.desks.get(company)
            if desk is None or kind != Kind.SALES_INVOICE or guid in seen or intent.key in desk.in_flight:
                continue
            if desk.resting(intent.key) or self.home.seconds_until_ripe(intent.key) > 0:
                continue
            head = await self.severa.invoice(guid)
            if head is not None:
                await self._publish(desk, DocumentKey.parse(intent.key), head, before, Origin.SWEEP)
