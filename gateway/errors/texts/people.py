"""Errors of people: users of Severa who are kept as persons in Procountor (F5, S12)."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

PEOPLE: dict[str, Entry] = {
    "USER_SCOPES_MISSING": Entry(
        "The gateway's API client in Severa may not read users (step: {operation}): {named}. Persons in Procountor "
        "don't follow Severa's users; everything else is transferred.",
        "Ask an administrator of Severa to give the API client the scope users:read. Or take the section `people` out "
        "of the settings.",
        "operator",
    ),
}
