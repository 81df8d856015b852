"""What became of an invoice's status, reported after its result: outcomes one attempt later (decisions 6, 15; F6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import AnyTransferFlow
from gateway.delivery.outcomes import by_record, called, describe, subject
from gateway.delivery.record import TransferRecord
from gateway.documents import DocumentKey, Outcome, OutcomeState
from gateway.documents.document import Document
from gateway.errors import Permanent, refuse


def once_more(
    context: CompanyContext,
    flow: AnyTransferFlow,
    key: DocumentKey,
    record: TransferRecord,
    head: Document | None,
    first: Outcome | None,
    note: str,
) -> Outcome:
    """The result again, with a note. `first`: the first result; if it isn't at hand, the outcome refers to it."""
    notes = [note]
    if first is None:
        notes.append("The previous outcome lists the texts that were cut.")
    result = first or _result(context, flow, key, record, head)
    return replace(result, attempt=record.attempt, at=context.now(), notes=(*result.notes, *notes))


def not_moved(context: CompanyContext, flow: AnyTransferFlow, record: TransferRecord, detail: str) -> Permanent:
    """The refusal of an invoice whose status Severa doesn't let us change."""
    invoice, status = record.target, flow.status_names(context.company)[1]
    facts: dict[str, Any] = {"number": record.number, "invoice_id": invoice.id if invoice else "", "status": status}
    return refuse("STATUS_NOT_MOVED", detail=detail, there=called(invoice), **facts)


def refusal(
    context: CompanyContext,
    flow: AnyTransferFlow,
    key: DocumentKey,
    record: TransferRecord,
    first: Outcome | None,
    error: Permanent,
) -> Outcome:
    """The error outcome of an invoice that is in Procountor nevertheless."""
    result = first or _result(context, flow, key, record, None)
    return replace(
        result,
        state=OutcomeState.REFUSED,
        attempt=record.attempt,
        at=context.now(),
        error=describe(error, key.kind),
        notes=(),
    )


def _result(
    context: CompanyContext, flow: AnyTransferFlow, key: DocumentKey, record: TransferRecord, head: Document | None
) -> Outcome:
    before, after = flow.status_names(context.company)
    return replace(
        by_record(context, key, record, OutcomeState.ADOPTED if record.adopted else OutcomeState.CREATED),
        subject=head.subject if head is not None else subject(record.number),
        status_before=before,
        status_after=after,
        head_hash=record.write_back.head_hash,
    )
