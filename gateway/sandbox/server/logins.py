"""Tokens of both APIs, and their owners."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from gateway.sandbox.server.call import Json, Refusal
from gateway.sandbox.world.file import stamp

ALL_SCOPES = (
    "invoices:read invoices:write files:read projects:read settings:read settings:write customers:read users:read "
    "travels:read travels:write fees:read fees:write fees:delete hours:read organization:read"
)
#: How much longer a refresh token lives than its access token.
REFRESH_FACTOR = 24


@dataclass(frozen=True, slots=True)
class Login:
    """The caller: an organisation or a company, and the rate limit that it uses."""

    owner: str
    client: str
    scopes: frozenset[str]
    until: float


@dataclass(slots=True)
class Logins:
    """Issues tokens for the world's credentials."""

    credentials: Json
    seconds: float
    _tokens: dict[str, Login] = field(default_factory=dict)
    _refresh: dict[str, Login] = field(default_factory=dict)
    _count: Any = field(default_factory=itertools.count)

    def severa(self, body: Any) -> tuple[str, Json]:
        """POST /v1/token: names in any case, others ignored. Returns the organisation and the answer."""
        given = {name.lower(): value for name, value in body.items()} if isinstance(body, dict) else {}
        for organisation, one in self.credentials["severa"].items():
            if (one["client_id"], one["client_secret"]) == (given.get("client_id"), given.get("client_secret")):
                granted = frozenset(one.get("scopes", ALL_SCOPES.split()))
                asked = frozenset((given.get("scope") or " ".join(granted)).replace(",", " ").split())
                if not asked <= granted:
                    raise Refusal(401, f"InsufficientApiScope: {', '.join(sorted(asked - granted))}")
                return organisation, self._severa(Login(organisation, one["client_id"], asked, 0))
        raise Refusal(401, "AuthenticationRequired: unknown client")

    def refreshed(self, body: Any) -> tuple[str, Json]:
        """POST /v1/refreshtoken, a bare string. A refresh token works once."""
        login = self._refresh.pop(body, None) if isinstance(body, str) else None
        if login is None or login.until < time.time():
            raise Refusal(401, "AuthenticationRequired: the refresh token is unknown or has ended")
        return login.owner, self._severa(login)

    def procountor(self, content: bytes) -> tuple[str, Json]:
        """POST /oauth/token, a form. Returns the company and the answer."""
        form, client = dict(parse_qsl(content.decode("utf-8", "replace"))), self.credentials["procountor"]
        known = (form.get("client_id"), form.get("client_secret")) == (client["client_id"], client["client_secret"])
        company = next((name for name, key in client["keys"].items() if key == form.get("api_key")), None)
        if form.get("grant_type") != "client_credentials" or not known or company is None:
            raise Refusal(401, "invalid_client")
        token = self._give(self._tokens, "", Login(company, client["client_id"], frozenset(), self._ends(1)))
        return company, {"access_token": token, "expires_in": int(self.seconds)}

    def who(self, authorization: str) -> Login:
        """The login of a token. Raises Refusal 401."""
        login = self._tokens.get(authorization.removeprefix("Bearer "))
        if login is None or login.until < time.time():
            raise Refusal(401, "AuthenticationRequired: the token is unknown or has ended")
        return login

    def forget(self) -> None:
        """Invalidate every token: clients must log in again."""
        self._tokens.clear()
        self._refresh.clear()

    def _severa(self, login: Login) -> Json:
        ends, later = self._ends(1), self._ends(REFRESH_FACTOR)
        return {
            "access_token": self._give(self._tokens, "", Login(login.owner, login.client, login.scopes, ends)),
            "access_token_type": "Bearer",
            "access_token_expires_in": int(self.seconds),
            "access_token_expires_utc": stamp("severa", datetime.fromtimestamp(ends, UTC)),
            "refresh_token": self._give(self._refresh, "r", Login(login.owner, login.client, login.scopes, later)),
            "refresh_token_expires_in": int(self.seconds * REFRESH_FACTOR),
            "refresh_token_expires_utc": stamp("severa", datetime.fromtimestamp(later, UTC)),
            "scope": " ".join(sorted(login.scopes)),
        }

    def _ends(self, factor: int) -> float:
        return time.time() + self.seconds * factor

    def _give(self, kept: dict[str, Login], prefix: str, login: Login) -> str:
        token = f"{prefix}token-{next(self._count)}-{login.owner}"
        kept[token] = login
        return token
