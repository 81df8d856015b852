"""O2, B5: how spans are named, sampled and passed on; which attributes they have, and which texts they never have."""

from __future__ import annotations

import subprocess
import sys

import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased
from opentelemetry.semconv._incubating.attributes import messaging_attributes as kafka
from opentelemetry.semconv._incubating.attributes import peer_attributes as peer
from opentelemetry.semconv._incubating.attributes import url_attributes as url
from opentelemetry.semconv.attributes import error_attributes as errors
from opentelemetry.semconv.attributes import http_attributes as http
from opentelemetry.semconv.attributes import server_attributes as server
from opentelemetry.trace import SpanKind

from gateway.errors import refuse
from gateway.http import Request
from gateway.telemetry import spans
from gateway.telemetry.tracing import context_of, seconds_of_span, span, trace_headers, trace_id, traceparent
from streams.runtime.handler import Record
from tests.unit.recorded import Recorded, facts

GUID = "8f0e5a7e-1b2c-4d3e-8f90-a1b2c3d4e5f6"
KEY = f"acme-fi/sales-invoice/{GUID}"
PARENT = {"traceparent": b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
TRACE = 0x0AF7651916CD43DD8448EB211C80319C


def a_record(**headers: bytes) -> Record:
    return Record("p.errors", 3, 41, KEY.encode(), b"", {"ce_id": b"x#1@2.3", **headers}, 0)


def a_call(path: str, operation: str = "read") -> Request:
    return Request(operation, "GET", path, query=(("number", "secret"),))


def test_O2_names_of_kafka_and_http_are_opentelemetrys(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = Recorded(monkeypatch)
    with spans.handled(a_record(**PARENT), KEY), spans.committed("p.ledger")(2):
        pass
    with spans.polled(KEY), spans.published("p.errors", "x#1@2.3", KEY), spans.tries() as counting:
        for _ in range(2):
            counting.begin()
            with spans.called("Severa", "https://api.example/rest", a_call("/v1/x"), "acme-fi") as answered:
                answered(503)
    own = {name for one in recorded.spans for name in one.attributes or () if not name.startswith("gateway.")}
    assert own == {
        kafka.MESSAGING_SYSTEM,
        kafka.MESSAGING_OPERATION_NAME,
        kafka.MESSAGING_OPERATION_TYPE,
        kafka.MESSAGING_DESTINATION_NAME,
        kafka.MESSAGING_DESTINATION_PARTITION_ID,
        kafka.MESSAGING_BATCH_MESSAGE_COUNT,
        kafka.MESSAGING_MESSAGE_ID,
        kafka.MESSAGING_KAFKA_OFFSET,
        http.HTTP_REQUEST_METHOD,
        http.HTTP_REQUEST_RESEND_COUNT,
        http.HTTP_RESPONSE_STATUS_CODE,
        url.URL_TEMPLATE,
        server.SERVER_ADDRESS,
        server.SERVER_PORT,
        peer.PEER_SERVICE,
        errors.ERROR_TYPE,
    }
    kinds = {one.name: one.kind for one in recorded.spans}
    assert kinds == {
        "process p.errors": SpanKind.CONSUMER,
        "commit p.ledger": SpanKind.CLIENT,
        "publish p.errors": SpanKind.PRODUCER,
        "poll sales-invoice": SpanKind.INTERNAL,
        "GET /v1/x": SpanKind.CLIENT,
    }


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/v1/users/{GUID}", "/v1/users/{id}"),
        (f"/v1/invoices/{GUID}/files", "/v1/invoices/{id}/files"),
        ("/persons/4711", "/persons/{id}"),
        ("/invoices/1,2,33", "/invoices/{id}"),
        ("/dimensions/7/items", "/dimensions/{id}/items"),
        ("/v1/vatrates", "/v1/vatrates"),
    ],
)
def test_R3_path_of_a_call_names_no_object(monkeypatch: pytest.MonkeyPatch, path: str, shown: str) -> None:
    """Nor does any attribute have the query, which may have a number or a name."""
    recorded = Recorded(monkeypatch)
    with spans.polled(KEY), spans.called("Severa", "https://api.example", a_call(path), "acme-fi") as answered:
        answered(200)
    call = recorded.the(f"GET {shown}")
    assert facts(call) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "url.template": shown,
        "server.address": "api.example",
        "server.port": 443,
        "peer.service": "Severa",
        "gateway.company": "acme-fi",
        "gateway.operation": "read",
    }


