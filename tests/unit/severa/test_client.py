"""What the client of Severa keeps, and for how long."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from gateway.errors import Configuration, Transient
from gateway.http import Outage, Response
from gateway.severa.client import SeveraClient
from tests.unit.told import TOKEN, told


class Severa:
    """A transport: a token, one project and the statuses as they are now; `status` of every answer but the login's."""

    def __init__(self) -> None:
        self.unit: str | None = "u1"
        self.statuses = {"Ready": "1", "Done": "2"}
        self.status, self.now, self.read = 200, 100.0, 0
        self.outage = Outage()
        transport: Any = self
        self.client = SeveraClient("nordic", "id", SecretStr("s"), transport, 600.0, lambda: self.now)

    async def send(self, request: Any, company: str, lease: Any = None) -> Response:
        if request.path == "/v1/token":
            return told(TOKEN)
        if request.operation == "list statuses":
            is_first = dict(request.query)["firstRow"] == "0"
            self.read += is_first
            return told([{"guid": guid, "name": name} for name, guid in self.statuses.items() if is_first])
        self.read += 1
        unit = {"guid": self.unit} if self.unit else None
        return told({"guid": "p", "businessUnit": unit}, self.status)


async def test_decision_13_a_project_without_a_unit_is_asked_for_again() -> None:
    severa = Severa()
    severa.unit = None
    assert await severa.client.unit_of_project("p") is None
    severa.unit = "u1"  # a user fills it in
    severa.now += 61
    assert await severa.client.unit_of_project("p") == "u1"


async def test_Q4_project_without_a_unit_is_read_once() -> None:
    """A page lists a hundred of them, every few seconds."""
    severa = Severa()
    severa.unit = None
    assert [await severa.client.unit_of_project("p") for _ in range(100)] == [None] * 100
    assert severa.read == 1


async def test_decision_13_moved_project_has_its_new_unit_later() -> None:
    severa = Severa()
    assert await severa.client.unit_of_project("p") == "u1"
    severa.unit = "u2"
    severa.now += 599
    assert await severa.client.on_behalf("acme").unit_of_project("p") == "u1"
    assert severa.read == 1
    severa.now += 2
    assert await severa.client.unit_of_project("p") == "u2"
    assert severa.read == 2


async def test_decision_19_answer_from_elsewhere_refuses_nothing() -> None:
    """A redirect is a proxy's or a maintenance page's, and goes by."""
    severa = Severa()
    severa.status = 302
    with pytest.raises(Transient):
        await severa.client.unit_of_project("p")


async def test_S13_statuses_are_read_again_and_both_at_once() -> None:
    """One that was deleted and added again under its name has another guid, and two may swap their names."""
    severa = Severa()
    client, other = severa.client, severa.client.on_behalf("acme")
    assert await client.status_ids("Ready", "Done") == await other.status_ids("Ready", "Done") == ("1", "2")
    assert severa.read == 1
    severa.statuses = {"Ready": "2", "Done": "1"}
    severa.now += 599.0
    assert await other.status_ids("Ready", "Done") == ("1", "2")
    severa.now += 1.0
    assert await client.status_ids("Ready", "Done") == ("2", "1")
    del severa.statuses["Ready"]
    severa.now += 600.0
    with pytest.raises(Configuration):
        await client.status_ids("Ready", "Done")
    severa.statuses["Ready"] = "3"
    assert await other.status_ids("Ready", "Done") == ("3", "1")  # what is missing is asked for each time


@pytest.mark.parametrize(("said", "named"), [("projects:read", "projects:read"), ("no", "unknown ones")])
async def test_S2_a_call_without_its_scope_is_told_as_a_missing_scope(said: str, named: str) -> None:
    """A token may be given for fewer scopes than were asked for."""
    severa = Severa()
    refusal = told({"error": {"type": "InsufficientApiScope", "details": [{"message": said}]}}, 403)

    async def send(request: Any, *_: Any, **__: Any) -> Response:
        return told(TOKEN) if request.path == "/v1/token" else refusal

    severa.send = send  # type: ignore[method-assign]
    with pytest.raises(Configuration) as raised:
        await severa.client.unit_of_project("p")
    assert (raised.value.code, raised.value.facts["named"]) == ("SCOPES_MISSING", named)
