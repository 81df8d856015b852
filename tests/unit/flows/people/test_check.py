"""What `gateway check` says of people (S2, S12, R3)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.check.both_systems import BothSystems, ReadOnce
from gateway.check.findings import Finding
from gateway.flows.people.check import LOOKS
from gateway.sandbox.world.demo_travel import person, personal_id, user
from gateway.sandbox.world.file import stamp
from gateway.settings import PeopleSettings
from tests.unit.flows.people.one_user import FIRM, OneUser


async def seen(one: OneUser) -> list[Finding]:
    """The lines of the report."""
    organisation: Any = SimpleNamespace(companies=[one.company])
    two = BothSystems(organisation, one.company, one.severa, one.procountor, dt.date(2026, 3, 2), ReadOnce())
    return [line for look in LOOKS for line in await look.see(two)]


async def test_S2_people_that_are_set_up_fit(tmp_path: Path) -> None:
    one = OneUser(tmp_path, there={})
    assert [(line.thing, line.state.value) for line in await seen(one)] == [("users", "ok"), ("persons", "ok")]
    one.company = one.company.model_copy(update={"people": PeopleSettings(enabled=False)})
    assert await seen(one) == []


async def test_S2_numbers_of_people_are_looked_at(tmp_path: Path) -> None:
    """Wrong ones and shared ones are named by user and id, never shown."""
    one = OneUser(tmp_path, there={})
    numbers = {1: "010190-900Q", 2: "", 3: personal_id(FIRM, 3)}
    now = dict.fromkeys(("createdDateTime", "lastUpdatedDateTime"), stamp("severa"))
    one.users += [user(FIRM, n, socialSecurityNumber=number, **now) for n, number in numbers.items()]
    one.users += [user(FIRM, 4, isActive=False, socialSecurityNumber="", **now)]
    one.persons.append(person(FIRM, one.card, 701, version=stamp("procountor")))
    found = await seen(one)
    assert [(line.thing, line.state.value) for line in found] == [
        ("users", "ok"),
        ("wrong numbers", "different"),
        ("without number", "note"),
        ("persons", "different"),
    ]
    assert found[0].message.startswith("2 active users") and "Matkaaja 1" in found[1].message
    assert "700, 701" in found[3].message
    assert not any(number and number in repr(found) for number in (*numbers.values(), personal_id(FIRM, 0)))


@pytest.mark.parametrize("scopes", [["invoices:read"]])
async def test_S2_a_missing_scope_of_people_is_named(tmp_path: Path, scopes: list[str]) -> None:
    one = OneUser(tmp_path)
    one.apis.world["credentials"]["severa"][FIRM.organisation]["scopes"] = scopes
    (line,) = await seen(one)
    assert (line.state.value, line.step and line.step.who) == ("missing", "finance")
    assert line.step is not None and "users:read" in line.step.what
