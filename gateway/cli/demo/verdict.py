"""The summary, counted from the sandbox's journal and the topics, not from the gateway's own figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from gateway.cli.demo.documents import Waiting
from gateway.cli.demo.outcomes import Seen
from gateway.documents import OutcomeState

Entry = dict[str, Any]


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
    #: Documents with neither exactly one invoice nor a current refusal.
    lost: int
    procountor_calls: int
    severa_calls: int
    #: Calls that the APIs' own facts don't allow.
    violations: int
    emails: int
    seconds: float

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


def judge(
    documents: list[Waiting], journal: list[Entry], seen: Seen, after: str, unchanged: int, emails: int, seconds: float
) -> Verdict:
    """The figures."""
    counts, moved = made(journal), written_back(journal, after)
    refused = {key for key, one in seen.current.items() if one.state is OutcomeState.REFUSED}

    def ended(one: Waiting) -> bool:
        return counts[one.company, one.type, str(one.number)] == 1 or one.key in refused

    return Verdict(
        documents=len(documents),
        settled=sum(is_settled(one, seen, moved) for one in documents),
        created=sum(counts.values()),
        refused=sum(one.key in refused for one in documents),
        superseded=seen.superseded,
        unchanged=unchanged,
        doubled=sum(count - 1 for count in counts.values()),
        lost=sum(not ended(one) for one in documents),
        procountor_calls=sum(one["api"] == "procountor" for one in journal),
        severa_calls=sum(one["api"] == "severa" for one in journal),
        violations=sum("violation" in one for one in journal),
        emails=emails,
        seconds=round(seconds, 1),
    )
