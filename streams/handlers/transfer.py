"""A changed document is transferred and ends in one outcome."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import structlog

from gateway.delivery.attempt import Attempt, is_live
from gateway.delivery.change import Changed, Origin
from gateway.delivery.flow import AnyFlow, SyncFlow
from gateway.delivery.replay import ended_already
from gateway.delivery.transfer import transfer
from gateway.documents import OutcomeState
from gateway.errors import unexpected
from gateway.events.catalogue import Topics
from gateway.http.budget import in_background
from gateway.ledger import Home, HomeLost, Unreadable
from gateway.telemetry.metrics import REPLAYED, count
from gateway.telemetry.spans import handled
from streams.contexts import HomeContexts
from streams.publishing import Publishing, event_of
from streams.runtime.handler import Handler, Record

log = structlog.get_logger()

#: How long a document that met a fault of the gateway rests before it is published again, in seconds.
BURIED_AGAIN = 300.0


def transfer_handler(
    flow: AnyFlow, topics: Topics, home_contexts: HomeContexts, publishing: Publishing
) -> Handler[Changed[Any]]:
    """Handle each change event of a flow: decide, look up, plan, apply, settle. Objects that are kept in step have room
    of their own per company, so that no document waits behind a whole register.
    """
    is_sync = isinstance(flow, SyncFlow)

    async def handle(change: Changed[Any], record: Record, home: Home) -> None:
        key = str(change.key)
        context = home_contexts.context(change.key.company, home)
        if context is None:
            log.warning("change ignored: its company is not configured here", document=key)
            return
        try:
            published = record.timestamp_ms / 1000
            facts = {"number": change.document.number, "revision": change.revision.number}
            replayed = context.is_old(published) and not is_live(change.revision.sequence, published, home)
            with handled(record, key, facts, replayed):
                async with context.alone(key):
                    live = is_live(change.revision.sequence, published, home)
                    with in_background() if is_sync else nullcontext():
                        await transfer(Attempt(flow, change, home, context, live=live, old=context.is_old(published)))
        except HomeLost:
            raise
        except Unreadable as error:
            context.cannot_read(error)
        except Exception as fault:
            # a fault of the gateway: the poll would publish the document over and over, so it rests after a dead letter
            context.later(key, unexpected(fault), BURIED_AGAIN)
            content = change.revision.content_hash
            if context.buried.get(key) == content:
                log.exception("event handling failed again", document=key)
                return
            context.buried[key] = content
            raise
        finally:
            context.in_flight.pop(key, None)

    def taken(change: Changed[Any], home: Home) -> None:
        """An event was read and has not ended: the poll leaves its document alone, after a restart too (decision 2)."""
        context = home_contexts.context(change.key.company, home)
        if context is not None:
            context.read_back(str(change.key))
            context.in_flight[str(change.key)] = change.origin is not Origin.SWEEP and not is_sync

    def ended(record: Record, home: Home) -> bool:
        """Whether an event is replayed and its revision has already ended (ADR 5)."""
        stamp = event_of(record.headers)
        published = record.timestamp_ms / 1000
        if stamp is None or is_live(stamp.sequence, published, home):
            return False
        context = home_contexts.context(stamp.key.partition("/")[0], home)
        # an old event shows itself whether it was superseded without an outcome
        if context is None or context.is_old(published):
            return False
        if not ended_already(home, stamp.key, stamp.sequence):
            return False
        if context.replayed == 0:
            at = datetime.fromtimestamp(published, UTC).isoformat()
            log.info(
                "replay started", company=context.company.id, topic=record.topic, offset=record.offset, published=at
            )
        context.replayed += 1
        count(REPLAYED, company=context.company.id)
        with handled(record, stamp.key, {"outcome": OutcomeState.UNCHANGED.value}, replayed=True):
            return True

    return Handler(
        topic=topics.changes(flow.kind),
        name=f"transfer-{flow.kind}",
        decode=lambda record: publishing.read_change(flow, record),
        document=lambda change: str(change.key),
        company=lambda change: f"{flow.kind}/{change.key.company}" if is_sync else change.key.company,
        handle=handle,
        taken=taken,
        ended=ended,
    )
