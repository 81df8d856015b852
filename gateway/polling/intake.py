"""What becomes of a document that the poll lists: judged by the ledger, read whole, published, or ended here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from gateway.delivery.commands import asked_for
from gateway.delivery.desk import Desk
from gateway.delivery.explain import explain
from gateway.delivery.record import State, TransferRecord
from gateway.delivery.settle import refusal_inputs
from gateway.delivery.write_back import put_back, write_back
from gateway.documents import Customer, DocumentKey, Kind, Revision, SalesInvoice, Sequence
from gateway.documents.hashing import content_hash, head_hash
from gateway.events.sales_invoice import Origin, SalesInvoiceChanged
from gateway.ledger import Home, Publish
from gateway.polling.customers import CustomerCards
from gateway.polling.due import Due, Waiting, due, next_revision
from gateway.polling.feed import Feed
from gateway.polling.readers import Readers
from gateway.polling.units import Units
from gateway.settings import Polling
from gateway.severa.client import SeveraClient
from gateway.telemetry.tracing import span

log = structlog.get_logger()

#: Refusals that a product's card in Severa may mend. A row names no product, so a change of any one may.
MENDED_BY_PRODUCTS = ("PRODUCT_MISSING", "VAT_MISSING", "VAT_NOT_IN_USE")


@dataclass(slots=True)
class Intake:
    """One organisation's. `publish` turns a change into the record of its topic; `before` are the guids of the statuses
    that companies wait in.
    """

    organisation: str
    home: Home
    severa: SeveraClient
    desks: Mapping[str, Desk]
    polling: Polling
    publish: Callable[[SalesInvoiceChanged], Publish]
    customers: CustomerCards
    rows: Feed
    products: Feed
    units: Units
    before: dict[str, str] = field(default_factory=dict)
    readers: Readers = field(default_factory=Readers)
    _refused: bool = False

    async def refresh(self) -> None:
        """What a verdict needs beside the heads: companies of units, statuses by name, and what changed lately."""
        await self.units.refresh()
        self.before = {company: await desk.before_id() for company, desk in self.desks.items()}
        await self.customers.refresh()
        await self.rows.refresh(self._refused)
        await self.products.refresh(self._refused)

    def window(self, desk: Desk) -> int:
        """How many documents of a company may be under way (decision 2)."""
        if desk.hold is None:
            return self.polling.window
        return 1 if desk.hold.probing() else 0

    async def consider(self, heads: Iterable[SalesInvoice], before: int) -> None:
        """Hand what is due to its company's reader, within the window. Companies are read side by side."""
        for head in heads:
            desk = await self._desk(head)
            if desk is None or len(desk.in_flight) >= self.window(desk):
                continue
            key = DocumentKey(desk.company.id, Kind.SALES_INVOICE, head.id)
            verdict = self._due(desk, str(key), head, before)
            if verdict is Due.READ:
                self.readers.put(desk, str(key), partial(self._publish, desk, key, head, before, Origin.POLL))
            elif verdict is Due.WRITE_BACK:
                self.readers.put(desk, str(key), partial(self.write_back, desk, key))

    async def _desk(self, head: SalesInvoice) -> Desk | None:
        """The desk of the document's company, when it waits in that company's status and the company is on."""
        unit = head.business_unit_id
        if unit is None and head.projects:
            unit = await self.severa.unit_of_project(head.projects[0].id)
        desk = self.desks.get(self.units.company(unit or ""))
        if desk is None or not (desk.company.enabled and desk.company.sales.enabled):
            return None
        return desk if head.status_id == self.before[desk.company.id] else None

    async def write_back(self, desk: Desk, key: DocumentKey) -> bool:
        """Move the status of what is in Procountor already."""
        record = TransferRecord.decode(self.home.get(str(key)))
        if record is not None:
            await write_back(self.home, desk, key, record.revision.number)
        return False

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
            self._refused = True
            changed = changed or self.customers.changed_since(head.customer.id, record.refused_at)
            changed = changed or self.rows.changed_since(record.refused_at, head.id)
            if record.cause.split("|", 1)[0] in MENDED_BY_PRODUCTS:
                changed = changed or self.products.changed_since(record.refused_at)
            changed = changed or asked_for(self.home, desk.company.id, head.id) is not None
            long_ago = time.time() - record.refused_at >= self.polling.retry_refused
        return due(record, seen, changed, long_ago)

    async def _publish(self, desk: Desk, key: DocumentKey, head: SalesInvoice, before: int, origin: Origin) -> bool:
        """Read the rows and the customer's card, number the revision, and put it on the topic."""
        with span("poll document", document=str(key), number=head.number):
            by_project = len(head.projects) > 1 and desk.company.sales.dimensions.by_project
            rows = await desk.severa.rows(head, by_project)
            card: Customer = await self.customers.card(head.customer)
            invoice = replace(head, rows=tuple(rows), customer=card)
            content = content_hash(invoice)
            record = TransferRecord.decode(self.home.get(str(key)))
            written_back = record is not None and record.written_back and self.home.commit_of(str(key)) <= before
            revision = Revision(
                next_revision(record, content, written_back), Sequence(*self.home.next_sequence()), content
            )
            change = SalesInvoiceChanged(self.organisation, key, revision, origin, invoice)
            await self.home.commit(publish=[self.publish(change)])
            log.info("published", document=str(key), revision=revision.number, number=head.number)
            return True

    async def finish(self, before: int, desk: Desk, key: DocumentKey) -> bool:
        """An open intent is for the transfer to settle; all else that is gone from the list is explained at once."""
        head = await desk.severa.invoice(key.id)
        if head is not None and self.home.intent(str(key)) is not None:
            return await self._publish(desk, key, head, before, Origin.SWEEP)
        async with desk.alone(str(key)):
            record = TransferRecord.decode(self.home.get(str(key)))
            if head is not None and await put_back(desk, key, record, head):
                return False
            if head is None or head.status_id != self.before[desk.company.id]:
                await explain(desk, self.home, key)
        return False
