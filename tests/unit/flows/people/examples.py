"""Reading examples/people, and playing a file of it on the real path."""

from __future__ import annotations

from copy import deepcopy
from functools import cache, partial
from pathlib import Path
from typing import Any

from gateway.documents import Outcome
from gateway.sandbox.world.demo_world import FIRMS
from tests.examples import _read, plain
from tests.unit.flows.people.one_user import OneUser

FOLDER = Path(__file__).parents[4] / "examples/people"
Json = dict[str, Any]


@cache
def examples() -> dict[str, Json]:
    """All of them by name."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("[0-9]*.yaml"))}


def a_user(example: Json, folder: Path) -> OneUser:
    """The example's user in Severa, and the person in Procountor, if it has one."""
    severa, procountor = plain(example["severa"]), plain(example["procountor"])
    firm = next(one for one in FIRMS if one.id == example["company"])
    one = OneUser(folder, there={} if "person" in procountor else None, firm=firm)
    unit = one.card["businessUnit"]
    one.card.clear()
    one.card.update({"businessUnit": unit, **severa["user"]})
    one.key = type(one.key)(firm.id, one.key.kind, one.card["guid"])
    if "person" in procountor:
        one.persons[:] = [procountor["person"]]
    return one


async def play(example: Json, folder: Path) -> list[Json]:
    """What Procountor got, and what the outcomes say, at first and after each change."""
    one = a_user(example, folder)
    steps = [await _step(one)]
    for later in plain(example["severa"].get("later", ())):
        if "by_hand" in later:
            one.by_hand(partial(_merge, values=later["by_hand"]))
        if "user" in later:
            one.edit(**later["user"])
        steps.append(await _step(one))
    return steps


def _merge(there: Json, values: Json) -> None:
    for name, value in values.items():
        if isinstance(value, dict):
            _merge(there.setdefault(name, {}), value)
        else:
            there[name] = value


async def _step(one: OneUser) -> Json:
    began, before = len(one.apis.journal.entries()), len(one.told)
    await one.poll()
    entries = one.apis.journal.entries()[began:]
    found: Json = {}
    for name, operation in (("created", "insertPerson"), ("written", "updatePerson")):
        for entry in entries:
            if entry["operation"] == operation:
                found[name] = {field: value for field, value in entry["body"].items() if field not in ("id", "version")}
    for told in one.told[before:]:
        found["outcome"] = _said(told)
    return deepcopy(found)  # a change by hand changes what was sent


def _said(told: Outcome) -> Json:
    found: Json = {"state": told.state.value, "notes": list(told.notes)}
    if told.target is not None:
        found["person"] = told.target.status
    if told.error is not None:
        found["errors"] = [{"code": one.code, "message": one.message} for one in told.error.each]
    found["truncations"] = [
        {"field": one.field, "kind": one.kind.value, "full_length": one.full_length, "kept_length": one.kept_length}
        for one in told.truncations
    ]
    return {name: value for name, value in found.items() if value != []}
