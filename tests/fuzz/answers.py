"""Answers of Severa, Procountor and the schema registry: through the real clients, into documents and into events."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx
from aiokafka.errors import KafkaError
from hypothesis import strategies as st
from pydantic import SecretStr

from gateway.delivery.change import Changed, Origin
from gateway.documents import DocumentKey, Revision
from gateway.documents import Sequence as Order
from gateway.documents.hashing import content_hash
from gateway.errors import GatewayError
from gateway.events.codec import Codec
from gateway.events.known_schemas import KnownSchemas
from gateway.events.registry import FileRegistry, source
from gateway.events.registry_client import RegistryRefused
from gateway.flows.purchase_invoices.rules.allocations import allocations
from gateway.flows.registry import FLOWS
from gateway.http import HttpTransport, RateBudget
from gateway.kafka.tokens import Tokens
from gateway.ledger import Lease
from gateway.procountor.client import ProcountorClient
from gateway.rules.receipts import Axis
from gateway.sandbox.world.demo_flows import demo_flows
from gateway.sandbox.world.demo_purchases import FIRST_INVOICE, FIRST_RECEIPT, PROJECTS
from gateway.sandbox.world.demo_registers import add_registers
from gateway.sandbox.world.demo_travel import TRAVEL_BEFORE
from gateway.sandbox.world.demo_world import BEFORE, FIRMS, guid
from gateway.severa.client import SeveraClient
from gateway.severa.fees import SeveraFees
from gateway.severa.travel import SeveraTravel
from gateway.severa.users import SeveraUsers
from tests.fuzz.damage import TOKENS, damaged, odd_json
from tests.fuzz.target import Reader
from tests.simulation.apis import Carrier
from tests.unit.events.fake_registry import PREFIX, FakeRegistry
from tests.unit.kafka.test_tokens import OAUTH

ACME, TODAY, LONG_AGO = FIRMS[0], dt.date(2026, 3, 2), datetime(2020, 1, 1, tzinfo=UTC)
LEASE = Lease("k", 1e12, lambda: 0.0, lambda: None)
CODEC, ORDER = Codec(FileRegistry()), Order(1_795_000_000_000, 7)
FLOW_OF = {flow.document: flow for flow in FLOWS}
#: Headers of answers that the gateway reads.
HEADERS = {
    "Content-Type": ["application/json", "text/html", "", "application/problem+json; charset=utf-16", "\xff"],
    "NextPageToken": ["x", "\x7f", "é" * 5000],
    "Retry-After": ["1", "9" * 400, "-1", "Fri, 31 Feb 2026 25:61:00 GMT", "nan", "\u0661"],
    "Content-Encoding": ["gzip", "br", "gzip, gzip"],
    "Content-Length": ["0", "-1", "9" * 30],
}
STATUSES = [200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 408, 409, 429, 500, 503, 599]


@dataclass(slots=True)
class Apis:
    """Clients of both APIs over one carrier."""

    carrier: httpx.AsyncBaseTransport

    def severa(self, kind: type[Any] = SeveraClient) -> Any:
        transport = HttpTransport("Severa", "http://sandbox/severa", RateBudget(1e6), 600, self.carrier)
        return kind("nordic", "nordic-client", SecretStr("nordic-secret"), transport)

    @property
    def procountor(self) -> ProcountorClient:
        transport = HttpTransport("Procountor", "http://sandbox/procountor", RateBudget(1e6), 600, self.carrier)
        return ProcountorClient(
            "acme-fi", "gateway-client", SecretStr("gateway-secret"), SecretStr("acme-fi-key"), transport
        )


async def _sales(apis: Apis) -> Sequence[Any]:
    severa = apis.severa()
    heads = (await severa.waiting_invoices(await severa.status_ids(BEFORE), None)).heads[:3]
    return [
        replace(one, rows=tuple(await severa.rows(one)), customer=await severa.customer(one.customer.id))
        for one in heads
    ]


async def _travel(apis: Apis) -> Sequence[Any]:
    severa = apis.severa(SeveraTravel)
    heads = (await severa.waiting(await severa.status_ids(TRAVEL_BEFORE), None)).heads[:2]
    return [replace(one, lines=await severa.lines(one.id)) for one in heads]


async def _purchases(apis: Apis) -> Sequence[Any]:
    invoices = await apis.procountor.purchase_invoices([FIRST_INVOICE, FIRST_INVOICE + 1])
    receipts = {
        one.invoice_id: one for one in await apis.procountor.purchase_receipts([FIRST_RECEIPT, FIRST_RECEIPT + 1])
    }
    found = [allocations(one, receipts[one.id], PROJECTS, {}, (), "EUR") for one in invoices if one.id in receipts]
    return [share for shares in found for share in shares]


async def _users(apis: Apis) -> Sequence[Any]:
    users = await apis.severa(SeveraUsers).users(None, TODAY)
    await apis.severa(SeveraUsers).card(guid("acme-fi", "user", 0), TODAY)
    return [one.user for one in users]


async def _severa(apis: Apis) -> None:
    severa, fees = apis.severa(), apis.severa(SeveraFees)
    await asyncio.gather(severa.currencies(), severa.products(), severa.business_units(), severa.sales_accounts())
    await asyncio.gather(severa.customers_changed_since(LONG_AGO), severa.rows_changed_since(LONG_AGO))
    await asyncio.gather(severa.objects(Axis.PROJECT), severa.vat_percents(None), severa.bank_accounts("x"))
    await asyncio.gather(
        severa.files(guid("acme-fi", "invoice", 1001)), fees.projects_with_number(1), fees.fees_changed(LONG_AGO)
    )


async def _procountor(apis: Apis) -> None:
    there = apis.procountor
    await asyncio.gather(there.bank_accounts(), there.vat("FINLAND"), there.dimensions(), there.own_company())
    await asyncio.gather(there.products("SALES"), there.travel_products(), there.chart_of_accounts(), there.persons())
    await asyncio.gather(there.invoice(FIRST_INVOICE), there.receipt(FIRST_RECEIPT), there.attachments(FIRST_INVOICE))
    await asyncio.gather(there.purchases_changed(LONG_AGO), there.find_partners("100"), there.find_invoices("x"))
    await there.exchange_rate("EUR", "SEK", TODAY)


async def _creation(apis: Apis) -> None:
    body = {"type": "SALES", "name": "n", "code": "c", "discount": 0, "price": 1, "active": True, "currency": "EUR"}
    await apis.procountor.create_product(body, LEASE)


READS: dict[str, Callable[[Apis], Coroutine[Any, Any, Any]]] = {
    "sales invoices": _sales,
    "travel reimbursements": _travel,
    "purchase invoices": _purchases,
    "users": _users,
    "registers of Severa": _severa,
    "registers of Procountor": _procountor,
    "a creation": _creation,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was recorded, or damaged."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Recorder(Carrier):
    """Keeps what the sandbox answers."""

    def __init__(self) -> None:
        world = add_registers(demo_flows(), ACME)
        world["limits"] = {**world.get("limits", {}), "severa_per_second": 1000, "procountor_per_second": 1000}
        super().__init__(world, seed=1)
        self.answers: dict[str, Answer] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Each answer once, by what was asked for."""
        answer = await super().handle_async_request(request)
        headers = tuple((name, value) for name, value in answer.headers.items() if name != "content-length")
        self.answers.setdefault(_asked(request), Answer(answer.status_code, headers, answer.content))
        return answer

    async def _way(self) -> None:
        """None: nothing here takes time."""


