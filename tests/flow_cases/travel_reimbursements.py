"""A travel reimbursement of a new person, with items of a dimension and a receipt; it is approved."""

from __future__ import annotations

from typing import Any

from gateway.flows.travel_reimbursements.flow import FLOW
from gateway.sandbox.world.demo_travel import TRAVEL_AFTER, TRAVEL_BEFORE, user
from gateway.sandbox.world.demo_world import Firm, guid
from gateway.sandbox.world.file import stamp
from tests.chaos.flows import Document
from tests.chaos.flows.travel_reimbursements.world import reimbursement
from tests.chaos.judge import judge
from tests.chaos.world import BOTH, PROJECTS, a_world
from tests.simulation.stage import Stage

Json = dict[str, Any]
NUMBER = 501
TRAVEL = {"target_status": "APPROVED", "dimensions": PROJECTS}


class TravelReimbursement:
    """A FlowCase."""

    flow, target, post, unfit_code = FLOW, "procountor", "saveInvoice", "PERSONAL_ID_MISSING"

    def __init__(self) -> None:
        travel = {"status_before": TRAVEL_BEFORE, "status_after": TRAVEL_AFTER, **TRAVEL}
        settings = {**BOTH, "travel": travel, "people": {"enabled": True}}
        self.firm = Firm("acme-fi", "nordic", "Acme Oy", "FI", settings)
        self.key = f"acme-fi/travel-reimbursement/{guid(self.firm.id, 'reimbursement', NUMBER)}"
        self._number = ""

    def world(self) -> Json:
        """The company without any other document."""
        world = a_world(0, (self.firm,))
        reimbursement(world, self.firm, NUMBER, user(self.firm, 0))
        return world

    def _document(self, stage: Stage) -> Document:
        return stage.documents()[self.key]

    def created(self, stage: Stage) -> list[Json]:
        """Its valid travel invoices."""
        return stage.cases()[self.key].valid

    def lacks(self, stage: Stage) -> list[str]:
        """By the chaos checker: person, contents, file, receipt, status in both systems, outcome, mails. It knows no
        document that was unfit for a while.
        """
        findings = judge(stage.evidence()).findings
        return [str(one) for one in findings if not (self._number and self.unfit_code in one.what)]

    def edit(self, stage: Stage) -> None:
        """Another title."""
        with stage.touch("edit", self.key):
            self._document(stage).edit("edited")

    def take_out(self, stage: Stage) -> None:
        """Back to a draft; its user has left, so the flow of people creates no person either."""
        (card,) = stage.world["severa"][self.firm.organisation]["/v1/users"]
        with stage.touch("take out", self.key):
            card |= {"isActive": False, "lastUpdatedDateTime": stamp("severa")}
            self._document(stage).draft()

    def make_unfit(self, stage: Stage) -> None:
        """A user without a personal identity number: the flow of people leaves such a user alone."""
        card = self._document(stage).card
        with stage.touch("edit", self.key):
            self._number, card["socialSecurityNumber"] = card["socialSecurityNumber"], ""

    def make_fit(self, stage: Stage) -> None:
        """With the number."""
        card = self._document(stage).card
        with stage.touch("edit", self.key):
            card.update(socialSecurityNumber=self._number, lastUpdatedDateTime=stamp("severa"))
