"""Every error code with its texts (SPEC B8). Docs, e-mails and outcomes use these and no others."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.errors.family import Configuration, Permanent, Poison, Transient, Unknown


@dataclass(frozen=True, slots=True)
class Entry:
    """Texts of one code. `what` and `remedy` are format strings over the error's facts.

    `who` acts: `finance` (a user of Severa or Procountor), `operator` (who runs the gateway) or `nobody`.
    """

    what: str
    remedy: str
    who: str = "finance"


CATALOGUE: dict[str, Entry] = {
    "ATTEMPT_UNKNOWN": Entry(
        "It is not known yet whether Procountor executed {operation}.",
        "Nothing: the gateway looks first and then settles it.",
        "nobody",
    ),
    "ECHO_MISSING": Entry(
        "Procountor did not keep Severa's invoice number of invoice {number}.",
        "Agree with Procountor on the use of the original invoice number, then take the hold off.",
        "operator",
    ),
    "EVENT_UNREADABLE": Entry(
        "A record on {topic} can't be read.",
        "See the dead letter topic; the record is kept there.",
        "operator",
    ),
    "INVOICE_CHANGED_AFTER_TRANSFER": Entry(
        "Invoice {number} was changed in Severa after it had been transferred as Procountor invoice {invoice_id}.",
        "Invalidate the invoice in Procountor to have it transferred anew, or take it out of the waiting status in "
        "Severa.",
    ),
    "INVOICE_FROM_ELSEWHERE": Entry(
        "Procountor has an invoice {invoice_id} with the number {number} that the gateway did not make.",
        "Check whether it is the same invoice. Adopt it or have it created, through the operator.",
    ),
    "INVOICE_INVALIDATED_MEANWHILE": Entry(
        "Invoice {number} was created in Procountor ({invoice_id}) and is invalidated there.",
        "Decide whether it is to be created again, and put it back into the waiting status in Severa after a change.",
    ),
    "INVOICE_NOT_FOUND": Entry(
        "Invoice {number} was sent to Procountor three times without an answer and isn't found there.",
        "Ask Procountor's support whether their service works; the gateway goes on trying once an hour.",
        "operator",
    ),
    "RECORD_TOO_LARGE": Entry(
        "Invoice {number} is too large for the message broker ({size} bytes).",
        "Split the invoice in Severa, or have the operator raise the limit.",
        "operator",
    ),
}


def _texts(code: str, facts: dict[str, object]) -> str:
    entry = CATALOGUE[code]
    return f"{entry.what.format(**facts)} {entry.remedy.format(**facts)}"


def refuse(code: str, detail: str = "", **facts: object) -> Permanent:
    """A refusal of one document: a person at the source must act."""
    return Permanent(code, _texts(code, facts), detail, **facts)


def configuration(code: str, detail: str = "", **facts: object) -> Configuration:
    """A cause that concerns a whole company: the operator must act."""
    return Configuration(code, _texts(code, facts), detail, **facts)


def transient(code: str, detail: str = "", retry_after: float | None = None, **facts: object) -> Transient:
    """Comes again by itself."""
    error = Transient(code, _texts(code, facts), detail, **facts)
    error.retry_after = retry_after
    return error


def unknown(code: str, detail: str = "", **facts: object) -> Unknown:
    """May have been executed."""
    return Unknown(code, _texts(code, facts), detail, **facts)


def poison(code: str, detail: str = "", **facts: object) -> Poison:
    """Unreadable."""
    return Poison(code, _texts(code, facts), detail, **facts)
