"""The change event of a sales invoice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.documents import DocumentKey, Revision, SalesInvoice


class Origin(StrEnum):
    """Who asked for the transfer."""

    POLL = "poll"
    SWEEP = "sweep"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class SalesInvoiceChanged:
    """A sales invoice needs a transfer: the whole business snapshot (decision 16), one event a revision."""

    organisation: str
    key: DocumentKey
    revision: Revision
    origin: Origin
    invoice: SalesInvoice
