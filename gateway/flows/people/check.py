"""What `gateway check` checks for people: users with their numbers, and whose person Procountor has (S2, S12)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator

from gateway.check.both_systems import BOTH, BothSystems, Look
from gateway.check.findings import Finding, State, in_procountor, in_settings, in_severa, listed
from gateway.documents import NumberState, User
from gateway.errors import Configuration
from gateway.polling.units import companies_of_units
from gateway.rules.personal_id import personal_id
from gateway.rules.register_items import PersonCard

PART = "people"


async def _people(two: BothSystems) -> list[Finding]:
    if not two.company.people.enabled:
        return []
    try:
        listed_users = await two.in_severa.once("users", lambda: two.severa.users.users(None, two.day))
    except Configuration as error:
        step = in_severa("Give the API client the scope users:read. Or take the section people out of the settings.")
        return [Finding(PART, "users", State.MISSING, f"Severa doesn't let us read them: {error.detail}", step)]
    units = await two.in_severa.once("units", two.severa.business_units)
    configured = {one.business_unit: one.id for one in two.organisation.companies}
    own = {unit for unit, company in companies_of_units(units, configured).items() if company == two.company.id}
    users = [one.user for one in listed_users if one.unit in own and one.user.is_active]
    persons = await two.in_procountor.once("persons", two.procountor.persons)
    return [*compare_users(users), *compare_persons(persons, two.company.country, two.day)]


def compare_users(users: Iterable[User]) -> Iterator[Finding]:
    """Active users by their personal identity numbers: valid, wrong, missing."""
    by_state: dict[NumberState, list[str]] = {state: [] for state in NumberState}
    for user in users:
        by_state[user.personal_id].append(user.name)
    count = len(by_state[NumberState.VALID])
    if not count:
        step = in_settings("Take the section people out of the settings, or fill in the numbers in Severa.")
        yield Finding(PART, "users", State.MISSING, "No active user has a valid personal identity number.", step)
    else:
        yield Finding(PART, "users", State.OK, f"{count} active users with a valid personal identity number.")
    if wrong := by_state[NumberState.WRONG]:
        text = f"The personal identity numbers of {len(wrong)} users are wrong: {listed(wrong)}."
        yield Finding(PART, "wrong numbers", State.DIFFERENT, text, in_severa("Correct them on the users' cards."))
    if missing := by_state[NumberState.MISSING]:
        text = f"{len(missing)} active users have no personal identity number, so they become no persons."
        yield Finding(PART, "without number", State.NOTE, text)


def compare_persons(persons: Iterable[PersonCard], country: str, day: dt.date) -> Iterator[Finding]:
    """No two active persons have one number. Numbers are compared, and never shown (R3)."""
    active = [one for one in persons if one.active]
    numbers = [(one, personal_id(one.identifier or "", country, day)) for one in active]
    count = Counter(own.canonical for _, own in numbers if own is not None)
    twice = sorted(one.id for one, own in numbers if own is not None and count[own.canonical] > 1)
    if twice:
        ids = ", ".join(map(str, twice))
        text = f"Active persons of Procountor share their personal identity numbers (ids {ids})."
        step = in_procountor("Inactivate all but the right one of each in the person register.")
        yield Finding(PART, "persons", State.DIFFERENT, text, step)
    else:
        yield Finding(PART, "persons", State.OK, f"{len(active)} active persons in Procountor.")


#: The checks, in the order of the report.
LOOKS: tuple[Look, ...] = (Look(PART, BOTH, _people),)
