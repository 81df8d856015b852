"""Which person of Procountor's register has a personal identity number (R1). Nothing that is read here is kept (R3)."""

from __future__ import annotations

import datetime as dt

from gateway.procountor.client import ProcountorClient
from gateway.rules.personal_id import PersonalId
from gateway.rules.persons import match_person
from gateway.rules.register_items import PersonCard


async def find_person(
    procountor: ProcountorClient, own: PersonalId, user: str, on: dt.date, inactive_too: bool = False
) -> PersonCard | None:
    """The person with this number: by header among active partners, otherwise among all persons, paged in memory.

    Raises Permanent as `match_person`.
    """
    found = match_person(await procountor.find_persons(own.written), own, user, on)
    if found is None:
        found = match_person(await procountor.persons(), own, user, on, inactive_too)
    return PersonCard(found.id, found.name, active=found.active) if found is not None else None
