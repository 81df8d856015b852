"""The client of a schema registry: what is an answer, what is none, and what leaves (O1)."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from functools import partial

import httpx
import pytest

from gateway.errors import Transient
from gateway.events import registry_client
from gateway.events.registry_client import RegistryClient, RegistryRefused
from gateway.settings.kafka import SchemaRegistry
from tests.unit.events.fake_registry import SETTINGS, FakeRegistry

SCHEMA = {"type": "record", "name": "R", "fields": [{"name": "ä", "type": "string"}]}


def answering(answer: httpx.Response | Exception) -> RegistryClient:
    def answered(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return RegistryClient(SETTINGS, httpx.MockTransport(answered))


async def test_O1_a_registered_schema_comes_back() -> None:
    """By subject, by version and by id; what isn't there is None."""
    registry = FakeRegistry()
    client = registry.client()
    assert await client.look_up("t-value", SCHEMA) is None
    assert await client.schema(1) is None
    assert await client.versions("t-value") == []
    assert await client.register("t-value", SCHEMA) == await client.look_up("t-value", SCHEMA) == 1
    assert await client.schema(1) == SCHEMA
    assert [(one.number, one.id, one.schema) for one in await client.versions("t-value")] == [(1, 1, SCHEMA)]


async def test_O1_the_user_logs_in_with_basic_auth() -> None:
    seen: list[httpx.Request] = []

    def answered(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": 1})

    await RegistryClient(SETTINGS, httpx.MockTransport(answered)).look_up("a/b", SCHEMA)
    assert seen[0].headers["Authorization"] == "Basic Z2F0ZXdheTpzZWNyZXQ="
    assert seen[0].url.raw_path == b"/apis/ccompat/v7/subjects/a%2Fb"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("refused"),
        httpx.Response(503, text="away"),
        httpx.Response(429, json={"error_code": 42901, "message": "slow down"}),
        httpx.Response(404, text="<html>no such page</html>"),
        httpx.Response(404, json={"detail": "no route"}),
        httpx.Response(200, text="<html>log in</html>"),
        httpx.Response(200, json={"schema": "not json"}),
        httpx.Response(200, json={"schema": "[]"}),
        httpx.Response(302, headers={"Location": "https://elsewhere.example/schemas/ids/1"}),
    ],
)
async def test_O1_what_is_no_answer_proves_nothing(answer: httpx.Response | Exception) -> None:
    """An id that is unknown to a proxy is not unknown to the registry (ADR 17)."""
    with pytest.raises(Transient):
        await answering(answer).schema(1)


async def test_O1_a_redirect_is_not_followed() -> None:
    registry = FakeRegistry()
    registry.down = lambda request: httpx.Response(307, headers={"Location": "http://localhost:9/"})
    with pytest.raises(Transient):
        await registry.client().schema(1)
    assert len(registry.calls) == 1


async def test_O1_an_answer_has_a_limit_also_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small compressed answer may unpack to any size."""
    monkeypatch.setattr(registry_client, "MOST_ANSWER", 1000)
    packed = gzip.compress(b'{"schema": "{}", "more": "' + b"x" * 5000 + b'"}')
    assert len(packed) < 1000
    with pytest.raises(Transient, match="more than 1000"):
        await answering(httpx.Response(200, content=packed, headers={"Content-Encoding": "gzip"})).schema(1)


@pytest.mark.parametrize("layers", [1, 2])
async def test_O1_a_bomb_of_gzip_fills_no_memory(layers: int) -> None:
    """Each piece of the answer is counted while it is unpacked; gzip within gzip is no answer."""
    body = b"0" * 60_000_000
    for _ in range(layers):
        body = gzip.compress(body, 1)
    packing = {"Content-Encoding": ", ".join(["gzip"] * layers)}
    client = answering(httpx.Response(200, headers=packing, stream=httpx.ByteStream(body)))
    tracemalloc.start()
    try:
        with pytest.raises(Transient):
            await client.schema(1)
        assert tracemalloc.get_traced_memory()[1] < 4 * registry_client.MOST_ANSWER
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_S1_no_redirect_gets_the_registrys_password(status: int) -> None:
    asked: list[str] = []

    def answered(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, headers={"Location": "https://elsewhere.example/schemas/ids/1"})

    with pytest.raises(Transient):
        await RegistryClient(SETTINGS, httpx.MockTransport(answered)).schema(1)
    assert asked == ["localhost"]


@pytest.mark.parametrize(
    "text",
    [
        '{"schema": "' + "[" * 100_000 + '"}',
        '{"id": 1e999}',
        '{"id": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"id": [1]}',
    ],
    ids=["a deep schema", "an endless id", "a long id", "a deep answer", "a list as id"],
)
async def test_O1_an_odd_answer_is_not_the_registrys(text: str) -> None:
    """Found by fuzzing: each would have ended the worker's start with a traceback. Its text is in no log."""
    client = answering(httpx.Response(200, text=text))
    for ask in (partial(client.schema, 1), partial(client.look_up, "t", SCHEMA)):
        with pytest.raises(Transient) as caught:
            await ask()
        assert "[[[" not in caught.value.detail and "999" not in caught.value.detail


async def test_O1_a_call_has_a_deadline() -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    settings = SETTINGS.model_copy(update={"timeout": 0.01})
    with pytest.raises(Transient, match=r"no answer within 0\.01 s"):
        await RegistryClient(settings, httpx.MockTransport(never)).schema(1)


@pytest.mark.parametrize("status", [401, 403, 409, 422])
async def test_O1_a_refusal_says_what_to_do(status: int) -> None:
    answer = httpx.Response(status, json={"error_code": status, "message": "why it is so"})
    with pytest.raises(RegistryRefused, match="why it is so") as caught:
        await answering(answer).register("t-value", SCHEMA)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"url": "http://registry.example"}, "plain_http"),
        ({"url": "registry.example"}, "not an address"),
        ({"url": "https://user:secret@registry.example"}, "credentials"),
        ({"url": "https://registry.example", "password": "secret"}, "username"),
        ({"url": "https://registry.example", "file": True}, "either"),
        ({}, "either"),
    ],
)
def test_O1_wrong_registry_settings_are_refused(given: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        SchemaRegistry.model_validate(given)


@pytest.mark.parametrize("url", ["https://registry.example", "http://127.0.0.1:8081", "http://[::1]:8081"])
def test_O1_tls_or_this_machine_needs_no_permission(url: str) -> None:
    assert SchemaRegistry(url=url)
    assert SchemaRegistry(url="http://registry.example", plain_http=True)
