"""Errors of people: users of Severa who are kept as persons in Procountor (F5, S12)."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

PEOPLE: dict[str, Entry] = {
    "PERSON_NUMBER_DIFFERS": Entry(
        "The person of user {user} in Procountor (id {id}) has another personal identity number than the user in "
        "Severa, and no other person has the user's. The person stays as it is.",
        "Compare both numbers, and correct the wrong one: on the user's card in Severa, or in Procountor's person "
        "register. The gateway never changes a number.",
        headline="has another personal identity number in Procountor",
    ),
    "USER_NAMELESS": Entry(
        "A user of company {company} has no name in Severa (guid {id}), but Procountor needs one.",
        "Fill in the name on the user's card in Severa.",
    ),
    "PERSON_CHANGED": Entry(
        "The person of user {user} (id {id}) was changed in Procountor while the gateway was changing it.",
        "Nothing: the gateway reads the person again and continues.",
    ),
    "PERSON_UNANSWERED": Entry(
        "The gateway asked Procountor {rounds} times to change the person of user {user} (id {id}). Procountor gave no "
        "clear answer.",
        "Check in Procountor's person register whether the person is as the user in Severa. The gateway looks again "
        "once an hour, and then changes what is missing.",
        "operator",
    ),
    "USER_SCOPES_MISSING": Entry(
        "The gateway's API client in Severa may not read users (step: {operation}): {named}. Persons in Procountor "
        "don't follow Severa's users; everything else is transferred.",
        "Ask an administrator of Severa to give the API client the scope users:read. Or take the section `people` out "
        "of the settings.",
        "operator",
    ),
}
