"""A share of an approved purchase invoice, which becomes a project fee: Procountor is the source, Severa the target."""

from __future__ import annotations

from typing import Any

from gateway.flows.purchase_invoices.flow import FLOW
from gateway.sandbox.world.demo_purchases import (
    FIRST_INVOICE,
    FIRST_ITEM,
    add_invoice,
    add_purchases,
    entry,
    purchase_settings,
)
from gateway.sandbox.world.demo_world import Firm, guid
from gateway.sandbox.world.file import stamp
from tests.chaos.evidence import key_of
from tests.chaos.world import a_world
from tests.simulation.stage import Stage

Json = dict[str, Any]


class PurchaseInvoice:
    """A FlowCase."""

    flow, target, post, unfit_code = FLOW, "severa", "projectFeesPostProjectFee", "PROJECT_NUMBER_MISSING"

    def __init__(self) -> None:
        self.firm = Firm("acme-fi", "nordic", "Acme Oy", "FI", {"purchases": purchase_settings()})
        self.key = f"acme-fi/cost-allocation/{FIRST_INVOICE}-1"
        self.amount = 60.1

    def world(self) -> Json:
        """The company without any other invoice. The ledger knows all that came before it (decision 12)."""
        world = add_purchases(a_world(0, (self.firm,)), self.firm)
        items = world["procountor"][self.firm.id]["/dimensions"][0]["items"]
        items.append({"id": FIRST_ITEM + 9, "codeName": "Overhead"})
        add_invoice(world, self.firm, 0, [entry(self.firm, {0: "60.10"})], created="$now+2d")
        return world

    def created(self, stage: Stage) -> list[Json]:
        """Its fees."""
        return [
            one
            for one in self._fees(stage)
            if f"procountor:{self.key.replace('cost-allocation/', '')}#" in (one.get("description") or "")
        ]

    def lacks(self, stage: Stage) -> list[str]:
        """One fee with the amount of the books, on the project that its item names."""
        project = guid(self.firm.id, "purchase project", 0)
        found = [f"fees {len(self._fees(stage))}"] if len(self._fees(stage)) != 1 else []
        for fee in self.created(stage):
            there = fee["unitCost"]["amount"], fee["project"]["guid"]
            found += [f"fee {there}"] if there != (self.amount, project) else []
        told = [one for one in stage.topics.outcomes() if key_of(one) == self.key]
        return found + ([] if told else ["no outcome"])

    def edit(self, stage: Stage) -> None:
        """Another amount on its ledger receipt."""
        self.amount = 75.0
        self._allocate(stage, amount=self.amount)

    def take_out(self, stage: Stage) -> None:
        """The invoice goes back to unfinished."""
        with stage.touch("take out", self.key):
            self._there(stage, "/invoices").update(status="UNFINISHED", version=stamp("procountor"))

    def make_unfit(self, stage: Stage) -> None:
        """Its cost is allocated to an item that is no project."""
        self._allocate(stage, item=FIRST_ITEM + 9)

    def make_fit(self, stage: Stage) -> None:
        """To a project."""
        self._allocate(stage, item=FIRST_ITEM)

    def _allocate(self, stage: Stage, item: int = FIRST_ITEM, amount: float = 60.1) -> None:
        with stage.touch("edit", self.key):
            receipt = self._there(stage, "/ledgerreceipts")
            (share,) = (one for one in receipt["transactions"] if one["transactionType"] == "ENTRY")
            share |= {
                "accountingValue": amount,
                "dimensionItemValues": [{"dimensionId": 1, "itemId": item, "value": amount}],
            }
            receipt["version"] = stamp("procountor")

    def _there(self, stage: Stage, path: str) -> Json:
        one: Json = stage.world["procountor"][self.firm.id][path][0]
        return one

    def _fees(self, stage: Stage) -> list[Json]:
        found: list[Json] = stage.world["severa"][self.firm.organisation]["/v1/projectfees"]
        return found
