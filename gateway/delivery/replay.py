"""Events that are redelivered after their end cost no call; one digest per company reports them (Q2, ADR 5)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable, Mapping
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
    """Reports how many events were redelivered, once they stop coming."""

    home: Home
    _before: dict[str, int] = field(default_factory=dict)
    _since: dict[str, float] = field(default_factory=dict)
    _telling: asyncio.Task[None] | None = None

    async def tell(self, contexts: Mapping[str, CompanyContext]) -> None:
        """One outcome `unchanged` for each company whose replay is over."""
        await self._tell([one for one in contexts.values() if one.replayed and self._ripe(one)])

    async def tell_rest(self, contexts: Mapping[str, CompanyContext]) -> None:
        """The home leaves: report what was counted so far. What can't be reported stays counted."""
        with contextlib.suppress(HomeLost, TimeoutError):
            async with asyncio.timeout(REST):
                if self._telling is not None and not self._telling.done():  # cancelled while it was being committed
                    await self._telling
                await self._tell([one for one in contexts.values() if one.replayed])

    async def _tell(self, contexts: list[CompanyContext]) -> None:
        if contexts:
            self._telling = asyncio.create_task(self._commit(contexts))
            await asyncio.shield(self._telling)

    async def _commit(self, contexts: list[CompanyContext]) -> None:
        """Commit and count in one: a commit whose count was lost would be reported a second time."""
        counts = {one.company.id: one.replayed for one in contexts}
        await self.home.commit(publish=[one.publish(self._digest(one)) for one in contexts])
        self._told(contexts, counts)

    def _ripe(self, context: CompanyContext) -> bool:
        company, now = context.company.id, time.monotonic()
        since = self._since.setdefault(company, now)
        quiet = self._before.get(company) == context.replayed
        self._before[company] = context.replayed
        return quiet or now - since > AT_LAST

    def _told(self, contexts: Iterable[CompanyContext], counts: Mapping[str, int]) -> None:
        for context in contexts:
            log.info("replay ended", company=context.company.id, events=counts[context.company.id])
            context.replayed -= counts[context.company.id]
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
