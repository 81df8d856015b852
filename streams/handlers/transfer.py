"""A changed sales invoice is transferred to Procountor, and ends in one outcome."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from gateway.delivery.attempt import transfer
from gateway.delivery.change import Origin, SalesInvoiceChanged
from gateway.delivery.context import Work, is_live
from gateway.delivery.replay import ended_already
from gateway.errors import unexpected
from gateway.events.catalogue import Topics
from gateway.ledger import Home, HomeLost, Unreadable
from gateway.telemetry.tracing import span
from streams.contexts import Offices
from streams.publishing import Publishing, event_of
from streams.runtime.handler import Flow, Record

log = structlog.get_logger()

#: Seconds before a document that met a fault of ours is published again.
BURIED_AGAIN = 300.0


def transfer_flow(topics: Topics, offices: Offices, publishing: Publishing) -> Flow[SalesInvoiceChanged]:
    """Each change event: decide, look, ensure, create, settle."""

    async def handle(change: SalesInvoiceChanged, record: Record, home: Home) -> None:
        key = str(change.key)
        desk = offices.desk(change.key.company, home)
        if desk is None:
            log.warning("change of a company that is not configured here", document=key)
            return
        try:
            with span("transfer sales invoice", record.headers, document=key, revision=change.revision.number):
                async with desk.alone(key):
                    published = record.timestamp_ms / 1000
                    live = is_live(change.revision.sequence, published, home)
                    await transfer(Work(change, home, desk, live=live, old=desk.is_old(published)))
        except HomeLost:
            raise
        except Unreadable as error:
            desk.cannot_read(error)
        except Exception as fault:
            # a fault of ours: the poll brings the document again and again, so it rests, and is buried once
            desk.later(key, unexpected(fault), BURIED_AGAIN)
            content = change.revision.content_hash
            if desk.buried.get(key) == content:
                log.exception("event failed again", document=key)
                return
            desk.buried[key] = content
            raise
        finally:
            desk.in_flight.pop(key, None)

    def taken(change: SalesInvoiceChanged, home: Home) -> None:
        """Un-acked in the home: the poll leaves it alone, also after a restart (decision 2)."""
        desk = offices.desk(change.key.company, home)
        if desk is not None:
            desk.read_back(str(change.key))
            desk.in_flight[str(change.key)] = change.origin is not Origin.SWEEP

    def ended(record: Record, home: Home) -> bool:
        """A replayed event whose revision has had its end (ADR 0005)."""
        stamp = event_of(record.headers)
        published = record.timestamp_ms / 1000
        if stamp is None or is_live(stamp.sequence, published, home):
            return False
        desk = offices.desk(stamp.key.partition("/")[0], home)
        if desk is None or desk.is_old(published):  # the event itself says whether it was superseded without a word
            return False
        if not ended_already(home, stamp.key, stamp.sequence):
            return False
        if desk.replayed == 0:
            at = datetime.fromtimestamp(published, UTC).isoformat()
            log.info("replay began", company=desk.company.id, topic=record.topic, offset=record.offset, published=at)
        desk.replayed += 1
        return True

    return Flow(
        topic=topics.changes_sales_invoices,
        name="transfer",
        decode=lambda record: publishing.read_change(record),
        document=lambda change: str(change.key),
        company=lambda change: change.key.company,
        handle=handle,
        taken=taken,
        ended=ended,
    )
