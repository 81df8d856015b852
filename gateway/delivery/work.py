"""What the steps of one attempt share: the change, the home that licenses it, the desk of its company."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from gateway.delivery.desk import Desk
from gateway.delivery.holds import Hold
from gateway.delivery.record import TransferRecord
from gateway.documents import (
    Cut,
    CutKind,
    DocumentKey,
    Kind,
    ProcountorInvoice,
    Revision,
    SalesInvoice,
    Sequence,
)
from gateway.events.sales_invoice import SalesInvoiceChanged
from gateway.ledger import Home, Intent


@dataclass(frozen=True, slots=True)
class Note:
    """What an intent's record says of the invoice it licenses: enough to settle it in another process."""

    revision: Revision
    partner_id: int | None = None
    cuts: tuple[Cut, ...] = ()
    notes: tuple[str, ...] = ()
    head_hash: str = ""

    def encode(self) -> bytes:
        """As it stands in the intent."""
        return orjson.dumps(self)

    @classmethod
    def decode(cls, value: bytes) -> Note:
        """Read back what `encode` wrote."""
        tree = orjson.loads(value)
        revision = tree["revision"]
        return cls(
            revision=Revision(revision["number"], Sequence(**revision["sequence"]), revision["content_hash"]),
            partner_id=tree["partner_id"],
            cuts=tuple(Cut(**{**cut, "kind": CutKind(cut["kind"])}) for cut in tree["cuts"]),
            notes=tuple(tree["notes"]),
            head_hash=tree["head_hash"],
        )


@dataclass(slots=True)
class Work:
    """One event in hand. `age` is seconds since the event was published; `made` the invoice that this attempt made;
    `held` the company's hold when the attempt began, which it probes.
    """

    change: SalesInvoiceChanged
    home: Home
    desk: Desk
    age: float = 0.0
    looked_up: bool = False
    made: ProcountorInvoice | None = None
    held: Hold | None = None

    @property
    def invoice(self) -> SalesInvoice:
        """The business snapshot."""
        return self.change.invoice

    @property
    def revision(self) -> Revision:
        """The revision that the event asks for."""
        return self.change.revision

    @property
    def document(self) -> DocumentKey:
        """The document's key."""
        return DocumentKey(self.desk.company.id, Kind.SALES_INVOICE, self.invoice.id)

    @property
    def key(self) -> str:
        """The document's key as ledger and topics write it."""
        return str(self.document)

    @property
    def record(self) -> TransferRecord | None:
        """What the ledger knows of the document now."""
        return TransferRecord.decode(self.home.get(self.key))

    @property
    def intent(self) -> Intent | None:
        """The document's open intent."""
        return self.home.intent(self.key)
