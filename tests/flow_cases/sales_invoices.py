"""A sales invoice with a new customer, a new product, items of three dimensions, a file; it is approved and sent."""

from __future__ import annotations

from typing import Any

from gateway.flows.sales_invoices.flow import FLOW
from gateway.sandbox.world.demo_world import AFTER, BEFORE, Firm, customer, guid
from tests.chaos.flows.sales_invoices.world import invoice
from tests.chaos.judge import judge
from tests.chaos.world import BOTH, CENTERS, PROJECTS, UNITS, a_world
from tests.simulation.stage import Stage

Json = dict[str, Any]
NUMBER = 20_001
SALES = {"target_status": "SENT", "attachments": "full", "dimensions": {**CENTERS, **PROJECTS, **UNITS}}


class SalesInvoice:
    """A FlowCase."""

    flow, target, post, unfit_code = FLOW, "procountor", "saveInvoice", "COUNTRY_MISSING"

    def __init__(self) -> None:
        sales = {"status_before": BEFORE, "status_after": AFTER, **SALES}
        self.firm = Firm("acme-fi", "nordic", "Acme Oy", "FI", {**BOTH, "sales": sales})
        self.key = f"acme-fi/sales-invoice/{guid(self.firm.id, 'invoice', NUMBER)}"
        self._address: Json = {}

    def world(self) -> Json:
        """The company without any other invoice."""
        world = a_world(0, (self.firm,))
        invoice(world, self.firm, NUMBER, customer(self.firm, NUMBER), lines=2, known=False)
        world["severa"][self.firm.organisation]["/v1/invoicerows"][-1]["code"] = ["NEW"]
        return world

    def _head(self, stage: Stage) -> Json:
        return stage.documents()[self.key].head

    def created(self, stage: Stage) -> list[Json]:
        """Its valid invoices."""
        return stage.cases()[self.key].valid

    def lacks(self, stage: Stage) -> list[str]:
        """By the chaos checker: contents, files, receipt, status in both systems, outcome, mails. It knows no document
        that was unfit for a while.
        """
        findings = judge(stage.evidence()).findings
        return [str(one) for one in findings if not (self._address and self.unfit_code in one.what)]

    def edit(self, stage: Stage) -> None:
        """Another order number."""
        with stage.touch("edit", self.key):
            self._head(stage)["orderNumber"] = "edited"

    def take_out(self, stage: Stage) -> None:
        """Back to a draft."""
        with stage.touch("take out", self.key):
            self._head(stage)["status"] = {"guid": guid("draft", "status"), "name": "Draft"}

    def make_unfit(self, stage: Stage) -> None:
        """Without a country."""
        head = self._head(stage)
        with stage.touch("edit", self.key):
            self._address, head["receiverAddress"] = head["receiverAddress"], {"addressline": "x"}

    def make_fit(self, stage: Stage) -> None:
        """With its country."""
        with stage.touch("edit", self.key):
            self._head(stage)["receiverAddress"] = self._address
