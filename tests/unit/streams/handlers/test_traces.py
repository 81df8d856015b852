"""O2, B5: one trace from the poll to the status update and the mail; what each span of it shows."""

from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind

from gateway.delivery.hold_actions import place_hold
from gateway.delivery.replay import ended_already
from gateway.documents import Command, CommandKind, DocumentKey, Kind, OutcomeState
from gateway.errors import configuration, refuse, transient
from gateway.events.catalogue import Topics
from gateway.ledger import Publish
from gateway.telemetry.spans import committed, polled
from gateway.telemetry.tracing import trace_of
from streams.handlers.commands import commands_handler
from streams.handlers.mail import mail_handler
from streams.handlers.transfer import transfer_handler
from streams.handlers.write_back import write_back_handler
from streams.runtime.handler import Handler, Record
from tests.unit.one_document import OneDocument
from tests.unit.published import PUBLISHING
from tests.unit.recorded import Recorded, facts
from tests.unit.streams.handlers.test_mail import MemoryMailer
from tests.unit.streams.one_home import contexts_of

TOPICS: Topics = PUBLISHING.topics
CHANGES = TOPICS.changes(Kind.SALES_INVOICE)


class Traced:
    """A document, from its poll through the handlers, with the spans that this records."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.document, self.recorded = OneDocument(monkeypatch), Recorded(monkeypatch)
        self.home = self.document.home
        self.home.watched = committed(TOPICS.ledger)
        mail = self.document.context.company.error_mail.model_copy(update={"recipients": ("finance@acme.fi",)})
        company = self.document.context.company.model_copy(update={"error_mail": mail})
        self.document.context.company = company
        contexts, self.mailer = contexts_of(self.document.context, home=self.home), MemoryMailer()
        self.handlers: dict[str, Handler[Any]] = {
            CHANGES: transfer_handler(self.document.flow, TOPICS, contexts, PUBLISHING),
            TOPICS.results: write_back_handler(TOPICS, contexts, PUBLISHING, self.mailer),
            TOPICS.errors: mail_handler(TOPICS, contexts, PUBLISHING, self.mailer),
            TOPICS.commands: commands_handler(TOPICS, contexts, PUBLISHING),
        }

    def poll(self) -> Record:
        """The record of the document as it is now."""
        with polled(str(self.document.key), number=self.document.head.number):
            return self.record(PUBLISHING.change(self.document.flow, self.document.event()))

    def record(self, event: Publish) -> Record:
        """An event, as its reader gets it."""
        now = int(self.document.now().timestamp() * 1000)
        return Record(event.topic, self.home.number, 7, event.key, event.value, dict(event.headers), now)

    async def handle(self, record: Record) -> None:
        handler = self.handlers[record.topic]
        self.document.wait()
        await handler.handle(handler.decode(record), record, self.home)

    async def attempt(self) -> Record:
        """Poll, transfer, and whatever follows the last outcome. Returns the change event."""
        change, before = self.poll(), len(self.home.ledger.published)
        await self.handle(change)
        for _, event in self.home.ledger.published[before:]:
            await self.handle(self.record(event))
        return change

    @property
    def attempts(self) -> list[ReadableSpan]:
        return [one for one in self.recorded.spans if one.name == f"process {CHANGES}"]

    def shown(self) -> list[tuple[str, str, SpanKind]]:
        """Each span's name, the name above it, and its kind, in the order of their beginning."""
        names = {one.context.span_id: one.name for one in self.recorded.spans}
        spans = sorted(self.recorded.spans, key=lambda one: one.start_time or 0)
        return [(one.name, names[one.parent.span_id] if one.parent else "", one.kind) for one in spans]


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Traced:
    return Traced(monkeypatch)


async def test_O2_B5_trace_holds_every_step_of_a_document(traced: Traced) -> None:
    await traced.attempt()
    attempt, results, ledger = f"process {CHANGES}", f"process {TOPICS.results}", f"commit {TOPICS.ledger}"
    client, internal = SpanKind.CLIENT, SpanKind.INTERNAL
    assert traced.shown() == [
        ("poll sales-invoice", "", internal),
        (f"publish {CHANGES}", "poll sales-invoice", SpanKind.PRODUCER),
        (attempt, f"publish {CHANGES}", SpanKind.CONSUMER),
        (ledger, attempt, client),
        ("plan", attempt, internal),
        ("create sales-invoice", attempt, internal),
        (ledger, "create sales-invoice", client),
        (f"publish {TOPICS.results}", attempt, SpanKind.PRODUCER),
        (ledger, attempt, client),
        (results, f"publish {TOPICS.results}", SpanKind.CONSUMER),
        (ledger, results, client),
    ]
    assert len({one.context.trace_id for one in traced.recorded.spans}) == 1
    (found,) = traced.attempts
    number, key = str(traced.document.head.number), str(traced.document.key)
    assert {
        "gateway.company": "acme-fi",
        "gateway.document": key,
        "gateway.flow": "sales-invoice",
        "gateway.number": number,
        "gateway.revision": "1",
        "gateway.attempt": "1",
        "gateway.outcome": "created",
        "gateway.target.system": "procountor",
        "gateway.target.id": "1",
        "gateway.target.number": "70",
    }.items() <= facts(found).items()
    assert "error" not in facts(found)


