"""OAUTHBEARER: a token is asked for once for all clients, and again before it expires (O3)."""

from __future__ import annotations

import asyncio
import gzip
from base64 import b64encode
from collections.abc import Callable

import httpx
import pytest
from aiokafka.errors import AuthenticationFailedError, KafkaConnectionError

from gateway.kafka.tokens import Tokens
from gateway.settings import OAuth

OAUTH = OAuth.model_validate(
    {"token_url": "https://login.example/token", "client_id": "gateway", "client_secret": "hush", "scope": "kafka"}
)


class Endpoint:
    """Numbered tokens that live for 100 s, until it answers otherwise."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.answer: Callable[[], httpx.Response] = lambda: httpx.Response(
            200, json={"access_token": f"token-{len(self.asked)}", "expires_in": 100}
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer()


async def test_O3_a_token_is_shared_and_renewed_in_time() -> None:
    now, endpoint = [0.0], Endpoint()
    tokens = Tokens(OAUTH, lambda: now[0], httpx.MockTransport(endpoint))
    assert await asyncio.gather(*(tokens.token() for _ in range(3))) == ["token-1"] * 3
    now[0] = 79.0
    assert await tokens.token() == "token-1"
    now[0] = 80.0
    assert await tokens.token() == "token-2"
    request = endpoint.asked[0]
    assert request.content == b"grant_type=client_credentials&scope=kafka"
    assert request.headers["authorization"] == f"Basic {b64encode(b'gateway:hush').decode()}"


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (httpx.Response(401, json={"error": "invalid_client"}), AuthenticationFailedError, "invalid_client"),
        (httpx.Response(400, text="token=hush"), AuthenticationFailedError, "HTTP 400"),
        (httpx.Response(503, text="token=hush"), KafkaConnectionError, "gives no token.*503"),
        (httpx.Response(200, text="<html>hush"), KafkaConnectionError, "gives no token.*200"),
        (httpx.Response(302, headers={"location": "https://elsewhere.example"}), KafkaConnectionError, "302"),
        (httpx.Response(200, text="[" * 100_000), KafkaConnectionError, "gives no token"),
        (httpx.Response(200, json={"access_token": 7}), KafkaConnectionError, "gives no token"),
        (httpx.Response(200, json={"access_token": "hush", "expires_in": -1}), KafkaConnectionError, "gives no token"),
        (
            httpx.Response(200, text='{"access_token": "hush", "expires_in": NaN}'),
            KafkaConnectionError,
            "gives no token",
        ),
        (httpx.Response(200, json={"access_token": "hush", "expires_in": 10**400}), KafkaConnectionError, "no token"),
        (httpx.Response(200, content=b"hush" * 300_000), KafkaConnectionError, "doesn't answer"),
    ],
)
async def test_O3_an_endpoint_without_a_token_is_told(
    answer: httpx.Response, error: type[Exception], message: str
) -> None:
    """A redirect isn't followed: the secret stays here. The next connection asks again."""
    endpoint = Endpoint()
    good, endpoint.answer = endpoint.answer, lambda: answer
    tokens = Tokens(OAUTH, carrier=httpx.MockTransport(endpoint))
    with pytest.raises(error, match=message) as told:
        await tokens.token()
    assert "hush" not in str(told.value) and len(endpoint.asked) == 1
    endpoint.answer = good
    assert await tokens.token() == "token-2"


async def test_O3_a_token_is_believed_for_a_day_at_most() -> None:
    """`Infinity` would never be renewed."""
    now, endpoint = [0.0], Endpoint()
    endpoint.answer = lambda: httpx.Response(200, text='{"access_token": "t", "expires_in": Infinity}')
    tokens = Tokens(OAUTH, lambda: now[0], httpx.MockTransport(endpoint))
    await tokens.token()
    now[0] = 86_400.0
    await tokens.token()
    assert len(endpoint.asked) == 2


async def test_O3_a_packed_answer_is_not_unpacked() -> None:
    """A megabyte of gzip may hold a gigabyte; none was asked for."""
    endpoint, packed = Endpoint(), gzip.compress(b'{"access_token": "hush"}')
    endpoint.answer = lambda: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(packed))
    with pytest.raises(KafkaConnectionError, match="gives no token"):
        await Tokens(OAUTH, carrier=httpx.MockTransport(endpoint)).token()
    assert endpoint.asked[0].headers["Accept-Encoding"] == "identity"
