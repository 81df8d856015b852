"""Tokens for OAUTHBEARER, by OAuth's grant of client credentials."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable

import httpx
from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import AuthenticationFailedError, KafkaConnectionError

from gateway.settings import OAuth

#: How soon the token endpoint must answer, in seconds.
ANSWERS = 10.0
#: The part of a token's life after which a new token is asked for.
RENEWED_AFTER = 0.8
#: The life of a token whose answer doesn't tell it, in seconds.
LIFE = 60.0


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
            with httpx.Client(timeout=ANSWERS, transport=self._carrier) as client:
                answer = client.post(oauth.token_url, data=given, auth=login)
        except httpx.HTTPError as error:
            raise KafkaConnectionError(f"{oauth.token_url} doesn't answer ({type(error).__name__})") from None
        if answer.status_code in (400, 401, 403):
            raise AuthenticationFailedError(f"{oauth.token_url} rejects client {oauth.client_id} ({_code(answer)})")
        try:
            found = answer.raise_for_status().json()
            return str(found["access_token"]), float(found.get("expires_in") or LIFE)
        except (httpx.HTTPStatusError, ValueError, KeyError, TypeError):  # its text may hold a token
            raise KafkaConnectionError(f"{oauth.token_url} gives no token (HTTP {answer.status_code})") from None


def _code(answer: httpx.Response) -> str:
    """OAuth's own word for the error, such as invalid_client."""
    try:
        word = str(json.loads(answer.text)["error"])[:40]
    except (ValueError, KeyError, TypeError):
        word = ""
    return word if word.replace("_", "").isalnum() else f"HTTP {answer.status_code}"
