"""The demo's world with all flows: travel reimbursements in each company, and in Acme objects that are kept in step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gateway.sandbox.world import demo_purchases
from gateway.sandbox.world.demo_people import PEOPLE, add_people
from gateway.sandbox.world.demo_purchases import PROJECTS, add_invoice, add_purchases, entry, many_purchases, project
from gateway.sandbox.world.demo_travel import DEMO_FIRMS as TRAVEL_FIRMS
from gateway.sandbox.world.demo_travel import demo_travel
from gateway.sandbox.world.demo_world import demo_world

Json = dict[str, Any]

_IN_STEP: Json = {
    "people": PEOPLE,
    "purchases": demo_purchases.purchase_settings(),
    "dimensions": {"project": "Projects"},
}
DEMO_FIRMS = tuple(
    replace(firm, settings={**firm.settings, **_IN_STEP}) if firm.id == "acme-fi" else firm for firm in TRAVEL_FIRMS
)
#: Purchase invoices with three shares each, all of open projects; users.
PURCHASES, USERS = 2, 4
#: Projects: one that has no item yet, and one that is closed in Severa and has an open item.
NEW_PROJECT, CLOSED_PROJECT = 7, 8


def demo_flows() -> Json:
    """The world. One more purchase invoice has a share of the closed project."""
    world = demo_travel(demo_world())
    (acme,) = (firm for firm in DEMO_FIRMS if firm.id == "acme-fi")
    add_purchases(world, acme)
    many_purchases(world, acme, PURCHASES)
    add_people(world, acme, USERS)
    closed = project(acme, CLOSED_PROJECT, isClosed=True)
    world["severa"][acme.organisation]["/v1/projects"] += [project(acme, NEW_PROJECT), closed]
    (dimension,) = (one for one in world["procountor"][acme.id]["/dimensions"] if one["id"] == PROJECTS)
    dimension["items"].append(demo_purchases.item(CLOSED_PROJECT))
    add_invoice(world, acme, PURCHASES, [entry(acme, {CLOSED_PROJECT: "75.00"}, "Late work")])
    return world


def rename(name: str) -> tuple[str, int, Json]:
    """Give the project that had no item a new name in Severa: the key of its item, its number, the change."""
    (acme,) = (firm for firm in DEMO_FIRMS if firm.id == "acme-fi")
    own = project(acme, NEW_PROJECT)
    patch = {"severa": {acme.organisation: {"/v1/projects": [{"guid": own["guid"], "name": name}]}}}
    return f"{acme.id}/dimension-item/project-{own['guid']}", own["number"], patch
