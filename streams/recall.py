"""Unfinished work in a ledger that was just read: one pass for all companies of the home."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from gateway.delivery.company import CompanyContext
from gateway.delivery.recheck import recall_look
from gateway.delivery.record import State, TransferRecord, is_done
from gateway.documents.keys import OF_DOCUMENTS
from gateway.documents.ledger_keys import SECOND_LOOK, WAIT
from gateway.ledger import Home, Unreadable

#: After so many records, the event loop gets a turn, for heartbeats.
TURN = 1000


async def recall(contexts: Mapping[str, CompanyContext], home: Home) -> dict[str, float]:
    """Fill the contexts. Returns the time of the oldest refusal per organisation, in seconds since 1970."""
    refused: dict[str, float] = {}
    for error in home.unreadable.values():
        if (context := contexts.get(error.company)) is not None:
            context.cannot_read(error)
    for count, (key, value) in enumerate(home.items(), start=1):
        if count % TURN == 0:
            await asyncio.sleep(0)
        context = contexts.get(key.partition("/")[0])
        if context is None:
            continue
        try:
            at = _recall(context, key, value)
        except Unreadable as error:
            context.cannot_read(error)
            continue
        if at is not None:
            refused[context.organisation] = min(at, refused.get(context.organisation, at))
    return refused


def _recall(context: CompanyContext, key: str, value: bytes) -> float | None:
    """Recall one record. Returns when it was refused, in seconds since 1970. Raises Unreadable."""
    kind = key.split("/", 2)[1]
    if kind == SECOND_LOOK:
        recall_look(context, key, value)
    if kind == WAIT:
        context.waits.recall(key, value)
    if kind not in OF_DOCUMENTS or is_done(value):
        return None
    record = TransferRecord.decode(value, key)
    if record is None:
        return None
    if record.state is State.SETTLED and not record.write_back.done:
        context.unwritten.add(key)
    elif record.state is State.OPEN:
        context.unexplained.add(key)
    if record.state is not State.REFUSED:
        return None
    context.refused.add(key)
    return record.refusal.at


def changes_since(oldest_refusal: float | None, retry_refused: float, now: float) -> datetime | None:
    """From when on a change in Severa may fix a refusal. A refusal older than `retry_refused` seconds is retried
    anyway, so earlier changes need not be read (ADR 7). All times are in seconds since 1970, `now` by the broker.
    """
    if oldest_refusal is None:
        return None
    return datetime.fromtimestamp(min(max(oldest_refusal, now - retry_refused), now), UTC)
