"""One thing that is not as it was promised."""

from __future__ import annotations

from dataclasses import dataclass

#: Kinds of findings, the worst first.
KINDS = (
    "lost",  # ended as if it had gone over, and no invoice is there
    "doubled",  # made, sent or moved more than once
    "passed",  # an offset was committed past a revision that nobody knows
    "missing_effects",  # told as transferred, and something of it is not there
    "wrong_contents",  # an invoice, partner or product with another content than Severa has
    "false_refusals",  # refused, or told by an error, for a reason that isn't true
    "missed_refusals",  # should be refused, and isn't
    "strangers_touched",  # an invoice of another integration was changed
    "untold",  # a revision without an outcome
    "unmailed",  # a refusal that nobody was told of by mail
    "false_mails",  # a mail about what never was
    "dead_letters",
    "open_intents",
    "holds",
    "unread",  # events above the committed offsets
    "violations",  # requests that the APIs' own models don't allow
    "crashes",  # of the sandbox: the run says nothing
    "replay",  # a replay that did something, or told fewer events than it was given
    "unfinished",  # documents that wait, without an end: none of them is lost
)


@dataclass(frozen=True, slots=True)
class Finding:
    """`where`: a document, a company, a topic."""

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.what}"
