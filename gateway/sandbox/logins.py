"""Tokens of both APIs, and who a token belongs to."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from gateway.sandbox.call import Json, Refusal
from gateway.sandbox.world import stamp

ALL_SCOPES = (
    "invoices:read invoices:write files:read projects:read settings:read settings:write customers:read users:read "
    "travels:read travels:write fees:read fees:write hours:read organization:read"
)


@dataclass(frozen=True, slots=True)
class Login:
    """Who calls: an organisation or a company, and whose rate limit it uses."""

    owner: str
    client: str
    scopes: frozenset[str]
    until: float


@dataclass(slots=True)
class Logins:
    """Gives tokens for the world's credentials."""

    credentials: Json
    seconds: float
    _tokens: dict[str, Login] = field(default_factory=dict)
    _count: Any = field(default_factory=itertools.count)

    def severa(self, body: Any) -> tuple[str, Json]:
        """POST /v1/token. Returns the organisation and the answer."""
        for organisation, one in self.credentials["severa"].items():
            if (one["client_id"], one["client_secret"]) == (body.get("client_id"), body.get("client_secret")):
                granted = frozenset(one.get("scopes", ALL_SCOPES.split()))
                asked = frozenset((body.get("scope") or " ".join(granted)).replace(",", " ").split())
                if not asked <= granted:
                    raise Refusal(401, f"InsufficientApiScope: {', '.join(sorted(asked - granted))}")
                token = self._give(Login(organisation, one["client_id"], asked, time.time() + self.seconds))
                return organisation, {
                    "access_token": token,
                    "scope": " ".join(sorted(asked)),
                    "refresh_token": "r" + token,
                    "access_token_type": "Bearer",
                    "access_token_expires_in": int(self.seconds),
                    "access_token_expires_utc": stamp("severa"),
                }
        raise Refusal(401, "AuthenticationRequired: unknown client")

    def procountor(self, content: bytes) -> tuple[str, Json]:
        """POST /oauth/token, a form. Returns the company and the answer."""
        form, client = dict(parse_qsl(content.decode())), self.credentials["procountor"]
        known = (form.get("client_id"), form.get("client_secret")) == (client["client_id"], client["client_secret"])
        company = next((name for name, key in client["keys"].items() if key == form.get("api_key")), None)
        if form.get("grant_type") != "client_credentials" or not known or company is None:
            raise Refusal(401, "invalid_client")
        token = self._give(Login(company, client["client_id"], frozenset(), time.time() + self.seconds))
        return company, {"access_token": token, "expires_in": int(self.seconds)}

    def who(self, authorization: str) -> Login:
        """The login of a token. Raises Refusal 401."""
        login = self._tokens.get(authorization.removeprefix("Bearer "))
        if login is None or login.until < time.time():
            raise Refusal(401, "AuthenticationRequired: the token is unknown or has ended")
        return login

    def forget(self) -> None:
        """End every token: clients must log in again."""
        self._tokens.clear()

    def _give(self, login: Login) -> str:
        token = f"token-{next(self._count)}-{login.owner}"
        self._tokens[token] = login
        return token
