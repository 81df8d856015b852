"""What a home in memory has published, read back."""

from __future__ import annotations

from gateway.delivery.change import Changed
from gateway.documents import Kind, Outcome, SalesInvoice
from gateway.events.catalogue import Topics
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from gateway.flows.sales_invoices.flow import FLOW
from gateway.ledger import Publish
from streams.publishing import Publishing
from streams.runtime.handler import Record
from tests.memory_home import MemoryHome

PUBLISHING = Publishing(Topics("test"), Codec(FileRegistry()))


def published(home: MemoryHome) -> list[Outcome | Changed[SalesInvoice]]:
    """Outcomes and changes, in order."""
    return [_read(number, event) for number, event in home.ledger.published if number == home.number]


def outcomes(home: MemoryHome) -> list[Outcome]:
    """The outcomes."""
    topics = (PUBLISHING.topics.results, PUBLISHING.topics.errors)
    events = [event for event in home.ledger.published if event[0] == home.number and event[1].topic in topics]
    return [event for event in (_read(*one) for one in events) if isinstance(event, Outcome)]


def _read(number: int, event: Publish) -> Outcome | Changed[SalesInvoice]:
    record = Record(event.topic, number, 0, event.key, event.value, dict(event.headers), 0)
    if event.topic == PUBLISHING.topics.changes(Kind.SALES_INVOICE):
        return PUBLISHING.read_change(FLOW, record)
    return PUBLISHING.read_outcome(record)
