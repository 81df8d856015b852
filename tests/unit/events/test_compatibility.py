"""FULL_TRANSITIVE, from version 1 on (O1): each version of schemas/ids.json reads each other one."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_reader, schemaless_writer

from gateway.events.compatibility import incompatible, unreadable
from gateway.events.registration import apply, plan
from gateway.events.registry import ids, read, source
from gateway.events.registry_client import FULL_TRANSITIVE, RegistryRefused
from gateway.events.subjects import subjects
from gateway.events.topics import Kind
from tests.unit.events.fake_registry import PREFIX, FakeRegistry

Change = Callable[[Any], object]
ALLOWED: dict[str, Change] = {
    "a text is explained in other words": lambda one: one.update(doc="other words"),
    "a field with a default is new": lambda one: one["fields"].append({"name": "new", "type": "string", "default": ""}),
    "a field with a default is gone": lambda one: one["fields"].pop(_place(one, "status_before")),
    "fields are in another order": lambda one: one["fields"].reverse(),
}
REFUSED: dict[str, Change] = {
    "a field without a default is new": lambda one: one["fields"].append({"name": "new", "type": "string"}),
    "a field without a default is gone": lambda one: one["fields"].pop(_place(one, "state")),
    "a field is renamed": lambda one: _field(one, "state").update(name="status"),
    "a number is wider": lambda one: _field(one, "attempt").update(type="long"),
    "a text becomes a number": lambda one: _field(one, "state").update(type="int"),
    "a field may be null": lambda one: _field(one, "state").update(type=["null", "string"]),
    "a time is finer": lambda one: _field(one, "at")["type"].update(logicalType="timestamp-nanos"),
    "deep inside, a field is new": lambda one: _field(one, "key")["type"]["fields"].append(
        {"name": "new", "type": "int"}
    ),
    "in a union's branch, a field is gone": lambda one: _field(one, "target")["type"][1]["fields"].pop(0),
    "in a list, a type is renamed": lambda one: _field(one, "truncations")["type"]["items"].update(name="Cut"),
}


def _place(schema: Any, name: str) -> int:
    return next(n for n, field in enumerate(schema["fields"]) if field["name"] == name)


def _field(schema: Any, name: str) -> Any:
    return schema["fields"][_place(schema, name)]


def changed(change: Change) -> Any:
    schema = copy.deepcopy(source("outcome"))
    change(schema)
    return schema


@pytest.mark.parametrize("name", ids())
def test_O1_all_versions_of_the_files_are_full_transitive(name: str) -> None:
    versions = [read(version["file"]) for version in ids()[name]]
    assert all(incompatible(one, one) == [] for one in versions)
    assert {why for one, other in combinations(versions, 2) for why in incompatible(one, other)} == set()


@pytest.mark.parametrize("change", ALLOWED)
def test_O1_a_compatible_change_is_allowed(change: str) -> None:
    assert incompatible(changed(ALLOWED[change]), source("outcome")) == []


@pytest.mark.parametrize("change", REFUSED)
def test_O1_an_incompatible_change_is_refused(change: str) -> None:
    assert incompatible(changed(REFUSED[change]), source("outcome")) != []


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("int", "long"),
        ("long", "int"),
        ("string", ["null", "string"]),
        (["null", "string"], "string"),
        ({"type": "array", "items": "int"}, {"type": "array", "items": "string"}),
        ({"type": "map", "values": "int"}, {"type": "map", "values": "double"}),
        ({"type": "enum", "name": "E", "symbols": ["A", "B"]}, {"type": "enum", "name": "E", "symbols": ["A"]}),
        ({"type": "enum", "name": "E", "symbols": ["A"]}, {"type": "enum", "name": "E", "symbols": ["A", "B"]}),
        ({"type": "fixed", "name": "F", "size": 2}, {"type": "fixed", "name": "F", "size": 3}),
    ],
)
def test_O1_the_check_agrees_with_a_reader(written: Any, wanted: Any) -> None:
    """fastavro reads a record of each kind that can be written, or doesn't."""
    samples: dict[str, list[Any]] = {"int": [7], "long": [7], "string": ["x"], "array": [[7]], "map": [{"a": 7}]}
    samples |= {"fixed": [b"xx"], "union": [None, "x"]}
    kind = "union" if isinstance(written, list) else written["type"] if isinstance(written, dict) else written
    values = written["symbols"] if kind == "enum" else samples[kind]
    outcomes = []
    for value in values:
        out = io.BytesIO()
        schemaless_writer(out, parse_schema(copy.deepcopy(written)), value)
        try:
            schemaless_reader(
                io.BytesIO(out.getvalue()), parse_schema(copy.deepcopy(written)), parse_schema(copy.deepcopy(wanted))
            )
            outcomes.append(True)
        except Exception:
            outcomes.append(False)
    assert all(outcomes) == (unreadable(written, wanted) == [])


async def test_O1_apply_registers_what_plan_shows() -> None:
    """And applied again, it changes nothing."""
    registry, said = FakeRegistry(), list[str]()
    differences = await plan(registry.client(), PREFIX)
    assert [one.topic for one in differences if one.kind is Kind.CREATE] == list(subjects(PREFIX))
    assert [one.topic for one in differences if one.kind is Kind.SET] == list(subjects(PREFIX))
    await apply(registry.client(), PREFIX, differences, done=said.append)
    assert len(said) == len(differences)
    assert set(registry.levels.values()) == {FULL_TRANSITIVE}
    assert await plan(registry.client(), PREFIX) == []


@pytest.mark.parametrize("place", [0, -1])
async def test_O1_plan_compares_with_every_version(place: int) -> None:
    """Transitive: a version that only the oldest reader can't read is refused before anything is set."""
    registry, subject = FakeRegistry(), f"{PREFIX}.outcomes.results-value"
    old = [changed(ALLOWED["a field with a default is new"]), changed(ALLOWED["a text is explained in other words"])]
    old[place] = changed(REFUSED["a field without a default is new"])
    for schema in old:
        registry.add(subject, schema)
    (one,) = [one for one in await plan(registry.client(), PREFIX) if one.kind is Kind.REFUSED]
    assert (one.topic, one.endangers) == (subject, True)
    assert ".new is missing and has no default" in one.wanted


async def test_O1_a_refusal_stops_no_other_subject() -> None:
    registry, said = FakeRegistry(), list[str]()
    differences = await plan(registry.client(), PREFIX)
    registry.add(f"{PREFIX}.outcomes.results-value", changed(REFUSED["a field is renamed"]))  # since the plan
    with pytest.raises(RegistryRefused, match=r"outcomes\.results-value"):
        await apply(registry.client(), PREFIX, differences, done=said.append)
    assert len(said) == len(differences) - 1
