"""The mail that tells of a refusal: plain text, in the catalogue's words, with a fixed Message-ID (SPEC S8, Q1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime

from gateway.documents import Kind, Outcome


def render(outcome: Outcome, recipients: Sequence[str], sender: str) -> EmailMessage:
    """One mail about one refusal. The same outcome gives the same Message-ID, so a repeated mail is recognised."""
    error = outcome.error
    if error is None:
        raise ValueError("only a refusal is told by mail")
    whole_company = outcome.key.kind is Kind.COMPANY
    number = outcome.number or "(no number)"
    about = f"company {outcome.key.company} is held" if whole_company else f"invoice {number} was not transferred"
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Subject"] = f"[{outcome.key.company}] {about[0].upper()}{about[1:]}: {error.code}"
    message["Date"] = format_datetime(outcome.at)
    message["Message-ID"] = message_id(outcome, sender)
    lines = [error.message, "", f"What to do: {error.remedy}", ""]
    if whole_company:
        lines += [f"Company:  {outcome.key.company} ({outcome.organisation})", "Its documents wait; none is lost."]
    else:
        lines += [
            f"Invoice:  {number}",
            f"Customer: {outcome.customer_name}",
            f"Company:  {outcome.key.company} ({outcome.organisation})",
            f"Severa:   {outcome.key.id}",
            "",
            "It is tried again by itself when the invoice, its customer or the settings change.",
        ]
    message.set_content("\n".join(lines) + "\n")
    return message


def message_id(outcome: Outcome, sender: str) -> str:
    """Fixed by document, revision, attempt and cause."""
    cause = outcome.error.cause if outcome.error else ""
    facts = f"{outcome.key}#{outcome.revision.number}#{outcome.attempt}#{cause}"
    digest = hashlib.sha256(facts.encode()).hexdigest()[:32]
    domain = sender.rpartition("@")[2].rstrip(">") or "localhost"
    return f"<{digest}@{domain}>"
