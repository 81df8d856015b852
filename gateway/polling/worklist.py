"""What becomes of a document that the poll lists: judged by the ledger, read whole, published, or ended here."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from gateway.delivery.attempt import Attempt
from gateway.delivery.change import Changed, Origin
from gateway.delivery.commands import asked_for
from gateway.delivery.company import CompanyContext
from gateway.delivery.hold_actions import holding, place_hold
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
from gateway.polling.change_feed import ChangeFeed
from gateway.polling.due import Due, Waiting, due, next_revision, unanswered
from gateway.polling.queue import DocumentQueues
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
class WorkList:
    """One organisation's. `publish` turns a change into the record of its topic; `before` are the guids of the statuses
    that companies wait in.
    """

    organisation: str
    home: Home
    severa: SeveraClient
    contexts: Mapping[str, CompanyContext]
    polling: Polling
    publish: Callable[[Changed[SalesInvoice]], Publish]
    customers: CustomerCards
    rows: ChangeFeed
    products: ChangeFeed
    units: Units
    before: dict[str, str] = field(default_factory=dict)
    queues: DocumentQueues = field(default_factory=DocumentQueues)
    _refused: bool = False

    def __post_init__(self) -> None:
        self._refused = self.rows.since is not None  # the ledger knows of refusals before the poll meets one

    async def refresh(self) -> None:
        """What a verdict needs beside the heads: companies of units, statuses by name, and what changed lately."""
        await self.units.refresh()
        for context in self.contexts.values():
            context.take_back(self.polling.publish_again)
            await self._find_statuses(context)
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

    async def _find_statuses(self, context: CompanyContext) -> None:
        """A company with a status name that Severa doesn't have is held, and the others go on (Q4)."""
        if not self.may_ask(context):
            return
        try:
            statuses = await context.statuses()
        except Configuration as error:
            if error.code != "STATUS_UNKNOWN":
                raise
            self.before.pop(context.company.id, None)
            if context.company.active:
                await place_hold(context, self.home, error, Stage.POLL)
            return
        self.before[context.company.id] = statuses.before

    def may_ask(self, context: CompanyContext) -> bool:
        """Whether the company is not held, or its next probe is due."""
        if context.unreadable:
            return False
        return context.hold is None or context.hold.probing(context.clock())

    def limit(self, context: CompanyContext) -> int:
        """How many documents of a company may be under way (decision 2)."""
        if not self.may_ask(context) or (context.company.active and context.company.id not in self.before):
            return 0
        if seconds_until_known(self.home, context.company.id) > 0:
            return 0
        return self.polling.window if context.hold is None else 1

    def capacity(self, context: CompanyContext) -> int:
        """How many more documents of a company may be begun."""
        return self.limit(context) - sum(context.in_flight.values())

    def side_limit(self, context: CompanyContext) -> int:
        """How many documents may have a step beside the window: those whose status is moved, or which wait no more. A
        Severa that lets no status be moved would else have them fill the window, and new invoices wait behind them.
        """
        return (self.limit(context) + 1) // 2

    def side_capacity(self, context: CompanyContext) -> int:
        """How many more statuses of a company's documents may be moved."""
        return self.side_limit(context) - sum(not counts for counts in context.in_flight.values())

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
                self.contexts[error.company].cannot_read(error)
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
            context, key, verdict = judged
            self._elsewhere(head, context)
            if not unanswered(record_of(self.home, str(key)), head_hash(head)):
                context.waits.elsewhere(str(key))
                if str(key) in context.waits.open:
                    continue  # what was reported of it ends first
            elif verdict is Due.READ and self.capacity(context) > 0:
                self._waits(context, head, before)
            if verdict is Due.READ and self.capacity(context) > 0:
                self.queues.put(context, str(key), partial(self._publish, context, key, head, before, Origin.POLL))
            elif verdict is Due.WRITE_BACK and self.side_capacity(context) > 0:
                self.queues.put(context, str(key), partial(self.write_back, context, key), counts=False)

    async def _odd(self, odd: OddHead, before: int) -> None:
        """Counted for the company that it was begun in, or is of; else for the first that is on and waits so."""
        try:
            own = self.contexts.get(self.units.company(odd.unit_id)) if odd.unit_id else None
        except GatewayError:
            own = None
        there = [
            context
            for context in self.contexts.values()
            if context.company.active and self._may_wait(context, odd.status_id)
        ]
        if (context := self._begun(odd.guid) or own or next(iter(there), None)) is None:
            return
        key = _key(context, odd.guid)
        record = record_of(self.home, key)
        if record is not None and record.state is State.SETTLED and not record.written_back:
            return  # it is in Procountor: its write-back comes again
        if key not in context.waits.open:
            log.error("invoice left out, its head can't be read", document=key, detail=str(odd.error))
        context.waits.begin(key, before, number=odd.number)
        context.waits.failed(key, odd.error)

    def _may_wait(self, context: CompanyContext, status_id: str) -> bool:
        return status_id in ("", self.before.get(context.company.id))

    def _left_out(self, head: SalesInvoice, error: GatewayError, before: int) -> None:
        """Its company can't be found out. The first one that is on, and waits in its status, has it counted."""
        for context in self.contexts.values():
            if context.company.active and self.before.get(context.company.id) == head.status_id:
                self._waits(context, head, before)
                context.later(_key(context, head.id), error)
                return

    def _rests(self, head: SalesInvoice) -> bool:
        """Whether the document was tried a while ago, for whatever company, and failed."""
        return any(context.resting(_key(context, head.id)) for context in self.contexts.values() if context.waits)

    async def _held_with_its_unit(self, head: SalesInvoice, before: int) -> bool:
        held = self.units.held(await self._unit(head))
        if held is None or not held[0].company.active or self.before.get(held[0].company.id) != head.status_id:
            return False
        self._waits(held[0], head, before)
        held[0].waits.failed(_key(held[0], head.id), held[1])
        return True

    def _waits(self, context: CompanyContext, head: SalesInvoice, before: int) -> None:
        customer = head.receiver_name or head.customer.name
        context.waits.begin(_key(context, head.id), before, head_hash(head), head.number, customer)

    def _elsewhere(self, head: SalesInvoice, context: CompanyContext | None) -> None:
        """What other companies have counted for the document is over."""
        for other in self.contexts.values():
            if other is not context and other.waits:
                other.waits.elsewhere(_key(other, head.id))

    async def _judged(self, head: SalesInvoice, before: int) -> tuple[CompanyContext, DocumentKey, Due] | None:
        """Whose the document is, and what is due; None when it is nobody's here."""
        context = await self._context(head)
        if context is None:
            return None
        key = DocumentKey(context.company.id, Kind.SALES_INVOICE, head.id)
        return context, key, self._due(context, str(key), head, before)

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

    def _begun(self, guid: str) -> CompanyContext | None:
        """The company that the document was begun in: one that moved since may have its invoice there, or
        get it by an event that is still to be handled.
        """
        for context in self.contexts.values():
            key = _key(context, guid)
            record = record_of(self.home, key)
            there = context.company.active and record is not None and record.target is not None
            if there or self.home.intent(key) is not None or key in context.in_flight:
                return context
        return None

    async def _context(self, head: SalesInvoice) -> CompanyContext | None:
        """The context of the document's company, when it waits in that company's status and the company is on."""
        begun, now = self._begun(head.id), self.contexts.get(await self.company(head))
        context = begun or now
        if context is None or not context.company.active:
            return None
        waits = head.status_id in {self.before.get(one.company.id) for one in (begun, now) if one is not None}
        return context if waits else None

    async def write_back(self, context: CompanyContext, key: DocumentKey) -> bool:
        """Move the status of what is in Procountor already."""
        record = record_of(self.home, str(key))
        if record is not None:
            await write_back(self.home, context, key, record.revision.number)
        if str(key) in context.unwritten:  # it was changed meanwhile: its turn comes after the others'
            context.later(str(key))
        else:
            context.went_well(str(key))
        return False

    def _due(self, context: CompanyContext, key: str, head: SalesInvoice, before: int) -> Due:
        record = record_of(self.home, key)
        intent = self.home.intent(key)
        seen = Waiting(
            head_hash=head_hash(head),
            record_older=self.home.commit_of(key) <= before,
            in_flight=key in context.in_flight,
            resting=context.resting(key),
            intent_open=intent is not None,
            intent_expired=intent is not None and self.home.seconds_until_expired(key) <= 0,
        )
        changed = long_ago = False
        if record is not None and record.state is State.REFUSED:
            settings = context.company.fingerprint()
            changed = record.inputs != refusal_inputs(record.revision.content_hash, settings)
            self._refused = True
            commit = self.home.commit_of(key)
            changed = changed or self.customers.changes.since(commit, head.customer.id)
            changed = changed or self.rows.changes.since(commit, head.id)
            if MENDED_BY_PRODUCTS.intersection(codes_of(record.cause)):
                changed = changed or self.products.changes.since(commit)
            asked = asked_for(self.home, DocumentKey.parse(key), record.revision)
            changed = changed or asked is not None
            again = self.polling.retry_refused
            long_ago = is_due(record.refused_at + again, again, context.clock())
        return due(record, seen, changed, long_ago)

    async def _publish(
        self, context: CompanyContext, key: DocumentKey, head: SalesInvoice, before: int, origin: Origin
    ) -> bool:
        """Read it whole, number the revision, and put it on the topic."""
        with span("poll document", document=str(key), number=head.number):
            invoice = await self._whole(context, head)
            content = content_hash(invoice)
            record = record_of(self.home, str(key))
            written_back = record is not None and record.written_back and self.home.commit_of(str(key)) <= before
            revision = Revision(
                next_revision(record, content, written_back), Sequence(*self.home.next_sequence()), content
            )
            change = Changed(self.organisation, key, revision, origin, invoice)
            # before the commit: the end of a quick transfer would stand before it
            log.info("publishing", document=str(key), number=head.number, revision=revision.number, origin=origin.value)
            context.unread[str(key)] = math.inf  # it may be read before its commit is known here
            try:
                await self.home.commit(publish=[self.publish(change)])
            except RecordTooLarge as error:
                context.read_back(str(key))
                async with context.alone(str(key)):
                    await too_large(Attempt(change, self.home, context, unanswered=True), error)
                if self.home.intent(str(key)) is not None:  # which no attempt can look up now
                    context.later(str(key))
                return False
            if str(key) in context.unread:
                context.unread[str(key)] = time.monotonic()
            context.waits.published(str(key), revision)
            return True

    async def _whole(self, context: CompanyContext, head: SalesInvoice) -> SalesInvoice:
        """With its rows and its customer's card. A Severa that doesn't let us read them holds the company, as nothing
        of it could ever be told otherwise (decision 14).
        """
        by_project = len(head.projects) > 1 and context.company.sales.dimensions.by_project
        async with holding(context, self.home):
            rows = await context.severa.rows(head, by_project)
            card: Customer = await self.customers.card(head.customer)
        return replace(head, rows=tuple(rows), customer=card)

    async def finish(self, before: int, context: CompanyContext, key: DocumentKey) -> bool:
        """An open intent is for the transfer to settle; all else that is gone from the list is explained at once."""
        read, head = self.home.read_lease(str(key)), await context.severa.invoice(key.id)
        if head is not None and self.home.intent(str(key)) is not None:
            return await self._publish(context, key, head, before, Origin.SWEEP)
        async with context.alone(str(key)):
            waits, record = False, record_of(self.home, str(key))
            if head is not None:
                statuses = await context.statuses()
                if await put_back(context, key, statuses, record, head, read):
                    return False
                waits = head.status_id == statuses.before
            if not waits:
                await explain(context, self.home, key)
                context.went_well(str(key))
            else:  # it waits, but its company is off, or it is back just now: its turn comes after the others'
                context.later(str(key))
        return False


def _key(context: CompanyContext, guid: str) -> str:
    """The key of a document of the company."""
    return str(DocumentKey(context.company.id, Kind.SALES_INVOICE, guid))
