"""What outcomes are made of where no event is at hand: a document by its ledger record, an error by the catalogue."""

from __future__ import annotations

from gateway.delivery.desk import Desk
from gateway.delivery.record import TransferRecord
from gateway.documents import DocumentKey, ErrorInfo, Outcome, OutcomeState
from gateway.errors import CATALOGUE, GatewayError


def describe(error: GatewayError) -> ErrorInfo:
    """An error as the outcome carries it."""
    entry = CATALOGUE[error.code]
    message, remedy = entry.told(error.facts)
    return ErrorInfo(
        code=error.code,
        error_class=type(error).__name__.lower(),
        message=message,
        remedy=remedy,
        who=entry.who,
        detail=error.detail,
        cause=error.cause,
    )


def by_record(desk: Desk, key: DocumentKey, record: TransferRecord, state: OutcomeState) -> Outcome:
    """An outcome of a document by what the ledger knows of it; the customer's name is not among that."""
    return Outcome(
        key=key,
        organisation=desk.organisation,
        revision=record.revision,
        attempt=record.attempt,
        state=state,
        number=record.number,
        customer_name="",
        at=desk.now(),
        invoice=record.invoice,
    )
