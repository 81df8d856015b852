"""The mail that tells of a refusal: plain text, in the catalogue's words, with a fixed Message-ID (SPEC S8, Q1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime

from gateway.documents import ErrorInfo, FurtherError, Kind, Outcome, OutcomeState
from gateway.errors import CATALOGUE

#: What concerns more than one document.
OF_MANY = (Kind.COMPANY, Kind.BUSINESS_UNIT)


def is_over(outcome: Outcome) -> bool:
    """Whether it says that an error of a company or of a unit is over."""
    return outcome.key.kind in OF_MANY and outcome.state is OutcomeState.WITHDRAWN


def render(outcome: Outcome, recipients: Sequence[str], sender: str) -> EmailMessage:
    """One mail about one refusal, or about the end of one that concerned many documents.

    The same outcome gives the same Message-ID, so a repeated mail is recognised.
    """
    error = outcome.error
    if error is None:
        if not is_over(outcome):
            raise ValueError("only a refusal, or its end, is told by mail")
        company = f"Company:  {outcome.key.company} ({outcome.organisation})"
        text = "\n".join((*outcome.notes, "", "Nothing is to be done: documents go on.", "", company))
        return _message(outcome, recipients, sender, _about(outcome), text)
    one_document = outcome.key.kind not in OF_MANY
    number = outcome.number or "(no number)"
    lines = [*_errors(error), ""]
    if not one_document:
        lines += [f"Company:  {outcome.key.company} ({outcome.organisation})", "Documents wait; none is lost."]
    else:
        lines += [
            f"Invoice:  {number}",
            f"Customer: {outcome.customer_name}",
            f"Company:  {outcome.key.company} ({outcome.organisation})",
            f"Document: {outcome.key}",
            *(f"Note:     {note}" for note in outcome.notes),
            "",
            "It is tried again by itself each hour, and when the invoice, its rows, its customer, a product or the "
            "settings change.",
        ]
    return _message(outcome, recipients, sender, f"{_about(outcome)}: {_codes(error)}", "\n".join(lines))


def _errors(error: ErrorInfo) -> list[str]:
    """What happened, what to do and who does it: of several errors each with a number."""
    if not error.others:
        return [error.message, "", *_to_do(error)]
    lines = [f"It has {len(error.each)} errors."]
    for number, one in enumerate(error.each, start=1):
        lines += ["", f"{number}. {one.message}", *(f"   {line}" for line in _to_do(one))]
    return lines


def _to_do(error: ErrorInfo | FurtherError) -> tuple[str, str]:
    return f"What to do: {error.remedy}", f"Who acts: {error.who}"


def _codes(error: ErrorInfo) -> str:
    return f"{error.code} and {len(error.others)} more" if error.others else error.code


def _message(outcome: Outcome, recipients: Sequence[str], sender: str, about: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Subject"] = f"[{outcome.key.company}] {about[0].upper()}{about[1:]}"
    message["Date"] = format_datetime(outcome.at)
    message["Message-ID"] = message_id(outcome, sender)
    message.set_content(text + "\n")
    return message


def _about(outcome: Outcome) -> str:
    if is_over(outcome):
        return f"company {outcome.key.company}: {outcome.notes[0].partition(':')[0]}"
    headline = CATALOGUE[outcome.error.code].headline if outcome.error and outcome.error.code in CATALOGUE else ""
    if outcome.key.kind is Kind.COMPANY:
        return f"company {outcome.key.company} {headline or 'is held'}"
    if outcome.key.kind is Kind.BUSINESS_UNIT:
        return "a business unit was moved"
    usual = "needs you" if outcome.invoice else "was not transferred"
    return f"invoice {outcome.number or '(no number)'} {headline or usual}"


def message_id(outcome: Outcome, sender: str) -> str:
    """Fixed by document, revision, attempt and cause; the sequence tells one hold of a company from the next."""
    cause = outcome.error.cause if outcome.error else ""
    number, sequence = outcome.revision.number, outcome.revision.sequence
    facts = f"{outcome.key}#{number}@{sequence.epoch}.{sequence.counter}#{outcome.attempt}#{cause}"
    digest = hashlib.sha256(facts.encode()).hexdigest()[:32]
    domain = sender.rpartition("@")[2].rstrip(">") or "localhost"
    return f"<{digest}@{domain}>"
