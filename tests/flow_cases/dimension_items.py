"""A project that becomes an item of a dimension: Severa is the source, and the item follows."""

from __future__ import annotations

from typing import Any

from gateway.flows.dimensions.flow import FLOW
from gateway.sandbox.world.demo_world import Firm, guid
from gateway.sandbox.world.file import stamp
from tests.chaos.evidence import key_of
from tests.chaos.world import PROJECTS, a_world
from tests.simulation.stage import Stage

Json = dict[str, Any]
#: Of two items that may be the project's, nothing says which it is.
AMBIGUOUS = ({"id": 901, "codeName": "1 A"}, {"id": 902, "codeName": "1 B"})


class DimensionItem:
    """A FlowCase."""

    flow, target, post, unfit_code = FLOW, "procountor", "addDimensionItem", "DIMENSION_ITEM_AMBIGUOUS"
    #: Its look compares both systems before it publishes anything.
    looks_at_target = True

    def __init__(self) -> None:
        self.firm = Firm("acme-fi", "nordic", "Acme Oy", "FI", {"dimensions": PROJECTS})
        self.guid = guid(self.firm.id, "project", 1)
        self.key = f"acme-fi/dimension-item/project-{self.guid}"

    def world(self) -> Json:
        """The company without any invoice."""
        return a_world(0, (self.firm,))

    def created(self, stage: Stage) -> list[Json]:
        """Its items."""
        return [one for one in self._items(stage) if one["codeName"] == "1"]

    def lacks(self, stage: Stage) -> list[str]:
        """One open item with the project's name, and an outcome."""
        found = [f"items {self._items(stage)}"] if len(self._items(stage)) != 1 else []
        name = self._project(stage)["name"]
        for one in self.created(stage):
            found += [f"item {one}"] if (one.get("description"), one.get("status")) != (name, None) else []
        told = [one for one in stage.topics.outcomes() if key_of(one) == self.key]
        return found + ([] if told else ["no outcome"])

    def edit(self, stage: Stage) -> None:
        """Another name."""
        self._change(stage, "edit", name="Edited")

    def take_out(self, stage: Stage) -> None:
        """It is closed before it has an item."""
        self._change(stage, "take out", isClosed=True)

    def make_unfit(self, stage: Stage) -> None:
        """Users of Procountor have created two items for it."""
        with stage.touch("edit", self.key):
            self._items(stage).extend(dict(one) for one in AMBIGUOUS)

    def make_fit(self, stage: Stage) -> None:
        """They delete both; its user renames it, so that it needs no hour until it is tried again."""
        with stage.touch("edit", self.key):
            self._items(stage).clear()
        self._change(stage, "edit", name="Fit")

    def _change(self, stage: Stage, what: str, **fields: Any) -> None:
        with stage.touch(what, self.key):
            self._project(stage).update(**fields, lastUpdatedDateTime=stamp("severa"))

    def _project(self, stage: Stage) -> Json:
        (one,) = (
            one for one in stage.world["severa"][self.firm.organisation]["/v1/projects"] if one["guid"] == self.guid
        )
        found: Json = one
        return found

    def _items(self, stage: Stage) -> list[Json]:
        there = stage.world["procountor"][self.firm.id]["/dimensions"]
        found: list[Json] = next(one for one in there if one["name"] == "Projects").setdefault("items", [])
        return found
