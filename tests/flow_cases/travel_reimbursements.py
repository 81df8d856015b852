"""A travel reimbursement of a new person, with items of a dimension and a receipt; it is approved."""

from __future__ import annotations

from typing import Any

from gateway.flows.travel_reimbursements.flow import FLOW
from gateway.sandbox.world.demo_travel import (
    TRAVEL_AFTER,
    TRAVEL_BEFORE,
    add_reimbursement,
    add_travel,
    expense,
    receipt,
    reimbursement,
    user,
)
from gateway.sandbox.world.demo_world import Firm, guid
from gateway.sandbox.world.file import stamp
from tests.chaos.evidence import key_of
from tests.chaos.world import PROJECTS, a_world
from tests.simulation.stage import Stage

Json = dict[str, Any]
NUMBER = 501
TRAVEL = {"target_status": "APPROVED", "dimensions": PROJECTS}


class TravelReimbursement:
    """A FlowCase."""

    flow, target, post, unfit_code = FLOW, "procountor", "saveInvoice", "PERSONAL_ID_MISSING"

    def __init__(self) -> None:
        travel = {"status_before": TRAVEL_BEFORE, "status_after": TRAVEL_AFTER, **TRAVEL}
        self.firm = Firm("acme-fi", "nordic", "Acme Oy", "FI", {"travel": travel, "people": {"enabled": True}})
        self.guid = guid(self.firm.id, "reimbursement", NUMBER)
        self.key = f"acme-fi/travel-reimbursement/{self.guid}"
        self._number = ""

    def world(self) -> Json:
        """The company without any invoice."""
        world = add_travel(a_world(0, (self.firm,)), self.firm)
        card = user(self.firm, 0)
        lines = [expense(self.firm, self.guid, 1), expense(self.firm, self.guid, 2, "KM", 120.0)]
        files = [receipt(lines[0], 1)]
        add_reimbursement(world, self.firm, card, reimbursement(self.firm, NUMBER, card, lines), lines, files)
        return world

    def created(self, stage: Stage) -> list[Json]:
        """Its valid travel invoices."""
        there = self._procountor(stage, "/invoices")
        return [one for one in there if self.guid in one["notes"] and one["status"] != "INVALIDATED"]

    def lacks(self, stage: Stage) -> list[str]:
        """Person, item, invoice, file, receipt and status: each once, and as the settings want it."""
        found = [name for name in ("/persons", "/invoices") if len(self._procountor(stage, name)) != 1]
        for one in self.created(stage):
            files = [file["name"] for file in one.get("attachments", ())]
            found += [f"files {files}"] if files != [f"travel-{NUMBER}.pdf"] else []
            found += [f"status {one['status']}"] if one["status"] != "APPROVED" else []
            (booked,) = [r for r in self._procountor(stage, "/ledgerreceipts") if r["id"] == one["ledgerReceiptId"]]
            entries = [entry for entry in booked["transactions"] if entry["transactionType"] == "ENTRY"]
            found += [f"entry {entry}" for entry in entries if len(entry.get("dimensionItemValues", ())) != 1]
        items = [len(one["items"]) for one in self._procountor(stage, "/dimensions") if one["name"] == "Projects"]
        found += [f"items {items}"] if items != [1] else []
        status = self._head(stage)["travelReimbursementStatus"]["name"]
        found += [f"status in Severa {status}"] if status != TRAVEL_AFTER else []
        told = [one for one in stage.topics.outcomes() if key_of(one) == self.key]
        return found + ([] if told else ["no outcome"])

    def edit(self, stage: Stage) -> None:
        """Another title."""
        with stage.touch("edit", self.key):
            self._head(stage)["title"] = "edited"

    def take_out(self, stage: Stage) -> None:
        """Back to a draft."""
        with stage.touch("take out", self.key):
            self._head(stage)["travelReimbursementStatus"] = {"guid": guid("draft", "status"), "name": "Draft"}

    def make_unfit(self, stage: Stage) -> None:
        """A user without a personal identity number: the flow of people leaves such a user alone."""
        (card,) = stage.world["severa"][self.firm.organisation]["/v1/users"]
        with stage.touch("edit", self.key):
            self._number, card["socialSecurityNumber"] = card["socialSecurityNumber"], ""

    def make_fit(self, stage: Stage) -> None:
        """With the number."""
        (card,) = stage.world["severa"][self.firm.organisation]["/v1/users"]
        with stage.touch("edit", self.key):
            card |= {"socialSecurityNumber": self._number, "lastUpdatedDateTime": stamp("severa")}

    def _procountor(self, stage: Stage, path: str) -> list[Json]:
        found: list[Json] = stage.world["procountor"][self.firm.id].get(path, [])
        return found

    def _head(self, stage: Stage) -> Json:
        head: Json = stage.world["severa"][self.firm.organisation]["/v1/travelreimbursements"][0]
        return head
