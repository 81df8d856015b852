"""The marker in a fee's description: which allocation the fee is of, and which content of it (U2).

Severa's fees have no field for another system's id (docs/api-facts.md 80).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.documents import DocumentKey, Revision
from gateway.errors import refuse
from gateway.rules.purchases import ProjectFee

_FORM = re.compile(r"procountor:([a-z0-9-]+)/([0-9]+-[0-9]+)#([0-9]+):([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker, read. Ids of Procountor are unique only within a company, so it names the company."""

    company: str
    allocation: str
    revision: int
    #: The first eight digits of the content's hash.
    content: str

    @property
    def invoice_id(self) -> int:
        """The invoice of the allocation."""
        return int(self.allocation.partition("-")[0])


def marker(key: DocumentKey, revision: Revision) -> str:
    """`procountor:<company>/<id of the allocation>#<revision>:<hash8>`."""
    return f"procountor:{key.company}/{key.id}#{revision.number}:{revision.content_hash[:8]}"


def mark_of(description: str) -> Mark | None:
    """The last marker of a description; None without one."""
    found = _FORM.findall(description)
    return Mark(found[-1][0], found[-1][1], int(found[-1][2]), found[-1][3]) if found else None


def without_marker(description: str) -> str:
    """What a description says to people."""
    return _FORM.sub("", description).strip()


def own_fee(key: DocumentKey, fees: Iterable[ProjectFee], known_id: str = "") -> ProjectFee | None:
    """The fee of an allocation among fees of Severa, by its marker; None if there is none.

    A fee may be listed twice: with its project's, and with those of all projects. `known_id`: the fee that the ledger
    knows. A user's copy of a fee carries its marker too. Raises Permanent if several do and none of them is known: one
    was created twice, or copied, and nothing says which one it is.
    """
    there = {one.id: one for one in fees}.values()
    own = [one for one in there if (mark := mark_of(one.description)) and (mark.company, mark.allocation) == _id(key)]
    if len(own) < 2:
        return own[0] if own else None
    known = next((one for one in own if one.id == known_id), None)
    if known is None:
        projects = ", ".join(sorted({one.project_name for one in own}))
        raise refuse("FEE_TWICE", name=own[0].name, count=len(own), projects=projects)
    return known


def _id(key: DocumentKey) -> tuple[str, str]:
    return key.company, key.id
