"""A schema registry in memory, behind the real client: what Confluent's API answers, as Apicurio was seen to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
from pydantic import SecretStr

from gateway.events.compatibility import incompatible
from gateway.events.known_schemas import KnownSchemas
from gateway.events.registry_client import FULL_TRANSITIVE, RegistryClient
from gateway.settings.kafka import SchemaRegistry

PREFIX = "p"
SETTINGS = SchemaRegistry(url="http://localhost:8081/apis/ccompat/v7", username="gateway", password=SecretStr("secret"))


class FakeRegistry:
    """Its calls are kept; `down` answers instead of it while it is set."""

    def __init__(self) -> None:
        self.schemas: list[Any] = []
        self.subjects: dict[str, list[int]] = {}
        self.levels: dict[str, str] = {}
        self.calls: list[str] = []
        self.down: Callable[[httpx.Request], httpx.Response] | None = None

    def client(self) -> RegistryClient:
        return RegistryClient(SETTINGS, httpx.MockTransport(self._answer))

    def known(self, pause: Any = None) -> KnownSchemas:
        return KnownSchemas(self.client(), PREFIX, pause or self._no_pause)

    async def _no_pause(self, seconds: float) -> None:
        raise AssertionError(f"waits for {seconds} s: {self.calls[-1]}")

    def add(self, subject: str, schema: Any) -> int:
        if schema not in self.schemas:
            self.schemas.append(schema)
        number = self.schemas.index(schema) + 1
        if number not in self.subjects.setdefault(subject, []):
            self.subjects[subject].append(number)
        return number

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/apis/ccompat/v7/")
        self.calls.append(f"{request.method} {path}")
        if self.down is not None:
            return self.down(request)
        given = json.loads(request.content) if request.content else {}
        status, tree = self._said(request.method, path.split("/"), given)
        return httpx.Response(status, json=tree)

    def _said(self, method: str, path: list[str], given: dict[str, Any]) -> tuple[int, Any]:
        schema = json.loads(given["schema"]) if "schema" in given else None
        match method, path:
            case "GET", ["schemas", "ids", number] if 0 < int(number) <= len(self.schemas):
                return 200, {"schema": json.dumps(self.schemas[int(number) - 1])}
            case "GET", ["config", subject] if subject in self.levels:
                return 200, {"compatibilityLevel": self.levels[subject]}
            case "PUT", ["config", subject]:
                self.levels[subject] = given["compatibility"]
                return 200, given
            case "POST", ["subjects", subject, "versions"]:
                if self.levels.get(subject) == FULL_TRANSITIVE and not self._fits(subject, schema):
                    return 409, {"error_code": 409, "message": "Incompatible artifact"}
                return 200, {"id": self.add(subject, schema)}
            case "POST", ["compatibility", "subjects", subject, "versions"]:
                return 200, {"is_compatible": self._fits(subject, schema)}
            case "POST", ["subjects", subject] if self._id(schema) in self.subjects.get(subject, []):
                return 200, {"id": self._id(schema)}
            case "GET", ["subjects", subject, "versions"] if subject in self.subjects:
                return 200, list(range(1, len(self.subjects[subject]) + 1))
            case "GET", ["subjects", subject, "versions", number]:
                own = self.subjects[subject][int(number) - 1]
                return 200, {"version": int(number), "id": own, "schema": json.dumps(self.schemas[own - 1])}
        return 404, {"error_code": 40401, "message": "not found"}

    def _id(self, schema: Any) -> int:
        return self.schemas.index(schema) + 1 if schema in self.schemas else 0

    def _fits(self, subject: str, schema: Any) -> bool:
        return not any(incompatible(schema, self.schemas[own - 1]) for own in self.subjects.get(subject, []))
