"""What becomes of a document that the poll lists: judged by the ledger, read whole, published, or ended here."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from gateway.delivery.change import Origin, SalesInvoiceChanged
from gateway.delivery.commands import asked_for
from gateway.delivery.company import Desk
from gateway.delivery.context import Work
from gateway.delivery.hold_actions import hold, holding
from gateway.delivery.holds import Stage
from gateway.delivery.record import State, record_of
from gateway.delivery.settle import refusal_inputs, too_large
from gateway.delivery.wall_clock import is_due
from gateway.delivery.withdrawn import explain
from gateway.documents import Customer, DocumentKey, Kind, Revision, SalesInvoice, Sequence
from gateway.documents.hashing import content_hash, head_hash
from gateway.errors import Configuration, GatewayError, codes_of, unexpected
from gateway.flows.sales_invoices.customers import CustomerCards
from gateway.ledger import Home, Publish, RecordTooLarge, Unreadable, seconds_until_known
from gateway.polling.change_feed import Feed
from gateway.polling.due import Due, Waiting, due, next_revision, unanswered
from gateway.polling.queue import Readers
from gateway.polling.units import Units
from gateway.settings import Polling
from gateway.severa.client import Page, SeveraClient
from gateway.severa.responses import OddHead
from gateway.steps.status_handshake import put_back, write_back
from gateway.telemetry.tracing import span

log = structlog.get_logger()

#: Refusals that a product's card in Severa may mend. A row names no product, so a change of any one may.
MENDED_BY_PRODUCTS = frozenset(("PRODUCT_MISSING", "VAT_MISSING", "VAT_NOT_IN_USE"))


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

    def __post_init__(self) -> None:
        self._refused = self.rows.since is not None  # the ledger knows of refusals before the poll meets one

    async def refresh(self) -> None:
        """What a verdict needs beside the heads: companies of units, statuses by name, and what changed lately."""
        await self.units.refresh()
        for desk in self.desks.values():
            desk.take_back(self.polling.publish_again)
            await self._find_statuses(desk)
        await self._feed("customers", self.customers.refresh())
        await self._feed("rows", self.rows.refresh(self._refused))
        await self._feed("products", self.products.refresh(self._refused))

    async def _feed(self, name: str, read: Awaitable[None]) -> None:
        """A feed may mend what was refused. One that can't be read now is asked next time, and the list goes on."""
        try:
            await read
        except GatewayError as error:
            log.warning("feed can't be read", feed=name, code=error.code, detail=error.detail)
        except Exception:  # an answer that no model knows
            log.exception("feed can't be read", feed=name)

    async def _find_statuses(self, desk: Desk) -> None:
        """A company with a status name that Severa doesn't have is held, and the others go on (SPEC Q4)."""
        if not self.may_ask(desk):
            return
        try:
            statuses = await desk.statuses()
        except Configuration as error:
            if error.code != "STATUS_UNKNOWN":
                raise
            self.before.pop(desk.company.id, None)
            if desk.company.active:
                await hold(desk, self.home, error, Stage.POLL)
            return
        self.before[desk.company.id] = statuses.before

    def may_ask(self, desk: Desk) -> bool:
        """Whether the company is not held, or its next probe is due."""
        if desk.unreadable:
            return False
        return desk.hold is None or desk.hold.probing(desk.clock())

    def window(self, desk: Desk) -> int:
        """How many documents of a company may be under way (decision 2)."""
        if not self.may_ask(desk) or (desk.company.active and desk.company.id not in self.before):
            return 0
        if seconds_until_known(self.home, desk.company.id) > 0:
            return 0
        return self.polling.window if desk.hold is None else 1

    def room(self, desk: Desk) -> int:
        """How many more documents of a company may be begun."""
        return self.window(desk) - sum(desk.in_flight.values())

    def half(self, desk: Desk) -> int:
        """How many documents may have a step beside the window: those whose status is moved, or which wait no more. A
        Severa that lets no status be moved would else have them fill the window, and new invoices wait behind them.
        """
        return (self.window(desk) + 1) // 2

    def room_beside(self, desk: Desk) -> int:
        """How many more statuses of a company's documents may be moved."""
        return self.half(desk) - sum(not counts for counts in desk.in_flight.values())

    async def consider(self, page: Page, before: int) -> None:
        """Hand what is due to its company's reader, within the window. Companies are read side by side. A head that
        can't be read is reported when it stays so; the others are not its matter.
        """
        for odd in page.odd:
            await self._odd(odd, before)
        for head in page.heads:
            if self._rests(head):
                continue
            try:
                judged = await self._judged(head, before)
            except Unreadable as error:
                self.desks[error.company].cannot_read(error)
                continue
            except GatewayError as error:  # its project is gone, or can't be read: the others are not its matter
                log.error("invoice left out, its company isn't known", invoice=head.id, detail=str(error))
                self._left_out(head, error, before)
                continue
            except Exception as fault:  # an answer that no model knows
                log.exception("invoice left out, its company isn't known", invoice=head.id)
                self._left_out(head, unexpected(fault), before)
                continue
            if judged is None:
                if not await self._held_with_its_unit(head, before):
                    self._elsewhere(head, None)
                continue
            desk, key, verdict = judged
            self._elsewhere(head, desk)
            if not unanswered(record_of(self.home, str(key)), head_hash(head)):
                desk.waits.elsewhere(str(key))
                if str(key) in desk.waits.open:
                    continue  # what was reported of it ends first
            elif verdict is Due.READ and self.room(desk) > 0:
                self._waits(desk, head, before)
            if verdict is Due.READ and self.room(desk) > 0:
                self.readers.put(desk, str(key), partial(self._publish, desk, key, head, before, Origin.POLL))
            elif verdict is Due.WRITE_BACK and self.room_beside(desk) > 0:
                self.readers.put(desk, str(key), partial(self.write_back, desk, key), counts=False)

    async def _odd(self, odd: OddHead, before: int) -> None:
        """Counted for the company that it was begun in, or is of; else for the first that is on and waits so."""
        try:
            own = self.desks.get(self.units.company(odd.unit_id)) if odd.unit_id else None
        except GatewayError:
            own = None
        there = [desk for desk in self.desks.values() if desk.company.active and self._may_wait(desk, odd.status_id)]
        if (desk := self._begun(odd.guid) or own or next(iter(there), None)) is None:
            return
        key = _key(desk, odd.guid)
        record = record_of(self.home, key)
        if record is not None and record.state is State.SETTLED and not record.written_back:
            return  # it is in Procountor: its write-back comes again
        if key not in desk.waits.open:
            log.error("invoice left out, its head can't be read", document=key, detail=str(odd.error))
        desk.waits.begin(key, before, number=odd.number)
        desk.waits.failed(key, odd.error)

    def _may_wait(self, desk: Desk, status_id: str) -> bool:
        return status_id in ("", self.before.get(desk.company.id))

    def _left_out(self, head: SalesInvoice, error: GatewayError, before: int) -> None:
        """Its company can't be found out. The first one that is on, and waits in its status, has it counted."""
        for desk in self.desks.values():
            if desk.company.active and self.before.get(desk.company.id) == head.status_id:
                self._waits(desk, head, before)
                desk.later(_key(desk, head.id), error)
                return

    def _rests(self, head: SalesInvoice) -> bool:
        """Whether the document was tried a while ago, for whatever company, and failed."""
        return any(desk.resting(_key(desk, head.id)) for desk in self.desks.values() if desk.waits)

    async def _held_with_its_unit(self, head: SalesInvoice, before: int) -> bool:
        held = self.units.held(await self._unit(head))
        if held is None or not held[0].company.active or self.before.get(held[0].company.id) != head.status_id:
            return False
        self._waits(held[0], head, before)
        held[0].waits.failed(_key(held[0], head.id), held[1])
        return True

    def _waits(self, desk: Desk, head: SalesInvoice, before: int) -> None:
        customer = head.receiver_name or head.customer.name
        desk.waits.begin(_key(desk, head.id), before, head_hash(head), head.number, customer)

    def _elsewhere(self, head: SalesInvoice, desk: Desk | None) -> None:
        """What other companies have counted for the document is over."""
        for other in self.desks.values():
            if other is not desk and other.waits:
                other.waits.elsewhere(_key(other, head.id))

    async def _judged(self, head: SalesInvoice, before: int) -> tuple[Desk, DocumentKey, Due] | None:
        """Whose the document is, and what is due; None when it is nobody's here."""
        desk = await self._desk(head)
        if desk is None:
            return None
        key = DocumentKey(desk.company.id, Kind.SALES_INVOICE, head.id)
        return desk, key, self._due(desk, str(key), head, before)

    async def company(self, head: SalesInvoice) -> str:
        """The company that the document belongs to now; empty when it has none, or its unit is held (decision 13)."""
        await self.units.known()
        return self.units.company(await self._unit(head))

    async def _unit(self, head: SalesInvoice) -> str:
        """The document's own business unit, or its project's."""
        unit = head.business_unit_id
        if unit is None and head.projects:
            unit = await self.severa.unit_of_project(head.projects[0].id)
        return unit or ""

    def _begun(self, guid: str) -> Desk | None:
        """The desk of the company that the document was begun in: one that moved since may have its invoice there, or
        get it by an event that is still to be handled.
        """
        for desk in self.desks.values():
            key = _key(desk, guid)
            record = record_of(self.home, key)
            there = desk.company.active and record is not None and record.invoice is not None
            if there or self.home.intent(key) is not None or key in desk.in_flight:
                return desk
        return None

    async def _desk(self, head: SalesInvoice) -> Desk | None:
        """The desk of the document's company, when it waits in that company's status and the company is on."""
        begun, now = self._begun(head.id), self.desks.get(await self.company(head))
        desk = begun or now
        if desk is None or not desk.company.active:
            return None
        waits = head.status_id in {self.before.get(one.company.id) for one in (begun, now) if one is not None}
        return desk if waits else None

    async def write_back(self, desk: Desk, key: DocumentKey) -> bool:
        """Move the status of what is in Procountor already."""
        record = record_of(self.home, str(key))
        if record is not None:
            await write_back(self.home, desk, key, record.revision.number)
        if str(key) in desk.unwritten:  # it was changed meanwhile: its turn comes after the others'
            desk.later(str(key))
        else:
            desk.went_well(str(key))
        return False

    def _due(self, desk: Desk, key: str, head: SalesInvoice, before: int) -> Due:
        record = record_of(self.home, key)
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
            commit = self.home.commit_of(key)
            changed = changed or self.customers.changes.since(commit, head.customer.id)
            changed = changed or self.rows.changes.since(commit, head.id)
            if MENDED_BY_PRODUCTS.intersection(codes_of(record.cause)):
                changed = changed or self.products.changes.since(commit)
            asked = asked_for(self.home, desk.company.id, head.id, record.revision)
            changed = changed or asked is not None
            again = self.polling.retry_refused
            long_ago = is_due(record.refused_at + again, again, desk.clock())
        return due(record, seen, changed, long_ago)

    async def _publish(self, desk: Desk, key: DocumentKey, head: SalesInvoice, before: int, origin: Origin) -> bool:
        """Read it whole, number the revision, and put it on the topic."""
        with span("poll document", document=str(key), number=head.number):
            invoice = await self._whole(desk, head)
            content = content_hash(invoice)
            record = record_of(self.home, str(key))
            written_back = record is not None and record.written_back and self.home.commit_of(str(key)) <= before
            revision = Revision(
                next_revision(record, content, written_back), Sequence(*self.home.next_sequence()), content
            )
            change = SalesInvoiceChanged(self.organisation, key, revision, origin, invoice)
            # before the commit: the end of a quick transfer would stand before it
            log.info("publishing", document=str(key), number=head.number, revision=revision.number, origin=origin.value)
            desk.unread[str(key)] = math.inf  # it may be read before its commit is known here
            try:
                await self.home.commit(publish=[self.publish(change)])
            except RecordTooLarge as error:
                desk.read_back(str(key))
                async with desk.alone(str(key)):
                    await too_large(Work(change, self.home, desk, unanswered=True), error)
                if self.home.intent(str(key)) is not None:  # which no attempt can look up now
                    desk.later(str(key))
                return False
            if str(key) in desk.unread:
                desk.unread[str(key)] = time.monotonic()
            desk.waits.published(str(key), revision)
            return True

    async def _whole(self, desk: Desk, head: SalesInvoice) -> SalesInvoice:
        """With its rows and its customer's card. A Severa that doesn't let us read them holds the company, as nothing
        of it could ever be told otherwise (decision 14).
        """
        by_project = len(head.projects) > 1 and desk.company.sales.dimensions.by_project
        async with holding(desk, self.home):
            rows = await desk.severa.rows(head, by_project)
            card: Customer = await self.customers.card(head.customer)
        return replace(head, rows=tuple(rows), customer=card)

    async def finish(self, before: int, desk: Desk, key: DocumentKey) -> bool:
        """An open intent is for the transfer to settle; all else that is gone from the list is explained at once."""
        read, head = self.home.term(str(key)), await desk.severa.invoice(key.id)
        if head is not None and self.home.intent(str(key)) is not None:
            return await self._publish(desk, key, head, before, Origin.SWEEP)
        async with desk.alone(str(key)):
            waits, record = False, record_of(self.home, str(key))
            if head is not None:
                statuses = await desk.statuses()
                if await put_back(desk, key, statuses, record, head, read):
                    return False
                waits = head.status_id == statuses.before
            if not waits:
                await explain(desk, self.home, key)
                desk.went_well(str(key))
            else:  # it waits, but its company is off, or it is back just now: its turn comes after the others'
                desk.later(str(key))
        return False


def _key(desk: Desk, guid: str) -> str:
    """The key of a document of the company."""
    return str(DocumentKey(desk.company.id, Kind.SALES_INVOICE, guid))
