"""A whole person as Procountor answers it, and the body that changes some of it (S12)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.http.trees import Json, an_object, flag, needed, part, text
from gateway.procountor.responses import id_of


@dataclass(frozen=True, slots=True)
class PersonRead:
    """A whole person: a PUT replaces all of it. Number and account are kept for one step only (R3)."""

    id: int
    version: str
    active: bool
    identifier: str | None = field(repr=False)
    tree: Json = field(repr=False)

    def value(self, path: str) -> object:
        """The value of a field; None if it has none, or an empty one."""
        *folders, last = path.split(".")
        place: Json = self.tree
        for folder in folders:
            place = part(place, folder)
        found: object = place.get(last)
        return None if found == "" else found


def person(tree: object) -> PersonRead:
    """Person."""
    registry = part(tree, "registryInfo")
    active = flag(registry, "active") or registry.get("active") is None
    version = needed(text(tree, "version"), "version")
    return PersonRead(id_of(tree), version, active, text(part(tree, "invoicingInfo"), "identifier"), an_object(tree))


def changed(read: PersonRead, changes: Mapping[str, object]) -> Json:
    """The body of the PUT: everything as it is, with these fields changed. Empty groups and nulls are left out: a model
    that is asked for again may have them, but a body may not.
    """
    body = copy.deepcopy(read.tree)
    for path, value in changes.items():
        *folders, last = path.split(".")
        place = body
        for folder in folders:
            if not isinstance(place.get(folder), dict):
                place[folder] = {}
            place = place[folder]
        place[last] = value
    return _without_nulls(body)


def _without_nulls(tree: Json) -> Json:
    plain = {name: _without_nulls(one) if isinstance(one, dict) else one for name, one in tree.items()}
    return {name: one for name, one in plain.items() if one is not None and one != {}}
