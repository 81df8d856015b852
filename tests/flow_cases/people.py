"""A user who becomes a person; the company creates persons for its travel reimbursements, too."""

from __future__ import annotations

from typing import Any

from gateway.flows.people.flow import FLOW
from gateway.sandbox.world.demo_travel import user
from gateway.sandbox.world.demo_world import Firm
from gateway.sandbox.world.file import stamp
from tests.chaos.evidence import key_of
from tests.chaos.world import a_world
from tests.simulation.stage import Stage

Json = dict[str, Any]


class People:
    """A FlowCase."""

    flow, target, post, unfit_code = FLOW, "procountor", "insertPerson", "PERSONAL_ID_INVALID"

    def __init__(self) -> None:
        self.firm = Firm("acme-fi", "nordic", "Acme Oy", "FI", {"people": {"enabled": True}})
        self._card = user(self.firm, 0, title="Consultant")
        self.key = f"acme-fi/user/{self._card['guid']}"

    def world(self) -> Json:
        """The company with one user and no person."""
        world = a_world(0, (self.firm,))
        world["severa"][self.firm.organisation]["/v1/users"] = [self._card]
        return world

    def created(self, stage: Stage) -> list[Json]:
        """Its persons."""
        found: list[Json] = stage.world["procountor"][self.firm.id]["/persons"]
        return found

    def lacks(self, stage: Stage) -> list[str]:
        """The person has the user's number, and what the user has now."""
        found = list[str]()
        for one in self.created(stage):
            card = self._user(stage)
            there = one["invoicingInfo"]["identifier"], one["jobTitle"], one["registryInfo"]["active"]
            wanted = card["socialSecurityNumber"], card["title"], card["isActive"]
            found += [f"person {there}"] if there != wanted else []
        told = [one for one in stage.topics.outcomes() if key_of(one) == self.key]
        return found + ([] if told else ["no outcome"])

    def edit(self, stage: Stage) -> None:
        """Another title."""
        self._change(stage, "edit", title="Manager")

    def take_out(self, stage: Stage) -> None:
        """The user is deleted before the person is created."""
        with stage.touch("take out", self.key):
            self._users(stage).clear()

    def make_unfit(self, stage: Stage) -> None:
        """A mistyped number."""
        number = self._user(stage)["socialSecurityNumber"]
        self._change(stage, "edit", socialSecurityNumber=number[:-1] + ("A" if number[-1] != "A" else "B"))

    def make_fit(self, stage: Stage) -> None:
        """The right one."""
        self._change(stage, "edit", socialSecurityNumber=self._card["socialSecurityNumber"])

    def _change(self, stage: Stage, what: str, **changes: Any) -> None:
        with stage.touch(what, self.key):
            self._user(stage).update({**changes, "lastUpdatedDateTime": stamp("severa")})

    def _user(self, stage: Stage) -> Json:
        (card,) = self._users(stage)
        return card

    def _users(self, stage: Stage) -> list[Json]:
        found: list[Json] = stage.world["severa"][self.firm.organisation]["/v1/users"]
        return found
