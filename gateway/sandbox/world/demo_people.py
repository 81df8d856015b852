"""People of the demo's world: users of whom Procountor has no person, an older one, or one that will do."""

from __future__ import annotations

from typing import Any

from gateway.sandbox.world.demo_travel import person, user
from gateway.sandbox.world.demo_world import Firm

Json = dict[str, Any]

#: The section of a company's settings.
PEOPLE: Json = {"enabled": True}
#: Procountor's ids of the persons begin here.
FIRST_PERSON = 900


def whole_user(firm: Firm, n: int, **changes: Any) -> Json:
    """The n-th user of a company, with everything that a person can have."""
    about = {
        "title": "Consultant",
        "phone": f"+358 9 {n:03d}",
        "address": f"Demokatu {n}",
        "postalCode": "00100",
        "city": "Helsinki" if firm.country == "FI" else "Stockholm",
        "country": {"code3": "FIN" if firm.country == "FI" else "SWE"},
    }
    return user(firm, n, **{**about, **changes})


def add_people(world: Json, firm: Firm, count: int, first: int = 100) -> None:
    """Add users in turn: a new one, one whose person lacks fields, one without a personal number, one who left."""
    users = world["severa"][firm.organisation].setdefault("/v1/users", [])
    persons = world["procountor"][firm.id].setdefault("/persons", [])
    for n in range(first, first + count):
        card = whole_user(firm, n)
        if n % 4 == 1:
            persons.append(person(firm, card, FIRST_PERSON + n - first))
        elif n % 4 == 2:
            card["socialSecurityNumber"] = None
        elif n % 4 == 3:
            card["isActive"] = False
        users.append(card)
