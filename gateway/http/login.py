"""Access tokens: requested when first needed, renewed before they expire, shared by all callers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

#: How long before its expiry a token is renewed, in seconds.
EARLY = 60.0


class Secret(Protocol):
    """A secret, asked for each time that it is sent: a SecretStr, or one that is rotated while a worker runs."""

    def get_secret_value(self) -> str:
        """The secret itself."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token."""

    value: str = field(repr=False)
    #: Its lifetime, in seconds.
    lives: float


class Login:
    """Keeps one token; `ask` requests a new one."""

    def __init__(self, ask: Callable[[], Awaitable[Token]], clock: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._clock = ask, clock
        self._value, self._until = "", 0.0
        self._lock = asyncio.Lock()
        self._failure: Exception | None = None

    async def token(self) -> str:
        """A valid token. Callers who waited for a failed request get the same failure."""
        known = self._failure
        async with self._lock:
            if self._clock() >= self._until:
                if self._failure is not None and self._failure is not known:
                    raise self._failure
                try:
                    token = await self._ask()
                except Exception as error:
                    self._failure = error
                    raise
                self._value = token.value
                self._until = self._clock() + max(token.lives - EARLY, token.lives / 2)
            return self._value

    def refused(self, token: str) -> None:
        """The API rejected this token: the next call requests a new one."""
        if token == self._value:
            self._until = 0.0
