"""Reading examples/dimensions, and playing a file of it on the real path."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from tests.examples import _read, plain
from tests.unit.flows.dimensions.one_company import UNIT, OneCompany

FOLDER = Path(__file__).parents[4] / "examples/dimensions"
Json = dict[str, Any]


@cache
def examples() -> dict[str, Json]:
    """All of them by name."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("[0-9]*.yaml"))}


def registers(example: Json) -> Json:
    """Severa's registers, all of the company."""
    severa: Json = plain(example["severa"])
    for one in severa.get("projects", ()):
        one["businessUnit"] = UNIT
    for one in severa.get("businessunits", ()):
        one["parentGuid"] = UNIT["guid"]
    return severa


async def played(example: Json) -> OneCompany:
    """Both systems after the first look, what people did by hand, and a look after each change in Severa."""
    settings, there = plain(example["settings"]), plain(example.get("there", {}))
    names = [name for axis, name in settings.items() if axis != "item_names"]
    one = OneCompany(registers(example), {name: there.get(name, []) for name in names}, **settings)
    await one.run()
    for name, done in plain(example.get("by_hand", {})).items():
        _by_hand(one.items(name), done)
    one.context.registers.dimensions._written.clear()
    for changes in plain(example.get("then", [])):
        for path, objects in changes.items():
            for changed in objects:
                one.change(path, changed.pop("guid"), **changed)
        await one.run()
    return one


def _by_hand(items: list[Json], done: list[Json]) -> None:
    for what in done:
        (item,) = [one for one in items if one["codeName"] == what["codeName"]]
        if what.get("deleted"):
            items.remove(item)
        item |= {"status": what["status"]} if "status" in what else {}
        item |= {"codeName": what["named"]} if "named" in what else {}


def became(one: OneCompany) -> tuple[Json, list[Json]]:
    """Items without their ids, by dimension, and the outcomes in the words of the examples."""
    there = one.apis.world["procountor"]["acme-fi"]["/dimensions"]
    items = {
        dimension["name"]: [
            {name: value for name, value in item.items() if name != "id"} for item in dimension["items"]
        ]
        for dimension in there
    }
    outcomes = []
    for outcome in one.outcomes:
        told: Json = {"item": f"{outcome.subject.number} {outcome.subject.party}".strip(), "state": outcome.state.value}
        told |= {"notes": list(outcome.notes)} if outcome.notes else {}
        told |= {"error": outcome.error.code, "message": outcome.error.message} if outcome.error else {}
        outcomes.append(told)
    return items, outcomes
