"""The mail about a refusal: plain text, in the catalogue's words, with a fixed Message-ID (S8, Q1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime

from gateway.documents import ErrorInfo, FurtherError, Kind, Outcome, OutcomeState
from gateway.documents.keys import WORDS
from gateway.errors import CATALOGUE

#: Kinds that concern more than one document.
OF_MANY = (Kind.COMPANY, Kind.BUSINESS_UNIT)
#: Who acts, in words.
WHO = {"finance": "finance, in Severa or Procountor", "operator": "the operator, who runs the gateway"}
#: Errors whose texts already say what the gateway does next.
SAY_WHAT_FOLLOWS = ("INVOICE_LATE", "INVOICE_NOT_FOUND", "INVOICE_TWICE", "REGISTER_UNANSWERED", "STEP_UNANSWERED")
#: The most characters of an error's detail.
DETAIL = 200
AGAIN = (
    "The gateway retries by itself every hour, and as soon as the {document}, whatever it refers to, or the settings "
    "change."
)


def who_acts(outcome: Outcome) -> set[str]:
    """Who must act: `operator`, `finance` or both. Errors of many documents are the operator's."""
    if outcome.error is None or outcome.key.kind in OF_MANY:
        return {"operator"}
    return {"operator" if one.who == "operator" else "finance" for one in outcome.error.each}


def is_over(outcome: Outcome) -> bool:
    """Whether the outcome ends an error of a company or of a unit."""
    return outcome.key.kind in OF_MANY and outcome.state is OutcomeState.WITHDRAWN


def render(outcome: Outcome, recipients: Sequence[str], sender: str, trace: str = "") -> EmailMessage:
    """One mail about a refusal, or about the end of an error of many documents. `trace`: the id of the outcome's trace.

    The same outcome gives the same Message-ID, so that a repeated mail can be recognised.
    """
    error = outcome.error
    if error is None:
        if not is_over(outcome):
            raise ValueError("only a refusal, or its end, is mailed")
        company = f"Company:  {outcome.key.company} ({outcome.organisation})"
        text = "\n".join((*outcome.notes, "", "Nothing to do: transfers go on.", "", company))
        return _message(outcome, recipients, sender, _about(outcome), text)
    word = outcome.key.word
    lines = [*_errors(error, word), ""]
    if outcome.key.kind in OF_MANY:
        waits = "Its documents wait; none is lost."
        if _paused_flow(outcome):
            waits = "Its objects of this kind wait; none is lost. Its documents go on."
        lines += [f"Company:  {outcome.key.company} ({outcome.organisation})", waits]
        lines += ["", "For the operator's logs:", f"Trace:    {trace}"] if trace else []
    else:
        lines += _of_document(outcome, error, trace)
    return _message(outcome, recipients, sender, f"{_about(outcome)}: {_codes(error)}", "\n".join(lines))


def _errors(error: ErrorInfo, document: str) -> list[str]:
    """What happened, what to do and who acts; several errors are numbered."""
    if not error.others:
        return [error.message, "", *_to_do(error)]
    lines = [f"The {document} has {len(error.each)} errors. Fix all of them."]
    for number, one in enumerate(error.each, start=1):
        lines += ["", f"{number}. {one.message}", *(f"   {line}" for line in _to_do(one))]
    return lines


def _to_do(error: ErrorInfo | FurtherError) -> tuple[str, str]:
    return f"What to do: {error.remedy}", f"Who acts: {WHO.get(error.who, error.who)}"


def _of_document(outcome: Outcome, error: ErrorInfo, trace: str) -> list[str]:
    """The document for finance, then what the operator needs for commands, logs, events and traces."""
    words = WORDS[outcome.key.kind]
    facts = {
        words.document.capitalize(): outcome.subject.number or "(no number)",
        words.party: outcome.subject.party or "(unknown)",
        "Company": f"{outcome.key.company} ({outcome.organisation})",
    }
    width = max(map(len, (*facts, "Document"))) + 2
    lines = [f"{name + ':':{width}}{fact}" for name, fact in facts.items()]
    lines += [f"{'Note:':{width}}{note}" for note in outcome.notes] + [""]
    if error.code not in SAY_WHAT_FOLLOWS:
        lines += [AGAIN.format(document=words.document), ""]
    lines += ["For the operator's commands and logs:", f"Document: {outcome.key}"]
    lines += [f"Trace:    {trace}"] if trace else []
    detail = " ".join(error.detail.split())[:DETAIL]
    return [*lines, f"Detail:   {detail}"] if detail else lines


def _codes(error: ErrorInfo) -> str:
    return f"{error.code} and {len(error.others)} more" if error.others else error.code


def _message(outcome: Outcome, recipients: Sequence[str], sender: str, about: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Subject"] = f"[{outcome.key.company}] {about[0].upper()}{about[1:]}"
    message["Date"] = format_datetime(outcome.at)
    message["Message-ID"] = message_id(outcome, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office reply answers it
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # Exchange's own; delivery failures are still reported
    message.set_content(text + "\n")
    return message


def _paused_flow(outcome: Outcome) -> str:
    """The flow of the company whose pause the outcome is about (ADR 31); empty if it is about all of the company."""
    key = outcome.key
    return key.id if key.kind is Kind.COMPANY and key.id != key.company else ""


def _about(outcome: Outcome) -> str:
    if is_over(outcome):
        return f"company {outcome.key.company}: {outcome.notes[0].partition(':')[0]}"
    headline = CATALOGUE[outcome.error.code].headline if outcome.error and outcome.error.code in CATALOGUE else ""
    if flow := _paused_flow(outcome):
        return f"company {outcome.key.company}: the flow {flow} is paused"
    if outcome.key.kind is Kind.COMPANY:
        return f"company {outcome.key.company} {headline or 'is on hold'}"
    if outcome.key.kind is Kind.BUSINESS_UNIT:
        return "a business unit was moved"
    usual = "needs your attention" if outcome.target else "was not transferred"
    return f"{outcome.key.word} {outcome.subject.number or '(no number)'} {headline or usual}"


def message_id(outcome: Outcome, sender: str) -> str:
    """Determined by document, revision, attempt and cause; the sequence distinguishes two holds of a company."""
    cause = outcome.error.cause if outcome.error else ""
    number, sequence = outcome.revision.number, outcome.revision.sequence
    facts = f"{outcome.key}#{number}@{sequence.epoch}.{sequence.counter}#{outcome.attempt}#{cause}"
    digest = hashlib.sha256(facts.encode()).hexdigest()[:32]
    domain = sender.rpartition("@")[2].rstrip(">") or "localhost"
    return f"<{digest}@{domain}>"
