"""When a refused document is tried again, although it has not changed."""

from __future__ import annotations

from gateway.delivery.commands import asked_for
from gateway.delivery.company import CompanyContext
from gateway.delivery.record import TransferRecord
from gateway.delivery.settle import refusal_inputs
from gateway.delivery.wall_clock import is_due
from gateway.documents import DocumentKey
from gateway.ledger import Home


def is_retried(context: CompanyContext, home: Home, key: DocumentKey, record: TransferRecord, each: float) -> bool:
    """Whether the company's settings have changed since the refusal, an operator asked for it, or it was refused `each`
    seconds ago. Raises Unreadable.
    """
    inputs = refusal_inputs(record.revision.content_hash, context.company.fingerprint())
    if record.refusal.inputs != inputs or asked_for(home, key, record.revision) is not None:
        return True
    return is_due(record.refusal.at + each, each, context.clock())
