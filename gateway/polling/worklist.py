"""What happens with a document that the poll lists: judged by the ledger, read whole, published, or ended here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from gateway.delivery.change import Changed, Origin
from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import AnyTransferFlow, Listing
from gateway.delivery.hold_actions import place_hold, report, report_over
from gateway.delivery.holds import Stage
from gateway.delivery.record import State, record_of
from gateway.delivery.retries import is_retried
from gateway.delivery.withdrawn import explain
from gateway.documents import DocumentKey
from gateway.documents.document import Document
from gateway.documents.hashing import head_hash
from gateway.errors import Configuration, GatewayError, unexpected
from gateway.ledger import Home, Publish, Unreadable, seconds_until_known
from gateway.polling.due import Due, Waiting, due, unanswered
from gateway.polling.publisher import Publisher
from gateway.polling.queue import DocumentQueues
from gateway.polling.units import Units
from gateway.settings import Polling
from gateway.severa.client import Page
from gateway.severa.responses import OddHead
from gateway.telemetry.spans import polled, swept

log = structlog.get_logger()


@dataclass(slots=True)
class WorkList:
    """One organisation's documents of one flow."""

    organisation: str
    home: Home
    flow: AnyTransferFlow
    listing: Listing[Any]
    contexts: Mapping[str, CompanyContext]
    polling: Polling
    #: Turns a change into the record of its topic.
    publish: Callable[[Changed[Any]], Publish]
    units: Units
    #: The ledger knows of refusals before the poll meets one.
    refused: bool = False
    #: Guids of the statuses that companies wait in.
    before: dict[str, str] = field(default_factory=dict)
    queues: DocumentQueues = field(default_factory=DocumentQueues)

    async def refresh(self) -> None:
        """Read what a verdict needs besides the heads: companies of units, statuses by name, and recent changes."""
        await self.units.refresh()
        for context in self.contexts.values():
            context.take_back(self.polling.publish_again)
            await self._find_statuses(context)
        await self.listing.refresh(self.refused)

    async def _find_statuses(self, context: CompanyContext) -> None:
        """Hold a company with a status name that Severa doesn't have; the others continue (Q4)."""
        if not self.may_ask(context):
            return
        if not self.is_on(context):
            self.before.pop(context.company.id, None)
            return
        try:
            statuses = await self.flow.source.statuses(context)
        except Configuration as error:
            self.before.pop(context.company.id, None)
            if error.code in self.flow.absent:  # it rests, and the company's other flows continue
                await report(context, self.home, error)
            elif error.code == "STATUS_UNKNOWN":
                await place_hold(context, self.home, error, Stage.POLL, self.flow.kind)
            else:
                raise
            return
        self.before[context.company.id] = statuses.before
        if context.current_error in self.flow.absent:
            await report_over(context, self.home, "the source has what the flow needs.")

    def is_on(self, context: CompanyContext) -> bool:
        """Whether this flow of the company is on (S18-S20)."""
        return self.flow.is_on(context.company)

    def prefix(self, context: CompanyContext) -> str:
        """The beginning of the keys of its documents."""
        return f"{context.company.id}/{self.flow.kind}/"

    def may_ask(self, context: CompanyContext) -> bool:
        """Whether the company is not held, or its next probe is due."""
        if context.unreadable:
            return False
        return context.hold is None or context.hold.probing(context.clock())

    def limit(self, context: CompanyContext) -> int:
        """How many documents of a company may be under way (decision 2)."""
        if not self.may_ask(context) or (self.is_on(context) and context.company.id not in self.before):
            return 0
        if seconds_until_known(self.home, context.company.id) > 0:
            return 0
        return self.polling.window if context.hold is None else 1

    def capacity(self, context: CompanyContext) -> int:
        """How many more documents of a company may start."""
        return self.limit(context) - sum(context.in_flight.values())

    def side_limit(self, context: CompanyContext) -> int:
        """How many documents may have a step outside the window: those whose status is updated, or that no longer wait.
        If Severa accepted no status update, they would otherwise fill the window, and new invoices would wait behind
        them.
        """
        return (self.limit(context) + 1) // 2

    def side_capacity(self, context: CompanyContext) -> int:
        """How many more documents of a company may have a step outside the window."""
        own = self.prefix(context)
        return self.side_limit(context) - sum(
            not counts for key, counts in context.in_flight.items() if key.startswith(own)
        )

    async def consider(self, page: Page, before: int) -> None:
        """Pass due documents to their company's reader, within the window. Companies are read concurrently. A head that
        stays unreadable is reported; it doesn't concern the others.
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
            except GatewayError as error:  # its project is gone or can't be read, which doesn't concern the others
                log.error("document skipped: its company is not known", id=head.id, detail=str(error))
                self._left_out(head, error, before)
                continue
            except Exception as fault:  # an answer that no model can read
                log.exception("document skipped: its company is not known", id=head.id)
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
        """Count an unreadable document for the company that it began in or belongs to; otherwise for the first active
        company with this status.
        """
        try:
            own = self.contexts.get(self.units.company(odd.unit_id)) if odd.unit_id else None
        except GatewayError:
            own = None
        there = [
            context
            for context in self.contexts.values()
            if self.is_on(context) and self._may_wait(context, odd.status_id)
        ]
        if (context := self._begun(odd.guid) or own or next(iter(there), None)) is None:
            return
        key = self._key(context, odd.guid)
        record = record_of(self.home, key)
        if record is not None and record.state is State.SETTLED and not record.write_back.done:
            return  # it is in Procountor: its status update is retried
        if key not in context.waits.open:
            log.error("document skipped: its head can't be read", document=key, detail=str(odd.error))
        context.waits.begin(key, before, number=odd.number)
        context.waits.failed(key, odd.error)

    def _may_wait(self, context: CompanyContext, status_id: str) -> bool:
        return status_id in ("", self.before.get(context.company.id))

    def _left_out(self, head: Document, error: GatewayError, before: int) -> None:
        """The document's company is unknown: the first active company with this status counts it."""
        for context in self.contexts.values():
            if self.is_on(context) and self.before.get(context.company.id) == head.status_id:
                self._waits(context, head, before)
                context.later(self._key(context, head.id), error)
                return

    def _rests(self, head: Document) -> bool:
        """Whether the document failed recently, for any company."""
        return any(context.resting(self._key(context, head.id)) for context in self.contexts.values() if context.waits)

    async def _held_with_its_unit(self, head: Document, before: int) -> bool:
        held = self.units.held(await self.listing.unit(head))
        if held is None or not self.is_on(held[0]) or self.before.get(held[0].company.id) != head.status_id:
            return False
        self._waits(held[0], head, before)
        held[0].waits.failed(self._key(held[0], head.id), held[1])
        return True

    def _waits(self, context: CompanyContext, head: Document, before: int) -> None:
        context.waits.begin(self._key(context, head.id), before, head_hash(head), head.number, head.subject.party)

    def _elsewhere(self, head: Document, context: CompanyContext | None) -> None:
        """End what other companies have counted for the document."""
        for other in self.contexts.values():
            if other is not context and other.waits:
                other.waits.elsewhere(self._key(other, head.id))

    async def _judged(self, head: Document, before: int) -> tuple[CompanyContext, DocumentKey, Due] | None:
        """The document's company and what is due; None if it belongs to no company here."""
        context = await self._context(head)
        if context is None:
            return None
        key = DocumentKey(context.company.id, self.flow.kind, head.id)
        return context, key, self._due(context, str(key), head, before)

    async def company(self, head: Document) -> str:
        """The company that the document belongs to now; empty if it has none, or its unit is held (decision 13)."""
        await self.units.known()
        return self.units.company(await self.listing.unit(head))

    def _begun(self, guid: str) -> CompanyContext | None:
        """The company that the document began in: after a move, that company may have its invoice, or get it by an
        event that is still to be handled.
        """
        for context in self.contexts.values():
            key = self._key(context, guid)
            record = record_of(self.home, key)
            there = self.is_on(context) and record is not None and record.target is not None
            if there or self.home.intent(key) is not None or key in context.in_flight:
                return context
        return None

    async def _context(self, head: Document) -> CompanyContext | None:
        """The context of the document's company, if it waits in that company's status and the company is on."""
        begun, now = self._begun(head.id), self.contexts.get(await self.company(head))
        context = begun or now
        if context is None or not self.is_on(context):
            return None
        waits = head.status_id in {self.before.get(one.company.id) for one in (begun, now) if one is not None}
        return context if waits else None

    async def write_back(self, context: CompanyContext, key: DocumentKey) -> bool:
        """Update the status of a document that is already in the other system."""
        record = record_of(self.home, str(key))
        if record is not None:
            with swept(str(key)):
                await self.flow.completion.write_back(self.home, context, self.flow, key, record.revision.number)
        if str(key) in context.unwritten:  # it was changed since: its turn comes after the others'
            context.later(str(key))
        else:
            context.went_well(str(key))
        return False

    def _due(self, context: CompanyContext, key: str, head: Document, before: int) -> Due:
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
            self.refused = True
            changed = self.listing.may_be_fixed(head, record, self.home.commit_of(key))
            long_ago = is_retried(context, self.home, DocumentKey.parse(key), record, self.polling.retry_refused)
        return due(record, seen, changed, long_ago)

    async def _publish(
        self, context: CompanyContext, key: DocumentKey, head: Document, before: int, origin: Origin
    ) -> bool:
        """Read the document whole, and publish it. Its status update makes it wait again under a new number."""
        with polled(str(key), number=head.number):
            document = await self.listing.whole(context, head)
            record = record_of(self.home, str(key))
            returned = record is not None and record.write_back.done and self.home.commit_of(str(key)) <= before
            publisher = Publisher(self.organisation, self.home, self.flow, self.publish)
            return await publisher.publish(context, key, document, origin, returned)

    async def finish(self, before: int, context: CompanyContext, key: DocumentKey) -> bool:
        """The transfer settles an open intent; everything else that left the list is explained at once."""
        with swept(str(key)):
            return await self._finish(before, context, key)

    async def _finish(self, before: int, context: CompanyContext, key: DocumentKey) -> bool:
        read, head = self.home.read_lease(str(key)), await self.flow.source.head(context, key.id)
        if head is not None and self.home.intent(str(key)) is not None:
            return await self._publish(context, key, head, before, Origin.SWEEP)
        async with context.alone(str(key)):
            waits, record = False, record_of(self.home, str(key))
            if head is not None:
                statuses = await self.flow.source.statuses(context)
                if await self.flow.completion.put_back(context, self.flow, key, statuses, record, head, read):
                    return False
                waits = head.status_id == statuses.before
            if not waits:
                await explain(context, self.home, self.flow, key)
                context.went_well(str(key))
            else:  # it waits, but its company is off, or it just returned: its turn comes after the others'
                context.later(str(key))
        return False

    def _key(self, context: CompanyContext, guid: str) -> str:
        """The key of a document of the company."""
        return str(DocumentKey(context.company.id, self.flow.kind, guid))
