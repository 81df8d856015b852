"""O2, B5: each call to an API is a client span, with its status and how often it was sent again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from pathlib import Path

import httpx
import pytest
from opentelemetry.trace import SpanKind
from pydantic import SecretStr

from gateway.errors import Configuration, GatewayError, Transient
from gateway.http import HttpTransport, RateBudget, Request
from gateway.ledger import LeaseExpired
from gateway.procountor.client import ProcountorClient
from gateway.telemetry.spans import polled
from tests.unit.http.test_transport import ONCE, a_lease
from tests.unit.recorded import Recorded, facts

READ = Request("read person", "GET", "/persons/4711", query=(("identifier", "planted-number"),))
Answer = Callable[[httpx.Request], httpx.Response]


def transport_of(answer: Answer) -> HttpTransport:
    return HttpTransport(
        "Procountor", "https://api.example:8443/api", RateBudget(100), 1.0, httpx.MockTransport(answer)
    )


def shown(recorded: Recorded) -> list[tuple[object, ...]]:
    """Name, status, number of the repetition, and error of each call."""
    calls = [one for one in recorded.spans if one.kind is SpanKind.CLIENT]
    names = ("http.response.status_code", "http.request.resend_count", "error")
    return [(one.name, *(facts(one).get(name) for name in names)) for one in calls]


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return Recorded(monkeypatch)


async def test_O2_call_with_a_refused_token_is_sent_again(recorded: Recorded) -> None:
    """No span has a token, a key, or the query."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "planted-token", "expires_in": 60})
        known = [one for one in recorded.spans if one.name == "GET /company"]
        body = {"error": "planted-text"} if not known else {"id": 1, "name": "planted-name"}
        return httpx.Response(401 if not known else 200, json=body)

    secret = SecretStr("planted-secret")
    client = ProcountorClient("acme-fi", "client", secret, SecretStr("planted-key"), transport_of(answer))
    with polled("acme-fi/sales-invoice/1"):
        await client.own_company()
    assert shown(recorded) == [
        ("POST /oauth/token", 200, None, None),
        ("GET /company", 401, None, "401"),
        ("POST /oauth/token", 200, 1, None),
        ("GET /company", 200, 1, None),
    ]
    assert facts(recorded.last("GET /company"))["server.port"] == 8443
    assert "planted" not in "".join(one.to_json() for one in recorded.spans)


async def _bytes() -> AsyncIterator[bytes]:
    yield b"%PDF"
    raise httpx.ReadError("planted-cause")


@pytest.mark.parametrize(
    ("answer", "error", "shows"),
    [
        (lambda request: httpx.Response(404, json={}), None, (404, None, "404")),
        (lambda request: httpx.Response(503), None, (503, None, "503")),
        (lambda request: httpx.Response(200, content=_bytes()), Transient, (None, None, "API_UNREACHABLE")),
    ],
)
@pytest.mark.parametrize("download", [False, True])
async def test_B5_failed_call_is_an_error(
    recorded: Recorded,
    tmp_path: Path,
    answer: Answer,
    error: type[GatewayError] | None,
    shows: tuple[object, ...],
    download: bool,
) -> None:
    transport = transport_of(answer)
    with polled("acme-fi/sales-invoice/1"), pytest.raises(error) if error is not None else nullcontext():
        if download:
            await transport.download(READ, "acme-fi", tmp_path / "file", 100)
        else:
            await transport.send(READ, "acme-fi")
    assert shown(recorded) == [("GET /persons/{id}", *shows)]
    assert "planted" not in recorded.spans[0].to_json()


async def test_decision_8_call_without_a_lease_has_no_status(recorded: Recorded) -> None:
    """Its span shows why no byte left."""
    transport = HttpTransport("Procountor", "http://127.0.0.1:9", RateBudget(100), 1.0)
    with polled("acme-fi/sales-invoice/1"), pytest.raises((LeaseExpired, GatewayError)) as caught:
        await transport.send(ONCE, "acme-fi", a_lease(11, 10))
    code = getattr(caught.value, "code", "LeaseExpired")
    assert not isinstance(caught.value, Configuration)
    assert shown(recorded) == [("POST /invoices", None, None, code)]