async def test_B5_refusal_and_its_mail_are_one_trace(traced: Traced) -> None:
    """The outcome's headers, and the mail, name the trace."""
    traced.document.refusal = refuse("VAT_MISSING", row=1, text="Maija")
    change = await traced.attempt()
    (found,) = traced.attempts
    assert (facts(found)["error"], facts(found)["gateway.outcome"]) == ("VAT_MISSING", "refused")
    assert facts(found)["gateway.code"] == "VAT_MISSING" and facts(traced.recorded.the("plan"))["error"]
    mailed = traced.recorded.the(f"process {TOPICS.errors}")
    trace = trace_of(change.headers)
    assert f"{mailed.context.trace_id:032x}" == trace
    ((_, outcome),) = traced.home.ledger.published
    assert trace_of(dict(outcome.headers)) == trace
    assert f"Trace:    {trace}" in str(traced.mailer.mails[0])
    assert "Maija" not in "".join(one.to_json() for one in traced.recorded.spans)


async def test_Q3_second_refusal_with_no_outcome_is_an_error(traced: Traced) -> None:
    traced.document.refusal = refuse("VAT_MISSING", row=1, text="x")
    await traced.attempt()
    await traced.attempt()
    assert [facts(one)["error"] for one in traced.attempts] == ["VAT_MISSING"] * 2
    assert len(traced.home.ledger.published) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (transient("API_UNREACHABLE", api="Procountor"), "API_UNREACHABLE"),
        (configuration("LOGIN_REFUSED", api="Procountor", operation="log in"), "LOGIN_REFUSED"),
    ],
)
async def test_B5_attempt_without_an_outcome_is_an_error(traced: Traced, error: Any, code: str) -> None:
    """It is retried, or its company is on hold."""
    traced.document.refusal = error
    await traced.handle(traced.poll())
    assert facts(traced.attempts[0])["error"] == code and "gateway.outcome" not in facts(traced.attempts[0])


async def test_B5_fault_of_the_gateway_is_an_error(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traced.document.target, "plan", None)
    with pytest.raises(TypeError):
        await traced.handle(traced.poll())
    assert facts(traced.attempts[0])["error"] == "TypeError"


async def test_F6_overtaken_revision_is_not_the_attempts_end(traced: Traced) -> None:
    """Its outcome, superseded, has a span of its own."""
    traced.document.refusal = transient("API_UNREACHABLE", api="Procountor")
    await traced.handle(traced.poll())
    traced.document.refusal = None
    traced.document.edit(order_number="second")
    await traced.handle(traced.poll())
    published = [one for one in traced.recorded.spans if one.name == f"publish {TOPICS.results}"]
    assert {facts(one)["gateway.outcome"] for one in published} == {"superseded", "created"}
    assert facts(traced.attempts[1])["gateway.outcome"] == "created"


async def test_decision_14_command_is_linked_to_the_attempt(traced: Traced) -> None:
    traced.document.refusal = refuse("VAT_MISSING", row=1, text="x")
    await traced.attempt()
    command = Command("nordic", CommandKind.RETRY, traced.document.key, traced.document.now(), "me")
    await traced.handle(traced.record(PUBLISHING.command(command)))
    obeyed = traced.recorded.the(f"process {TOPICS.commands}")
    assert facts(obeyed)["gateway.command"] == "retry"
    await traced.attempt()
    await traced.attempt()
    links = [[link.context.span_id for link in one.links] for one in traced.attempts]
    assert links == [[], [obeyed.context.span_id], []]


async def test_decision_14_release_is_linked_to_the_probe(traced: Traced) -> None:
    context, key = traced.document.context, DocumentKey("acme-fi", Kind.COMPANY, "acme-fi")
    await place_hold(context, traced.home, configuration("LOGIN_REFUSED", api="Procountor", operation="log in"))
    command = Command("nordic", CommandKind.RELEASE, key, traced.document.now(), "me")
    await traced.handle(traced.record(PUBLISHING.command(command)))
    obeyed = traced.recorded.the(f"process {TOPICS.commands}")
    await traced.handle(traced.poll())
    assert [link.context.span_id for link in traced.attempts[0].links] == [obeyed.context.span_id]
    assert context.hold is None


async def test_ADR_5_replay_is_a_trace_linked_to_the_first(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing follows it: the outcome that is read again has no span either."""
    change = await traced.attempt()
    spans = len(traced.recorded.spans)
    traced.document.wall += 3600
    handler = traced.handlers[CHANGES]
    assert ended_already(traced.home, str(traced.document.key), handler.decode(change).revision.sequence)
    assert handler.ended(change, traced.home)
    for _, event in traced.home.ledger.published:
        await traced.handle(traced.record(event))
    (replayed,) = traced.recorded.spans[spans:]
    assert replayed.parent is None
    assert [f"{link.context.trace_id:032x}" for link in replayed.links] == [trace_of(change.headers)]
    shown = facts(replayed)
    assert (shown["gateway.replayed"], shown["gateway.outcome"]) == (True, OutcomeState.UNCHANGED.value)


async def test_ADR_15_replay_of_a_lost_ledger_is_a_trace_of_its_own(traced: Traced) -> None:
    """It does work: what it ends with is in its trace, which is linked to the first."""
    change = traced.poll()
    traced.document.context.horizon = traced.document.now()
    traced.document.wall += 3600
    await traced.handle(change)
    (found,) = traced.attempts
    assert found.parent is None and facts(found)["gateway.replayed"] is True
    assert [f"{link.context.trace_id:032x}" for link in found.links] == [trace_of(change.headers)]
