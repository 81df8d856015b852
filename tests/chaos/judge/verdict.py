"""What was found, in figures and in lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.chaos.evidence import Evidence, struck
from tests.chaos.finding import KINDS, Finding
from tests.chaos.judge.case import cases
from tests.chaos.judge.doubles import doubled
from tests.chaos.judge.effects import missing_effects
from tests.chaos.judge.ends import ends
from tests.chaos.judge.promises import promises


@dataclass(frozen=True, slots=True)
class Verdict:
    """`figures`: one for each kind of finding, and what else a reader wants to know."""

    ok: bool
    figures: dict[str, Any]
    findings: list[Finding]


def judge(evidence: Evidence) -> Verdict:
    """The verdict on a run, from its evidence alone."""
    found = cases(evidence)
    findings = [*ends(found.values()), *missing_effects(evidence, found.values())]
    findings += [*doubled(evidence, found.values()), *promises(evidence, found)]
    counts = Counter(one.kind for one in findings)
    ids = Counter(one["id"] for one in evidence.mails)
    figures = {
        "ok": not findings and not evidence.stalled,
        "stalled": evidence.stalled,
        "documents": len(found),
        "kinds": dict(sorted(Counter(one.document.KIND for one in found.values()).items())),
        "created": sum(one.state == "created" for one in found.values()),
        "adopted": sum(one.state == "adopted" for one in found.values()),
        "refused": sum(one.state == "refused" for one in found.values()),
        "attempts": sum(one["operation"] == "saveInvoice" for one in evidence.journal),
        **{kind: counts[kind] for kind in KINDS},
        "mails": len(evidence.mails),
        "mails_repeated": sum(count - 1 for count in ids.values()),
        "faults": dict(sorted(evidence.faults.items())),
        "struck": struck(evidence.journal),
        "replay": evidence.replay,
    }
    return Verdict(bool(figures["ok"]), figures, findings)
