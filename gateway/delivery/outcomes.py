"""Outcomes without an event at hand: a document by its ledger record, an error by the catalogue."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from gateway.delivery.company import CompanyContext
from gateway.delivery.record import TransferRecord
from gateway.documents import (
    DocumentKey,
    ErrorInfo,
    FurtherError,
    Kind,
    Outcome,
    OutcomeState,
    Revision,
    Sequence,
    Subject,
    Target,
)
from gateway.documents.keys import WORDS
from gateway.errors import CATALOGUE, GatewayError, Permanent, Varying
from gateway.ledger import Home

#: How many errors of one code an outcome shows in full: an invoice may have many rows.
NAMED = 10


def describe(error: GatewayError, kind: Kind = Kind.COMPANY) -> ErrorInfo:
    """An error as the outcome carries it. `kind`: of the document that it is about."""
    first = _texts(error, kind)
    return ErrorInfo(
        code=first.code,
        error_class=type(error).__name__.lower(),
        message=first.message,
        remedy=first.remedy,
        who=first.who,
        detail=error.detail,
        cause=error.cause,
        others=_others(error.others, kind) if isinstance(error, Permanent) else (),
    )


def _texts(error: GatewayError, kind: Kind) -> FurtherError:
    entry = CATALOGUE[error.code]
    message, remedy = entry.texts(error.facts, WORDS[kind].document)
    return FurtherError(error.code, message, remedy, entry.who)


def _others(errors: tuple[Permanent, ...], kind: Kind) -> tuple[FurtherError, ...]:
    """Errors by code. If many rows have the same error, the last one that is shown says how many more there are."""
    by_code: dict[str, list[FurtherError]] = {}
    for error in errors:
        by_code.setdefault(error.code, []).append(_texts(error, kind))
    named: list[FurtherError] = []
    for found in by_code.values():
        named += found[:NAMED]
        if (more := len(found) - NAMED) > 0:
            named[-1] = replace(named[-1], message=f"{named[-1].message} {more} more rows have the same error.")
    return tuple(named)


def facts_of(outcome: Outcome) -> dict[str, object]:
    """What a trace shows of an outcome: numbers, ids and codes."""
    target = outcome.target or Target("", "", "", "")
    return {
        "number": outcome.subject.number,
        "revision": outcome.revision.number,
        "attempt": outcome.attempt,
        "outcome": outcome.state.value,
        "code": outcome.error.code if outcome.error is not None else "",
        "target.system": target.system,
        "target.id": target.id,
        "target.number": target.number,
    }


class Numbered(Protocol):
    """Anything that may have a number in Procountor."""

    @property
    def invoice_number(self) -> int | None:
        """Procountor's number; None before it has one."""


class ProcountorInvoice(Numbered, Protocol):
    """An invoice as Procountor answers it."""

    @property
    def id(self) -> int:
        """Unique within a company only."""

    @property
    def status(self) -> str:
        """Its status."""

    @property
    def partner_id(self) -> int | None:
        """Its business partner."""


def target_of(kind: str, there: ProcountorInvoice) -> Target:
    """An invoice in Procountor, as outcomes and the ledger name it. `kind`: the document's."""
    number, partner = there.invoice_number, there.partner_id
    return Target(
        "procountor",
        kind,
        str(there.id),
        there.status,
        str(number) if number is not None else "",
        str(partner) if partner is not None else "",
    )


def called(*invoices: Numbered | Target | None) -> Varying:
    """Invoices in Procountor as texts call them: users know numbers, not ids."""
    return Varying(", ".join(map(_numbered, invoices)))


def _numbered(one: Numbered | Target | None) -> str:
    number = one.number if isinstance(one, Target) else one.invoice_number if one is not None else None
    return f"invoice {number}" if number else "an invoice without a number"


def subject(number: int | None, party: str = "") -> Subject:
    """A document as people know it, by its number at the source."""
    return Subject(str(number) if number is not None else "", party)


def of_many(
    key: DocumentKey, organisation: str, home: Home, state: OutcomeState, content: str, at: datetime, **more: Any
) -> Outcome:
    """An outcome of a company or a business unit. Each has a revision of its own, as nothing is transferred.

    `content`: the revision's hash.
    """
    return Outcome(
        key=key,
        organisation=organisation,
        revision=Revision(1, Sequence(*home.next_sequence()), content),
        attempt=1,
        state=state,
        subject=Subject(),
        at=at,
        **more,
    )


def of_company(
    company: str,
    organisation: str,
    home: Home,
    state: OutcomeState,
    cause: str,
    at: datetime,
    about: str = "",
    **more: Any,
) -> Outcome:
    """An outcome of a whole company, or of one flow of it: `about` its kind of documents."""
    key, content = DocumentKey(company, Kind.COMPANY, about or company), hashlib.sha256(cause.encode()).hexdigest()
    return of_many(key, organisation, home, state, content, at, **more)


def of_document(
    context: CompanyContext,
    key: DocumentKey,
    revision: Revision,
    attempt: int,
    state: OutcomeState,
    about: Subject,
    **more: Any,
) -> Outcome:
    """An outcome of a document."""
    return Outcome(
        key=key,
        organisation=context.organisation,
        revision=revision,
        attempt=attempt,
        state=state,
        subject=about,
        at=context.now(),
        **more,
    )


def by_record(context: CompanyContext, key: DocumentKey, record: TransferRecord, state: OutcomeState) -> Outcome:
    """An outcome of a document by its ledger record, which doesn't know the other party's name."""
    about, target = subject(record.number), record.target
    return of_document(context, key, record.revision, record.attempt, state, about, target=target)