class Player(httpx.AsyncBaseTransport):
    """Answers as recorded, but for one damaged answer."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """What was never asked for doesn't exist."""
        answer = self.answers.get(_asked(request), Answer(404, (), b""))
        headers = [(name.encode(), value.encode()) for name, value in answer.headers]
        return httpx.Response(answer.status, headers=headers, stream=httpx.ByteStream(answer.body), request=request)


def _asked(request: httpx.Request) -> str:
    return f"{request.method} {request.url.raw_path.decode()}"


def readers() -> list[Reader]:
    """One per read, one for the registry's answers, one for a token endpoint's."""
    return [*(_reader(name, read) for name, read in READS.items()), *_others()]


def _reader(name: str, read: Callable[[Apis], Coroutine[Any, Any, Any]]) -> Reader:
    @cache
    def recorded() -> dict[str, Answer]:
        recorder = Recorder()
        asyncio.run(read(Apis(recorder)))
        return recorder.answers

    def played(damage: tuple[str, Answer]) -> None:
        asked, answer = damage
        player = Player({**recorded(), asked: answer})
        for document in asyncio.run(read(Apis(player))) or ():
            _event(document)

    return Reader(f"answers: {name}", st.deferred(lambda: _damages(recorded())), played, (GatewayError,))


def _event(document: Any) -> None:
    """Every document that is read can be published."""
    flow = FLOW_OF[type(document)]
    key = DocumentKey("acme-fi", flow.kind, document.id)
    CODEC.encode(flow.schema, Changed("nordic", key, Revision(1, ORDER, content_hash(document)), Origin.POLL, document))