def test_O2_calls_that_are_sent_again_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second call of the same try is no repetition: after a change, its object is read again."""
    recorded = Recorded(monkeypatch)
    with spans.polled(KEY), spans.tries() as outer:
        for path in ("/1", "/2"):
            outer.begin()
            for again in ("/1", path):
                with spans.tries() as inner, spans.called("x", "http://x", a_call(again), "c"):
                    assert inner is outer
    counts = [(one.attributes or {}).get("http.request.resend_count", 0) for one in recorded.spans[:-1]]
    assert counts == [0, 0, 1, 0]


def test_O2_record_continues_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = Recorded(monkeypatch)
    with spans.handled(a_record(**PARENT), KEY, {"number": 1001, "revision": None}):
        assert trace_id() == f"{TRACE:032x}"
    assert facts(recorded.the("process p.errors")) == {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "p.errors",
        "messaging.destination.partition.id": "3",
        "messaging.kafka.offset": 41,
        "messaging.message.id": "x#1@2.3",
        "gateway.company": "acme-fi",
        "gateway.document": KEY,
        "gateway.flow": "sales-invoice",
        "gateway.number": "1001",
    }


@pytest.mark.parametrize("headers", [PARENT, {}, {"traceparent": b"\xff-odd"}])
def test_O2_replay_is_a_new_trace_linked_to_the_first(
    monkeypatch: pytest.MonkeyPatch, headers: dict[str, bytes]
) -> None:
    recorded = Recorded(monkeypatch)
    with spans.handled(a_record(**headers), KEY, replayed=True):
        pass
    found = recorded.the("process p.errors")
    assert found.parent is None and found.context.trace_id != TRACE
    assert [link.context.trace_id for link in found.links] == ([TRACE] if headers is PARENT else [])
    assert facts(found)["gateway.replayed"] is True


@pytest.mark.parametrize("sampled", [True, False])
def test_O2_trace_is_sampled_as_its_beginning_was(monkeypatch: pytest.MonkeyPatch, sampled: bool) -> None:
    """Whatever the ratio: of a trace, all spans are sent or none."""
    recorded = Recorded(monkeypatch, ParentBased(TraceIdRatioBased(0.0 if sampled else 1.0)))
    headers = {"traceparent": PARENT["traceparent"][:-2] + (b"01" if sampled else b"00")}
    with spans.handled(a_record(**headers), KEY), spans.step("plan"), spans.published("p.errors", "i", KEY):
        assert trace_headers()["traceparent"].startswith(f"00-{TRACE:032x}-")
        assert trace_headers()["traceparent"].endswith("-01" if sampled else "-00")
    assert len(recorded.spans) == (3 if sampled else 0)


def test_O2_unrecorded_span_has_ids_and_a_duration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs name both, also where no traces are sent."""
    Recorded(monkeypatch, ALWAYS_OFF)
    assert seconds_of_span() is None
    with spans.polled(KEY), spans.step("plan"):
        assert len(trace_id()) == 32 and traceparent()
        lasted = seconds_of_span()
        assert lasted is not None and lasted >= 0
    assert seconds_of_span() is None


def test_O2_what_belongs_to_no_document_has_no_span(monkeypatch: pytest.MonkeyPatch) -> None:
    """A poll lists each few seconds; it would fill the traces."""
    recorded = Recorded(monkeypatch)
    with spans.called("Severa", "https://x", a_call("/v1/invoices"), "nordic") as answered:
        answered(200)
    with spans.committed("p.ledger")(1), spans.step("plan"), spans.mailed("localhost", 25):
        pass
    assert recorded.spans == ()


def test_B5_errors_are_a_status_without_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = Recorded(monkeypatch)
    with pytest.raises(Exception, match="Maija"), spans.polled(KEY):
        raise RuntimeError("Maija Matkaaja, 010190-900J")
    with spans.polled(KEY), pytest.raises(Exception, match="VAT"), spans.failures(), spans.step("plan"):
        raise refuse("VAT_MISSING", row=1, text="Maija")
    assert [(one.name, one.status.description) for one in recorded.spans] == [
        ("poll sales-invoice", "RuntimeError"),
        ("plan", "VAT_MISSING"),
        ("poll sales-invoice", "VAT_MISSING"),
    ]
    assert "Maija" not in "".join(one.to_json() for one in recorded.spans)


def test_decision_14_command_is_linked_to_its_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = Recorded(monkeypatch)
    with spans.polled(KEY):
        spans.caused_by(PARENT["traceparent"].decode())
        spans.caused_by("")
    assert [link.context.trace_id for link in recorded.spans[0].links] == [TRACE]


def test_R3_personal_number_in_an_attribute_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = Recorded(monkeypatch)
    with spans.polled("acme-fi/user/131052-308T", number="19811228-9874"):
        pass
    assert "308T" not in recorded.spans[0].to_json() and "9874" not in recorded.spans[0].to_json()


def test_S1_secret_in_an_attribute_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = Recorded(monkeypatch)
    with spans.handled(a_record(ce_id=b"Bearer abc"), KEY, {"code": "client_secret=abc"}):
        pass
    assert "abc" not in repr(facts(recorded.spans[0]))


def test_O2_context_without_a_trace_begins_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of another program has no trace context; the span around its handling is not its parent."""
    recorded = Recorded(monkeypatch)
    with spans.polled(KEY), span("inner", {}):
        pass
    assert recorded.the("inner").parent is None
    assert not context_of({})


def test_O2_ratio_is_the_part_of_traces_that_is_sent() -> None:
    """In a process of its own: a process has one provider."""
    code = (
        "from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter as Exporter\n"
        "from gateway.telemetry.tracing import set_up_tracing, span\n"
        "exporter = Exporter()\n"
        "provider = set_up_tracing('', exporter, ratio=0.25)\n"
        "for _ in range(400):\n    with span('a'):\n        pass\n"
        "provider.force_flush()\n"
        "found = exporter.get_finished_spans()\n"
        "print(len(found), found[0].resource.attributes['service.instance.id'] != '')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    count, named = ran.stdout.split()
    assert 50 < int(count) < 150 and named == "True"
