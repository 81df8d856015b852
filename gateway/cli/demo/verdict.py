"""The summary, counted from the sandbox's journal and the topics, not from the gateway's own figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from gateway.cli.demo.documents import Waiting
from gateway.cli.demo.in_step import Followed
from gateway.cli.demo.outcomes import Seen
from gateway.documents import OutcomeState

Entry = dict[str, Any]


#: Figures of objects that are kept in step, each with its operation and effect.
IN_STEP = {
    "costs_created": ("projectFeesPostProjectFee", "created"),
    "items_created": ("addDimensionItem", "created"),
    "items_changed": ("updateDimensionItem", "updated"),
    "persons_created": ("insertPerson", "created"),
    "persons_changed": ("updatePerson", "updated"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The summary."""

    documents: int
    settled: int
    created: int
    refused: int
    superseded: int
    #: Of the second run.
    unchanged: int
    doubled: int
    #: Documents with neither exactly one invoice nor a current refusal; objects that are not in step, likewise.
    lost: int
    procountor_calls: int
    severa_calls: int
    #: Calls that the APIs' own facts don't allow.
    violations: int
    #: Objects that the other system follows: costs of purchase invoices, projects, users.
    kept_in_step: int
    refused_in_step: int
    #: Costs of purchase invoices in Severa.
    costs_created: int
    #: Items of dimensions in Procountor.
    items_created: int
    #: Renamed, closed or opened.
    items_changed: int
    #: Persons in Procountor.
    persons_created: int
    persons_changed: int
    emails: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every promise was kept."""
        return self.doubled == self.lost == self.violations == 0 and self.settled == self.documents

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def made(journal: list[Entry]) -> Counter[tuple[str, str, str]]:
    """Invoices created in Procountor, by company, type and original number: an invoice and a travel invoice may have
    one number.
    """
    return Counter(
        (one["company"], one["body"]["type"], str(one["object"]["originalInvoiceNumber"]))
        for one in journal
        if one["operation"] == "saveInvoice" and one["effect"] == "created"
    )


def written_back(journal: list[Entry], after: str) -> set[str]:
    """Guids of documents whose status was updated."""
    return {
        one["object_id"]
        for one in journal
        if one["api"] == "severa" and one["effect"] == "status" and one["object"]["status"] == after
    }


def is_settled(one: Waiting, seen: Seen, moved: set[str]) -> bool:
    """Whether it has ended: refused with an outcome, or in Procountor with its status updated."""
    outcome = seen.current.get(one.key)
    if outcome is None:
        return False
    return outcome.state is OutcomeState.REFUSED or one.guid in moved


def is_followed(one: Followed, seen: Seen) -> bool:
    """Whether it has ended: in step, or refused with an outcome."""
    return one.is_in_step or _is_refused(one.key, seen)


def in_step_figures(journal: list[Entry]) -> dict[str, int]:
    """How often each operation on objects that are kept in step had its effect."""
    effects = Counter((one["operation"], one["effect"]) for one in journal)
    return {name: effects[effect] for name, effect in IN_STEP.items()}


def _is_refused(key: str, seen: Seen) -> bool:
    outcome = seen.current.get(key)
    return outcome is not None and outcome.state is OutcomeState.REFUSED


def judge(
    documents: list[Waiting],
    objects: list[Followed],
    journal: list[Entry],
    seen: Seen,
    after: str,
    unchanged: int,
    emails: int,
    seconds: float,
) -> Verdict:
    """The figures. `objects`: as they are at the end."""
    counts, moved = made(journal), written_back(journal, after)
    copies = [*counts.values(), *(one.copies for one in objects)]

    def ended(one: Waiting) -> bool:
        return counts[one.company, one.type, str(one.number)] == 1 or _is_refused(one.key, seen)

    return Verdict(
        documents=len(documents),
        settled=sum(is_settled(one, seen, moved) for one in documents),
        created=sum(counts.values()),
        refused=sum(_is_refused(one.key, seen) for one in documents),
        superseded=seen.superseded,
        unchanged=unchanged,
        doubled=sum(count - 1 for count in copies if count),
        lost=sum(not ended(one) for one in documents) + sum(not is_followed(one, seen) for one in objects),
        procountor_calls=sum(one["api"] == "procountor" for one in journal),
        severa_calls=sum(one["api"] == "severa" for one in journal),
        violations=sum("violation" in one for one in journal),
        kept_in_step=len(objects),
        refused_in_step=sum(_is_refused(one.key, seen) for one in objects),
        **in_step_figures(journal),
        emails=emails,
        seconds=round(seconds, 1),
    )