@st.composite
def _damages(draw: st.DrawFn, answers: dict[str, Answer]) -> tuple[str, Answer]:
    """Mostly odd values; now and then damaged bytes, another status, or an odd header."""
    asked = draw(st.sampled_from(sorted(answers)))
    answer = answers[asked]
    body = draw(_bodies(answer.body))
    headers, status = answer.headers, answer.status
    if draw(st.integers(0, 5)) == 0:
        status = draw(st.sampled_from(STATUSES))
        name = draw(st.sampled_from(sorted(HEADERS)))
        headers = (*(one for one in headers if one[0] != name.lower()), (name, draw(st.sampled_from(HEADERS[name]))))
    return asked, Answer(status, headers, body)


def _bodies(body: bytes) -> st.SearchStrategy[bytes]:
    try:
        tree = json.loads(body)
    except ValueError:
        return damaged([body])
    return st.one_of(odd_json([tree]), odd_json([tree]), odd_json([tree]), damaged([body[:20_000]]))


def _others() -> list[Reader]:
    schemas = [
        {"schema": json.dumps(source("outcome"))},
        {"id": 1},
        [1, 2],
        {"version": 1, "id": 1, "schema": '{"type": "int"}'},
    ]
    nested = [{"schema": text} for text in (*TOKENS, "[" * 100_000, '{"type":' * 900)]

    def registry(body: bytes) -> None:
        async def read() -> None:
            fake = FakeRegistry()
            fake.down = lambda request: httpx.Response(200, content=body)
            client = fake.client()
            found = await client.schema(7)
            KnownSchemas(client, PREFIX)._keep(7, None, found)
            for name in ("sales", "t"):
                await client.versions(name)
                await client.look_up(name, {"type": "int"})

        asyncio.run(read())

    def token(body: bytes) -> None:
        carrier = httpx.MockTransport(lambda request: httpx.Response(200, content=body))
        tokens = Tokens(OAUTH, lambda: 0.0, carrier)
        asyncio.run(tokens.token())
        assert 0 < tokens._good_until <= 86_400

    family = (GatewayError, RegistryRefused)
    return [
        Reader(
            "answers: schema registry",
            odd_json([*schemas, *nested]) | damaged([json.dumps(schemas[0]).encode()]),
            registry,
            family,
        ),
        Reader("answers: token endpoint", odd_json([{"access_token": "t", "expires_in": 3600}]), token, (KafkaError,)),
    ]
