"""Logins: one for all who wait, and what a refused one means (decision 14; docs/api-facts.md 19)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr

from gateway.errors import Configuration, GatewayError, Transient, transient
from gateway.http import Login, Outage, Response, Token
from gateway.procountor.client import ProcountorClient
from gateway.severa.client import SeveraClient
from tests.unit.told import JSON, a_page


class OneAnswer:
    """A transport that gives the same answer to every call."""

    def __init__(self, answer: Response) -> None:
        self.answer, self.outage = answer, Outage()

    async def send(self, request: Any, company: str, lease: Any = None) -> Response:
        return self.answer


def the_clients(answer: Response) -> tuple[SeveraClient, ProcountorClient]:
    transport: Any = OneAnswer(answer)
    secret = SecretStr("s")
    return SeveraClient("nordic", "id", secret, transport), ProcountorClient("acme", "id", secret, secret, transport)


async def failure(client: SeveraClient | ProcountorClient) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await client.log_in()
    return caught.value


REFUSED = (
    b'{"error":"invalid_client"}',
    b'{"error":{"type":"AuthenticationRequired"}}',
    b'{"errors":[{"message":"key"}]}',
)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
@pytest.mark.parametrize("body", REFUSED)
async def test_S1_a_refused_login_holds_the_company(status: int, body: bytes) -> None:
    """A key that is refused, or a path of another version (404); none of it is one document's matter."""
    for client in the_clients(Response(status, JSON, body)):
        error = await failure(client)
        assert isinstance(error, Configuration)
        assert error.code == "LOGIN_REFUSED"


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 410])
async def test_S1_a_page_that_stands_before_the_login_refuses_no_key(status: int) -> None:
    """The operator would change a key that is right."""
    for client in the_clients(a_page(status)):
        assert (await failure(client)).code == "ANSWER_FOREIGN"
        assert not client.outage.has_answered


@pytest.mark.parametrize(("status", "code"), [(408, "API_FAILED"), (429, "API_BUSY"), (503, "API_FAILED")])
async def test_S1_a_login_that_was_not_judged_comes_again(status: int, code: str) -> None:
    for client in the_clients(Response(status, {}, b"")):
        error = await failure(client)
        assert isinstance(error, Transient)
        assert error.code == code


@pytest.mark.parametrize("status", [200, 302, 400, 404, 500])
@pytest.mark.parametrize("body", [b"api_key TOP-SECRET-KEY is revoked", b'{"error":"TOP-SECRET-KEY is revoked"}'])
async def test_S1_what_the_answer_to_a_login_says_is_not_told(status: int, body: bytes) -> None:
    """It may repeat the key that was sent."""
    for client in the_clients(Response(status, JSON, body)):
        error = await failure(client)
        assert "TOP-SECRET-KEY" not in f"{error} {error.message} {error.detail} {error.cause}"
        assert error.__cause__ is None


class Asked:
    """Logins that fail while `works` is False; each takes a moment."""

    def __init__(self) -> None:
        self.count, self.works = 0, False

    async def __call__(self) -> Token:
        self.count += 1
        await asyncio.sleep(0)
        if not self.works:
            raise transient("API_UNREACHABLE", api="Severa")
        return Token("t", 3600)


async def test_Q4_who_waits_for_a_login_that_fails_does_not_ask_again() -> None:
    """Fifty documents that wait would each spend a call, one after the other."""
    asked = Asked()
    login = Login(asked)
    ends = await asyncio.gather(*(login.token() for _ in range(50)), return_exceptions=True)
    assert all(isinstance(one, Transient) for one in ends)
    assert asked.count == 1
    with pytest.raises(Transient):
        await login.token()  # comes later, so it asks
    assert asked.count == 2
    asked.works = True
    assert await asyncio.gather(*(login.token() for _ in range(50))) == ["t"] * 50
    assert asked.count == 3
