"""Documents to records and back: the one place that knows topics, codec and headers together."""

from __future__ import annotations

import time
import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.delivery.change import Changed
from gateway.delivery.flow import AnyFlow
from gateway.delivery.outcomes import facts_of
from gateway.documents import Command, Outcome, OutcomeState, Revision, Sequence
from gateway.events.catalogue import Topics
from gateway.events.codec import Codec, Headers, headers_for
from gateway.ledger import Publish
from gateway.telemetry.spans import published
from gateway.telemetry.tracing import trace_headers
from streams.runtime.handler import Record

OUTCOME, COMMAND = "outcome", "operator-command"


@dataclass(frozen=True, slots=True)
class Publishing:
    """Encodes with CloudEvents attributes and the current trace. Decoding raises Poison."""

    topics: Topics
    codec: Codec

    def change(self, flow: AnyFlow, change: Changed[Any]) -> Publish:
        """The record of a change event of a flow. Raises ValueError if the event doesn't fit its schema."""
        key, topic = str(change.key), self.topics.changes(flow.kind)
        headers = _headers(
            topic,
            type_=f"severa.procountor.{flow.event}",
            source=f"/severa/{change.organisation}",
            subject=key,
            id_=_event_id(key, change.revision),
            time=datetime.fromtimestamp(time.time(), UTC),
            facts={"number": change.document.number, "revision": change.revision.number},
        )
        return Publish(topic, key.encode(), self.codec.encode(flow.schema, change), headers)

    def outcome(self, outcome: Outcome) -> Publish:
        """The record of an outcome: refusals on the errors topic, everything else on the results topic."""
        key = str(outcome.key)
        refused = outcome.state is OutcomeState.REFUSED
        topic = self.topics.errors if refused else self.topics.results
        headers = _headers(
            topic,
            type_=f"severa.procountor.Outcome.{outcome.state}",
            source=f"/gateway/{outcome.key.company}",
            subject=key,
            id_=f"{_event_id(key, outcome.revision)}/{outcome.attempt}/{outcome.state}",
            time=outcome.at,
            facts=facts_of(outcome),
        )
        return Publish(topic, key.encode(), self.codec.encode(OUTCOME, outcome), headers)

    def command(self, command: Command) -> Publish:
        """The record of an operator's command."""
        key = str(command.key)
        headers = _headers(
            self.topics.commands,
            type_="severa.procountor.OperatorCommand",
            source=f"/operator/{command.by}",
            subject=key,
            id_=f"{key}#{command.kind}@{command.at.isoformat()}",
            time=command.at,
            facts={"command": command.kind.value},
        )
        return Publish(self.topics.commands, key.encode(), self.codec.encode(COMMAND, command), headers)

    def read_command(self, record: Record) -> Command:
        """An operator's command. Raises Poison."""
        return self.codec.decode(COMMAND, Command, record.value, record.topic)

    def read_change(self, flow: AnyFlow, record: Record) -> Changed[Any]:
        """A change event of a flow. Raises Poison."""
        shape: Any = types.GenericAlias(Changed, (flow.document,))
        change: Changed[Any] = self.codec.decode(flow.schema, shape, record.value, record.topic)
        return change

    def read_outcome(self, record: Record) -> Outcome:
        """An outcome event. Raises Poison."""
        return self.codec.decode(OUTCOME, Outcome, record.value, record.topic)

    def dead_letter(self, record: Record, reason: str, detail: str) -> Publish:
        """A record that can't be handled, byte for byte, with its headers, origin and reason (Q5)."""
        origin = {
            "dead-letter-topic": record.topic,
            "dead-letter-partition": str(record.partition),
            "dead-letter-offset": str(record.offset),
            "dead-letter-timestamp": str(record.timestamp_ms),
            "dead-letter-reason": reason,
            "dead-letter-detail": detail[:500],
            "dead-letter-value": "absent" if record.value is None else "present",
        }
        headers = (*record.headers.items(), *((name, value.encode()) for name, value in origin.items()))
        return Publish(self.topics.dead_letters, record.key or b"", record.value or b"", headers)


@dataclass(frozen=True, slots=True)
class EventStamp:
    """An event's identity, as a record's headers show it."""

    key: str
    number: int
    sequence: Sequence


def event_of(headers: Mapping[str, bytes]) -> EventStamp | None:
    """The stamp that `_event_id` wrote into `ce_id`; None if there is none."""
    key, _, rest = headers.get("ce_id", b"").decode("utf-8", "replace").rpartition("#")
    try:
        number, _, sequence = rest.partition("@")
        epoch, _, counter = sequence.partition(".")
        return EventStamp(key, int(number), Sequence(int(epoch), int(counter)))
    except ValueError:
        return None


def _headers(
    topic: str, *, type_: str, source: str, subject: str, id_: str, time: datetime, facts: Mapping[str, object]
) -> Headers:
    """The headers of a record, whose trace goes on from the span of its creation."""
    with published(topic, id_, subject, facts):
        return headers_for(type_=type_, source=source, subject=subject, id_=id_, time=time, trace=trace_headers())


def _event_id(key: str, revision: Revision) -> str:
    sequence = revision.sequence
    return f"{key}#{revision.number}@{sequence.epoch}.{sequence.counter}"
