"""Which attachments an invoice still lacks (X9), by the names and sizes of those that it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gateway.attachments.names import free, is_numbered


@dataclass(frozen=True, slots=True)
class Stored:
    """An attachment of an invoice in Procountor, or a wanted one."""

    name: str
    #: None if it is unknown, as in Procountor's answers, or doesn't matter: then the name alone decides.
    size: int | None = None


def missing(present: Sequence[Stored], wanted: Sequence[Stored]) -> list[tuple[int, Stored]]:
    """The wanted attachments that are missing: their place in `wanted`, and the name and size for the upload.

    Wanted names are unique (`names.unique`). A wanted attachment is there if the invoice has its name, in any case,
    with its size or an unknown size; or its size under its name with a number, which this function gives to a file
    whose name is taken by other content. Each attachment of the invoice counts once.
    """
    left = list(present)
    lacking = [at for at, one in enumerate(wanted) if not _take(left, one, _same)]
    lacking = [at for at in lacking if not _take(left, wanted[at], _numbered)]
    used = {one.name.casefold() for one in (*present, *wanted)}
    there = {one.name.casefold() for one in present}
    found = []
    for at in lacking:
        name = wanted[at].name
        if name.casefold() in there:
            name = free(name, used)
            used.add(name.casefold())
        found.append((at, replace(wanted[at], name=name)))
    return found


def _same(there: Stored, wanted: Stored) -> bool:
    known = there.size is not None and wanted.size is not None
    return there.name.casefold() == wanted.name.casefold() and (not known or there.size == wanted.size)


def _numbered(there: Stored, wanted: Stored) -> bool:
    return there.size is not None and there.size == wanted.size and is_numbered(there.name, wanted.name)


def _take(left: list[Stored], wanted: Stored, fits: Callable[[Stored, Stored], bool]) -> bool:
    """Remove the wanted attachment from `left`; False if it isn't there."""
    for at, there in enumerate(left):
        if fits(there, wanted):
            del left[at]
            return True
    return False
