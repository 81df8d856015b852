"""Tokens for OAUTHBEARER, by OAuth's grant of client credentials."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import AuthenticationFailedError, KafkaConnectionError

from gateway.settings import OAuth

#: How soon the token endpoint must answer, in seconds.
ANSWERS = 10.0
#: The part of a token's life after which a new token is asked for.
RENEWED_AFTER = 0.8
#: The life of a token whose answer doesn't tell it, and the longest that is believed, in seconds.
LIFE, LONGEST = 60.0, 86_400.0
#: The most bytes of an answer. It is asked for unpacked, and is never unpacked.
MOST_ANSWER = 1_000_000


class Tokens(AbstractTokenProvider):  # type: ignore[misc]  # aiokafka has no types
    """One token for all clients of the process, whichever event loop they run in."""

    def __init__(
        self,
        oauth: OAuth,
        clock: Callable[[], float] = time.monotonic,
        carrier: httpx.BaseTransport | None = None,
    ) -> None:
        self._oauth, self._clock, self._carrier = oauth, clock, carrier
        self._lock = threading.Lock()
        self._token, self._good_until = "", 0.0

    async def token(self) -> str:
        """A token that has not expired.

        Raises AuthenticationFailedError if the endpoint rejects the client, KafkaConnectionError if it doesn't answer.
        """
        return await asyncio.to_thread(self._current)

    def _current(self) -> str:
        with self._lock:
            if self._clock() >= self._good_until:
                asked = self._clock()
                self._token, life = self._ask()
                self._good_until = asked + RENEWED_AFTER * life
            return self._token

    def _ask(self) -> tuple[str, float]:
        oauth = self._oauth
        given = {"grant_type": "client_credentials", **({"scope": oauth.scope} if oauth.scope else {})}
        login = (oauth.client_id, oauth.client_secret.get_secret_value())
        try:
            with httpx.Client(timeout=ANSWERS, transport=self._carrier, follow_redirects=False) as client:
                status, body = _answer(client, oauth.token_url, given, login)
        except httpx.HTTPError as error:
            raise KafkaConnectionError(f"{oauth.token_url} doesn't answer ({type(error).__name__})") from None
        if status in (400, 401, 403):
            raise AuthenticationFailedError(
                f"{oauth.token_url} rejects client {oauth.client_id} ({_code(status, body)})"
            )
        try:
            return _token(json.loads(body) if status == 200 else {})
        except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError):  # its text may hold a token
            raise KafkaConnectionError(f"{oauth.token_url} gives no token (HTTP {status})") from None


def _answer(client: httpx.Client, url: str, given: Mapping[str, str], login: tuple[str, str]) -> tuple[int, bytes]:
    """Status and body of at most MOST_ANSWER bytes, within ANSWERS seconds. Raises httpx.HTTPError."""
    last = time.monotonic() + ANSWERS
    with client.stream("POST", url, data=given, auth=login, headers={"Accept-Encoding": "identity"}) as answer:
        body = bytearray()
        assert isinstance(answer.stream, httpx.SyncByteStream)
        for piece in answer.stream:
            body += piece
            if len(body) > MOST_ANSWER or time.monotonic() > last:
                raise httpx.ReadError("an answer without an end")
        return answer.status_code, bytes(body)


def _token(tree: Any) -> tuple[str, float]:
    """A token and its life in seconds. Raises ValueError, LookupError, TypeError or ArithmeticError."""
    value, life = tree["access_token"], float(tree.get("expires_in") or LIFE)
    if not isinstance(value, str) or not life > 0:
        raise ValueError("no token, or one that never lived")
    return value, min(life, LONGEST)


def _code(status: int, body: bytes) -> str:
    """OAuth's own word for the error, such as invalid_client."""
    try:
        word = str(json.loads(body)["error"])[:40]
    except (ValueError, LookupError, TypeError, RecursionError):
        word = ""
    return word if word.replace("_", "").isalnum() else f"HTTP {status}"
