"""The world of a chaos run: twelve companies in four organisations, and documents of every flow and kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.sandbox.world.demo_travel import add_travel
from gateway.sandbox.world.demo_world import Firm, base_world, guid
from tests.chaos.evidence import Book
from tests.chaos.flows import FLOWS, KINDS, Flow

Json = dict[str, Any]

#: What companies choose; the first ones are those of the demo, so that a small world has them.
CENTERS, PROJECTS, UNITS = {"cost_center": "Cost centers"}, {"project": "Projects"}, {"business_unit": "Units"}
BOTH = {"create_customers": True, "create_products": True}
PEOPLE = {"people": {"enabled": True}}
#: Settings of companies; one without the section of a flow has the flow off.
CHOICES: tuple[Json, ...] = (
    {
        **BOTH,
        **PEOPLE,
        "sales": {"attachments": "full", "dimensions": CENTERS},
        "travel": {"target_status": "APPROVED", "dimensions": PROJECTS},
    },
    {
        **BOTH,
        "create_products": False,
        "sales": {"target_status": "SENT"},
        "travel": {"target_status": "RECEIVED"},
    },
    {**BOTH, **PEOPLE, "sales": {}, "travel": {}},
    {
        **BOTH,
        **PEOPLE,
        "sales": {"target_status": "NOT_SENT", "attachments": "breakdown", "dimensions": PROJECTS},
        "travel": {"target_status": "VERIFIED", "dimensions": UNITS},
    },
    {"create_customers": False, "create_products": False, "sales": {}},
    {
        **BOTH,
        **PEOPLE,
        "sales": {"target_status": "SENT", "attachments": "full", "dimensions": {**CENTERS, **PROJECTS, **UNITS}},
        "travel": {"target_status": "APPROVED", "dimensions": {**PROJECTS, **UNITS}},
    },
)
HOMES = (("nordic", "FI"), ("nordic", "FI"), ("svea", "SE"), ("baltic", "FI"), ("baltic", "FI"), ("arctic", "SE"))
NAMES = ("acme", "bolt", "cirrus", "delta", "ember", "fjord", "glade", "haven", "ivory", "jolt", "karst", "lumen")


def _firm(n: int, name: str) -> Firm:
    organisation, country = HOMES[n % len(HOMES)]
    settings = dict(CHOICES[n % len(CHOICES)])
    for one in KINDS.values():
        if one.SECTION in settings:
            statuses = {"status_before": one.BEFORE, "status_after": one.AFTER}
            settings[one.SECTION] = {**statuses, **settings[one.SECTION]}
    suffix = "AB" if country == "SE" else "Oy"
    return Firm(f"{name}-{country.lower()}", organisation, f"{name.title()} {suffix}", country, settings)


FIRMS = tuple(_firm(n, name) for n, name in enumerate(NAMES))


def a_world(documents: int, firms: tuple[Firm, ...] = FIRMS, flows: Sequence[Flow] = FLOWS) -> Json:
    """So many waiting documents, of each company in turn, of each of its flows, of each kind in turn."""
    world = add_travel(base_world(firms, severa_per_second=60, procountor_per_second=240), *firms)
    for n, firm in enumerate(firms, start=1):
        world["procountor"][firm.id]["/sessioninfo"]["companyId"] = n
        world["procountor"][firm.id]["/dimensions"].append({"id": 3, "name": "Units", "items": []})
        unit = {"guid": guid(firm.id, "unit"), "name": firm.name, "code": f"U{n}"}
        project = {"guid": guid(firm.id, "project", 1), "name": "Renewal", "number": 1, "isClosed": False}
        world["severa"][firm.organisation].setdefault("/v1/projects", []).append({**project, "businessUnit": unit})
    for n in range(documents):
        nth, company = divmod(n // len(flows), len(firms))
        kinds = tuple(flows[n % len(flows)].kinds.values())
        kinds[(nth + 5 * company) % len(kinds)](world, firms[company], 20_001 + nth)
    return world


def book(firm: Firm) -> Book:
    """What the judge knows of a company: its settings as its people know them."""
    settings = {**firm.settings, "recipients": [f"finance@{firm.id}.example"]}
    return Book(firm.id, firm.organisation, guid(firm.id, "unit"), firm.country, settings)
