"""The poll of a flow that keeps objects in step: looks at the source, publishes what is out of step (ADR 31)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from gateway.delivery.change import Origin
from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import Batch, SyncSource
from gateway.delivery.holds import Hold, Stage
from gateway.delivery.outcomes import by_record
from gateway.delivery.overdue import report_waits
from gateway.delivery.pauses import pause, resume
from gateway.delivery.record import State, record_of
from gateway.delivery.retries import is_retried
from gateway.documents import DocumentKey, Kind, OutcomeState
from gateway.documents.document import Document
from gateway.documents.hashing import content_hash, head_hash
from gateway.documents.ledger_keys import cursor_key
from gateway.errors import Configuration, GatewayError, Varying, configuration
from gateway.http.budget import in_background
from gateway.ledger import Home, HomeLost, Unreadable, Write, end_quarantine
from gateway.polling.due import is_out_of_step
from gateway.polling.publisher import Publisher
from gateway.settings import Polling
from gateway.telemetry.spans import polled

log = structlog.get_logger()

#: How many objects of a company and flow may be under way.
WINDOW = 8
#: How soon room in that window is noticed, in seconds.
ROOM_EACH = 0.1


@dataclass(slots=True)
class SyncPoller:
    """Polls one flow of one company. Its calls give way to those of documents (Q4)."""

    context: CompanyContext
    publisher: Publisher
    source: SyncSource[Any]
    polling: Polling
    #: Seconds, for how long looks have failed.
    clock: Callable[[], float] = time.monotonic
    #: Where the next look begins; None before the first one.
    _cursor: str | None = None
    #: Ids of objects that a look found while an attempt on them was under way: they are read again.
    _pending: set[str] = field(default_factory=set)
    _failing_since: float | None = None

    @property
    def name(self) -> str:
        """Company and kind."""
        return f"{self.context.company.id} {self.publisher.flow.kind}"

    @property
    def home(self) -> Home:
        """The home that it polls from."""
        return self.publisher.home

    async def run(self) -> None:
        """Poll until cancelled. A failing look is reported and retried. Raises HomeLost."""
        with in_background():
            while True:
                began = time.monotonic()
                try:
                    await self.poll()
                except HomeLost:
                    raise
                except Exception:  # a fault of the gateway must not end the poll
                    log.exception("poll failed", poll=self.name)
                await asyncio.sleep(max(0.0, self.polling.sync_interval - (time.monotonic() - began)))

    async def poll(self) -> None:
        """One look at the source, and what its result means for the flow's pause. Raises HomeLost."""
        if self.home.lost is not None:
            raise self.home.lost
        context, kind = self.context, self.publisher.flow.kind
        if not self.publisher.flow.is_on(context.company):
            await resume(context, self.home, kind)
            await self._forget_cursor()
            return
        await end_quarantine(self.home, context.company.id)
        context.take_back(self.polling.publish_again)
        await self._report()
        if not self._may_go_on():
            return
        paused = context.pauses.get(kind)
        try:
            await self._retry()
            await self._look(paused.confirmed if paused is not None else "")
        except HomeLost:
            raise
        except Unreadable as error:
            context.cannot_read(error)
        except Exception as error:
            await self._failed(error)
        else:
            self._failing_since = None
            if paused is not None and (paused.stage is Stage.POLL or not self._unfinished()):
                await resume(context, self.home, kind)

    async def _report(self) -> None:
        try:
            await report_waits(self.context, self.home, full=False)
        except Unreadable as error:
            self.context.cannot_read(error)

    async def _failed(self, error: Exception) -> None:
        """A cause in the settings or rights lets the flow rest at once, any other one once it has lasted for long."""
        kind = self.publisher.flow.kind
        if not isinstance(error, GatewayError):  # an answer that no model can read
            log.exception("poll failed", poll=self.name, exc_info=error)
        if self._failing_since is None:
            self._failing_since = self.clock()
        if isinstance(error, Configuration):
            await pause(self.context, self.home, error, kind, Stage.POLL)
        elif self.clock() - self._failing_since >= self.context.delivery.down_after:
            await pause(self.context, self.home, _no_look(error, kind), kind, Stage.POLL)
        else:
            log.warning("poll failed", poll=self.name, detail=str(error))

    def _may_go_on(self) -> bool:
        """Whether neither the company nor the flow is held, or the next probe is due."""
        context, now = self.context, self.context.clock()
        holds: list[Hold | None] = [context.hold, context.pauses.get(self.publisher.flow.kind)]
        return not context.unreadable and all(one is None or one.probing(now) for one in holds)

    async def _look(self, confirmed: str) -> None:
        """Publish what is out of step, batch by batch. The cursor is kept once everything before it is published."""
        kept = cursor_key(self.context.company.id, self.publisher.flow.kind)
        if self._cursor is None:
            self._cursor = (self.home.get(kept) or b"").decode()
        batch: Batch[Any]
        async for batch in self.source.changes(self.context, self.home, self._cursor, confirmed):
            for document in batch.documents:
                if not await self._consider(document):
                    return
            self._cursor = batch.cursor or self._cursor
            value = self._cursor.encode()
            if not self._pending and value and self.home.get(kept) != value:
                await self.home.commit(writes=[Write(kept, value, self.context.organisation)])

    async def _forget_cursor(self) -> None:
        """A flow that is switched on again compares everything: events that it met while it was off were withdrawn."""
        kept, self._cursor = cursor_key(self.context.company.id, self.publisher.flow.kind), None
        if self.home.get(kept) is not None:
            await self.home.commit(writes=[Write(kept, None, self.context.organisation)])

    async def _retry(self) -> None:
        """Read again what an earlier look or attempt left: objects under way then, refused ones, open intents."""
        for key in sorted(self._unfinished()):
            document = DocumentKey.parse(key)
            if self._is_busy(key):
                continue
            if document.id not in self._pending and not self._is_retried(document):
                continue
            now = await self.source.read(self.context, self.home, document.id)
            self._pending.discard(document.id)
            if now is None:
                await self._gone(document)
            elif not await self._consider(now):
                self._pending.add(document.id)
                return

    def _unfinished(self) -> set[str]:
        """Keys of objects without an end, and of refused ones."""
        prefix, context = self._prefix, self.context
        left = {intent.key for intent in self.home.intents()} | context.unexplained | context.refused
        return {key for key in left if key.startswith(prefix)} | {prefix + id_ for id_ in self._pending}

    async def _consider(self, document: Document) -> bool:
        """Publish the object if it is out of step. False if the look must stop: the company or the flow is held."""
        key = DocumentKey(self.context.company.id, self.publisher.flow.kind, document.id)
        name, context = str(key), self.context
        content = content_hash(document)
        if self._is_busy(name):
            if not self._is_published(name, content):
                self._pending.add(document.id)
            return True
        record, intent = record_of(self.home, name), self.home.intent(name)
        if not is_out_of_step(record, content, intent is not None, self._is_retried(key)):
            return True
        while sum(one.startswith(self._prefix) for one in context.in_flight) >= WINDOW:  # noqa: ASYNC110
            await asyncio.sleep(ROOM_EACH)
        if self.home.lost is not None or not self._may_go_on():
            return False
        context.waits.begin(name, self.home.commits, head_hash(document), document.number, document.subject.party)
        context.in_flight[name] = False
        published = False
        try:
            with polled(name, number=document.number):
                published = await self.publisher.publish(context, key, document, Origin.POLL)
        finally:
            if not published:
                context.in_flight.pop(name, None)
        return True

    async def _gone(self, key: DocumentKey) -> None:
        """Its source has nothing to do for the object any more: report it, unless its last revision has ended."""
        name = str(key)
        async with self.context.alone(name):
            record = record_of(self.home, name)
            settles = [name] if self.home.intent(name) is not None else []
            writes, events = list[Write](), []
            if record is not None and record.state in (State.OPEN, State.REFUSED):
                ended = record.replace(state=State.WITHDRAWN, attempt=record.attempt + 1).with_refusal(cause="")
                writes.append(Write(name, ended.encode(), self.context.organisation))
                events.append(self.context.publish(by_record(self.context, key, ended, OutcomeState.WITHDRAWN)))
            await self.home.commit(writes=writes, publish=events, settles=settles)
            self.context.unexplained.discard(name)
            self.context.refused.discard(name)

    def _is_busy(self, key: str) -> bool:
        """Whether an attempt on it is under way, in backoff, or may still be executed."""
        intent = self.home.intent(key)
        expired = intent is None or self.home.seconds_until_expired(key) <= 0
        return key in self.context.in_flight or self.context.resting(key) or not expired

    def _is_published(self, key: str, content: str) -> bool:
        """Whether the event under way has this very content."""
        wait = self.context.waits.open.get(key)
        revision = wait.revision if wait is not None else None
        return key in self.context.in_flight and revision is not None and revision.content_hash == content

    def _is_retried(self, key: DocumentKey) -> bool:
        record = record_of(self.home, str(key))
        if record is None or record.state is not State.REFUSED:
            return True
        return is_retried(self.context, self.home, key, record, self.polling.retry_refused)

    @property
    def _prefix(self) -> str:
        return f"{self.context.company.id}/{self.publisher.flow.kind}/"


def _no_look(error: Exception, kind: Kind) -> GatewayError:
    if isinstance(error, GatewayError):
        said, why = Varying(error.message), error.code
        return configuration("LOOK_FAILED", detail=error.detail, flow=kind.value, why=why, said=said)
    said = Varying(f"its answer can't be read ({type(error).__name__}).")
    return configuration("LOOK_FAILED", flow=kind.value, said=said)
