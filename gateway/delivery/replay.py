"""Events that are redelivered after their end cost no call; one digest per company reports them (Q2, ADR 5)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from gateway.delivery.company import CompanyContext
from gateway.delivery.decide import has_passed
from gateway.delivery.outcomes import of_many
from gateway.delivery.record import record_of
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Sequence
from gateway.ledger import Home, HomeLost, Unreadable

log = structlog.get_logger()

#: How long before a replay that continues is reported nevertheless, in seconds.
AT_LAST = 60.0
#: How long the last report may take when a home leaves, in seconds: its next owner waits.
REST = 2.0


def ended_already(home: Home, key: str, sequence: Sequence) -> bool:
    """Whether the ledger's record of a document shows that the event with this sequence has ended."""
    try:
        record = record_of(home, key)
    except Unreadable:  # the attempt reports it
        return False
    return record is not None and has_passed(record, sequence)


@dataclass(slots=True)
class Digests:
    """Reports how many events of a home's companies were redelivered, once they stop coming. One per home: two would
    report the same events.
    """

    home: Home
    contexts: Mapping[str, CompanyContext]
    _before: dict[str, int] = field(default_factory=dict)
    _since: dict[str, float] = field(default_factory=dict)
    _alone: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self, each: float) -> None:
        """Report every `each` seconds until cancelled, and then the rest."""
        try:
            while self.home.lost is None:
                with contextlib.suppress(HomeLost):
                    await self.report()
                await asyncio.sleep(each)
        finally:
            await self.report_rest()

    async def report(self) -> None:
        """One outcome `unchanged` for each company whose replay is over."""
        await asyncio.shield(asyncio.create_task(self._commit(self._is_quiet)))

    async def report_rest(self) -> None:
        """The home leaves: report what was counted so far. What can't be reported stays counted."""
        with contextlib.suppress(HomeLost, TimeoutError):
            async with asyncio.timeout(REST):
                await asyncio.shield(asyncio.create_task(self._commit(lambda context: True)))

    async def _commit(self, is_due: Callable[[CompanyContext], bool]) -> None:
        """Commit and count in one, one at a time, whoever is cancelled during it: a commit whose count was lost would
        be reported a second time.
        """
        async with self._alone:
            due = [one for one in self.contexts.values() if one.replayed and is_due(one)]
            if not due:
                return
            counts = {one.company.id: one.replayed for one in due}
            await self.home.commit(publish=[one.publish(self._digest(one)) for one in due])
            for one in due:
                self._reported(one, counts[one.company.id])

    def _is_quiet(self, context: CompanyContext) -> bool:
        company, now = context.company.id, time.monotonic()
        since = self._since.setdefault(company, now)
        quiet = self._before.get(company) == context.replayed
        self._before[company] = context.replayed
        return quiet or now - since > AT_LAST

    def _reported(self, context: CompanyContext, count: int) -> None:
        log.info("replay ended", company=context.company.id, events=count)
        context.replayed -= count
        self._before.pop(context.company.id, None)
        self._since.pop(context.company.id, None)

    def _digest(self, context: CompanyContext) -> Outcome:
        company, said = (
            context.company.id,
            f"{context.replayed} events were redelivered. Each had ended before; nothing was done.",
        )
        key, state = DocumentKey(company, Kind.COMPANY, company), OutcomeState.UNCHANGED
        more = {"notes": (said,), "events": context.replayed}
        return of_many(key, context.organisation, self.home, state, "", context.now(), **more)
