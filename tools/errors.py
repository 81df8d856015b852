"""Print docs/errors.md from the error catalogue that mails and outcomes use: `make errors`."""

from __future__ import annotations

import re
import textwrap
from datetime import UTC, datetime
from pathlib import Path

from gateway.delivery.outcomes import describe
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Revision, Sequence, Subject
from gateway.errors import TOPICS, Entry, refuse
from gateway.notify.mail import render

PAGE = Path(__file__).parent.parent / "docs/errors.md"
HEAD = """# Errors

Every error of the gateway: what happened, what to do, and who does it, in the words of mails and outcomes (B8). `make
errors` prints this page from `gateway/errors/texts/`; a test compares it. *Words in italics* stand for values of the
document. Where an error may concern any kind of document, this page says "invoice"; the error itself says what it is: a
travel reimbursement, for example.

- [What finance fixes](#what-finance-fixes)
- [What the operator fixes](#what-the-operator-fixes)
- [What you may ignore](#what-you-may-ignore)

> **Words in these texts**
>
> - **operator**: whoever runs the gateway. Commands that begin with `gateway` are the operator's
>   ([operations](operations.md#a-document-is-refused)).
> - **adopt** (link): the operator says that an invoice in Procountor *is* the invoice in Severa (`gateway adopt`).
>   Nothing is created; the status in Severa moves on.
> - **create anyway**: the operator has the invoice created although Procountor has one that looks like it
>   (`gateway create-anyway`).
> - **hold**: a company has a problem that stops all its documents. They wait; none is lost. The gateway probes, and the
>   hold ends by itself when the problem is gone.
> - **release**: the operator has a held company probed at once (`gateway release`).
> - **ledger receipt**: the bookkeeping entries that Procountor makes for an invoice. The gateway writes sales accounts
>   and dimensions on them, an entry per row.
> - **status that starts the transfer**, **status after transfer**: the two statuses in Severa that the settings name.
> - **step**: the API call that failed.

## A mail

The subject says which invoice, and ends with the code. A mail about several errors lists each of them.

```
{mail}
```

- Errors that are known at the same time are in one mail: first what the invoice itself lacks, then what Procountor's
  registers lack. The same set of errors is mailed once.
- A mail goes to whoever acts: to the company's recipients, or to the operator's addresses (`error_mail` in the
  [settings](settings.md)). If one side has no addresses, the other gets it. Errors of a whole company or business unit
  go to the operator.
- Once an error is fixed, the gateway retries by itself, within an hour at the latest.
  [Operations](operations.md) explains the commands and holds.
"""
GROUPS = {
    "finance": ("What finance fixes", "Users of Severa or Procountor act."),
    "operator": ("What the operator fixes", "Whoever runs the gateway acts."),
    "nobody": (
        "What you may ignore",
        "The gateway retries these by itself. They are in the worker's log and never in a mail; `gateway check` may "
        "show them.",
    ),
}


def page() -> str:
    """The whole page."""
    parts = [HEAD.replace("{mail}", example_mail())]
    for who, (title, lead) in GROUPS.items():
        parts.append(f"\n## {title}\n\n{lead}\n")
        for topic, entries in TOPICS.items():
            own = {code: entry for code, entry in entries.items() if entry.who == who}
            if own:
                parts.append(f"\n### {topic}\n\n{_table(own)}")
    return "".join(parts)


def example_mail() -> str:
    """What a finance team reads, as the gateway writes it."""
    error = refuse("ADDRESS_INCOMPLETE", customer="Asiakas Oy", missing="postal code", how="by post")
    outcome = Outcome(
        key=DocumentKey("acme-fi", Kind.SALES_INVOICE, "5f6c0a7e-1b2c-4d3e-8f90-a1b2c3d4e5f6"),
        organisation="nordic",
        revision=Revision(1, Sequence(1, 1), "abc"),
        attempt=1,
        state=OutcomeState.REFUSED,
        subject=Subject("1001", "Asiakas Oy"),
        at=datetime(2026, 3, 2, tzinfo=UTC),
        error=describe(error),
    )
    mail = render(outcome, ["finance@acme.example"], "gateway@acme.example")
    lines = [line for text in mail.get_content().splitlines() for line in textwrap.wrap(text, 100) or [""]]
    return "\n".join([f"To:      {mail['To']}", f"Subject: {mail['Subject']}", "", *lines])


def _table(entries: dict[str, Entry]) -> str:
    head = "| code | what happened | what to do |\n|---|---|---|\n"
    rows = (f"| `{code}` | {_plain(entry.what)} | {_plain(entry.remedy)} |\n" for code, entry in entries.items())
    return head + "".join(rows)


def _plain(text: str) -> str:
    """Placeholders in italics; within a command, where italics don't show, in angle brackets. The document is an
    invoice here.
    """
    text = text.replace("{document}", "invoice").replace("{Document}", "Invoice")
    spans = re.split(r"(`[^`]*`)", text.replace("|", r"\|"))
    return "".join(
        re.sub(r"\{(\w+)\}", lambda found: f"<{found[1]}>", span)
        if span.startswith("`")
        else re.sub(r"\{(\w+)\}", lambda found: f"*{found[1].replace('_', ' ')}*", span)
        for span in spans
    )


if __name__ == "__main__":
    PAGE.write_text(page())
