"""Which fields of a person a change of its user writes, and which stay as people left them (ADR 32)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from stdnum import iban

from gateway.flows.people.rules.memo import shown
from gateway.rules.persons import ACCOUNT, ACTIVE, LANGUAGE

#: Fields as people call them.
NAMES = {
    "firstName": "first name",
    "lastName": "last name",
    "jobTitle": "job title",
    "deliveryAddress.street": "street",
    "deliveryAddress.zip": "postal code",
    "deliveryAddress.city": "city",
    "deliveryAddress.country": "country",
    ACCOUNT: "bank account",
    LANGUAGE: "language",
    ACTIVE: "whether it is active",
    "registryInfo.email": "e-mail",
    "registryInfo.phone": "phone",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of the fields in which a person differs from its user."""

    #: New values by path.
    written: Mapping[str, object]
    #: Paths of fields that stay as people left them.
    kept: tuple[str, ...]


def changes(
    wanted: Mapping[str, object],
    said: Mapping[str, object] | None,
    there: Callable[[str], object],
    left: bool = False,
) -> Changes:
    """What Severa says now, what it said when the person was last brought in step (None: nothing is known), and the
    value of a field in Procountor. `left`: another user of this person has left, so the gateway inactivated it.

    A field is written if it changed in Severa since then; the first time, if it is empty in Procountor.
    """
    different = {path: one for path, one in wanted.items() if not _same(path, one, there(path))}
    if said is None:
        written = {path: one for path, one in different.items() if (left if path == ACTIVE else there(path) is None)}
    else:
        now = shown(different)
        written = {path: one for path, one in different.items() if said.get(path) != now[path]}
    return Changes(written, tuple(path for path in different if path not in written))


def named(paths: Iterable[str]) -> str:
    """The fields as people call them."""
    return ", ".join(NAMES[path] for path in paths)


def _same(path: str, wanted: object, there: object) -> bool:
    if path == ACCOUNT:
        return iban.compact(str(wanted)) == iban.compact(str(there or ""))
    return wanted == there or (path == ACTIVE and wanted is True and there is None)
