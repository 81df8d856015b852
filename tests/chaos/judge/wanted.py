"""Every document of the evidence, with what Severa and the settings want of it."""

from __future__ import annotations

from dataclasses import replace

from tests.chaos.evidence import Evidence, Json
from tests.chaos.flows import KINDS, Document
from tests.chaos.flows.registers import Registers


def documents(evidence: Evidence, severa: Json | None = None) -> dict[str, Document]:
    """Every document by its key. `severa`: as it is at the end, unless another state is given."""
    books = {one.unit: one for one in evidence.books}
    before = {company: Registers(there) for company, there in evidence.before["procountor"].items()}
    found: dict[str, Document] = {}
    for there in (severa or evidence.severa).values():
        for kind in KINDS.values():
            for one in kind.all_of(there, books):
                code, adopts = one.judged(before[one.book.id])
                found[one.key] = replace(one, code=code, adopts=adopts)
    return found
