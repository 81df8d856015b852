"""What the steps of one attempt share: the change, the home that grants leases, the company's context."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import orjson

from gateway.delivery.change import Changed
from gateway.delivery.commands import KeptCommand, asked_for, stands, used_up
from gateway.delivery.company import CompanyContext
from gateway.delivery.holds import Hold
from gateway.delivery.record import Question, TransferRecord, record_of
from gateway.documents import (
    CommandKind,
    DocumentKey,
    Revision,
    Sequence,
    Target,
    Truncation,
)
from gateway.documents.document import Document
from gateway.errors import Configuration, Permanent
from gateway.ledger import Codec, Home, Intent, Lease, Write
from gateway.ledger.rounds import ROUNDS, nobody
from gateway.procountor.responses import InvoiceRead

if TYPE_CHECKING:  # a flow acts on attempts, and an attempt is of a flow
    from gateway.delivery.flow import Flow


@dataclass(frozen=True, slots=True)
class IntentPayload:
    """The payload of an intent: enough to find and settle its invoice in another process."""

    revision: Revision
    partner_id: int | None = None
    truncations: tuple[Truncation, ...] = ()
    notes: tuple[str, ...] = ()
    head_hash: str = ""
    #: The number that was sent: Severa's may have changed, or been removed, by the time of the look-up.
    number: int | None = None
    #: Rounds that began with `step`. Another step starts its own count: everything before it has ended (decision 9).
    steps: int = 0
    #: The call after the invoice's own with which an attempt began.
    step: str = ""
    #: What a flow that keeps in step needs to continue, in its own words.
    memo: str = ""

    def rounds(self, step: str) -> int:
        """How many attempts began with this step."""
        return self.steps if step == self.step else 0

    def encode(self) -> bytes:
        """The intent's form."""
        return orjson.dumps(self)

    @classmethod
    def decode(cls, value: bytes, key: str = "") -> IntentPayload:
        """Read what `encode` wrote into the intent of `key`. Raises Unreadable."""
        return _NOTES.decode(value, key)


_NOTES = Codec(IntentPayload)


def payload_of(intent: Intent) -> IntentPayload:
    """The payload of a document's intent. Raises Unreadable."""
    return IntentPayload.decode(intent.payload, intent.key)


D = TypeVar("D", bound=Document)

#: After so many seconds, the document is read again before anything begins (decision 5).
STALE = 60.0


def is_live(sequence: Sequence, published_at: float, home: Home) -> bool:
    """Whether this owner published the event recently, so that it is no replay.

    `published_at`: the broker's time, in seconds since 1970.
    """
    return sequence.epoch == home.epoch and abs(home.broker_time() - published_at) < STALE


@dataclass(slots=True)
class Attempt(Generic[D]):
    """One event in hand."""

    flow: Flow[D]
    change: Changed[D]
    home: Home
    context: CompanyContext
    #: This owner published the event recently.
    live: bool = True
    #: The event was published before the company's horizon: the ledger may not know what became of it.
    old: bool = False
    #: The document was looked up in this attempt.
    looked_up: bool = False
    #: What this attempt created or found for the revision's content.
    made: Target | None = None
    #: Notes for the outcome besides the payload's.
    notes: list[str] = field(default_factory=list)
    #: The company's hold when the attempt began, which the attempt probes.
    held: Hold | None = None
    #: The payload of an intent that an earlier attempt left open.
    left_open: IntentPayload | None = None
    #: An intent was left open, and no look-up has said yet what became of it.
    unanswered: bool = False
    #: The invoice's ledger receipt, as last seen.
    receipt_id: int | None = None
    #: The invoice's rate, as last seen.
    rate: Decimal = Decimal(1)
    #: What a flow that keeps in step has planned.
    planned: IntentPayload | None = None
    #: What a person is asked.
    question: Question | None = None
    #: Invoices that an operator lets stand.
    beside: list[int] = field(default_factory=list)
    #: The document's lease, once the attempt has one.
    lease: Lease | None = None
    #: The step that the lease was last requested for.
    step: str = ""
    #: What the attempt holds until it ends: locks, and a folder of files.
    resources: AsyncExitStack = field(default_factory=AsyncExitStack)
    #: An error that holds the company once the document is settled.
    hold_after: Configuration | None = None

    def saw(self, invoice: InvoiceRead) -> None:
        """Note the invoice's receipt and rate, for the receipt's step."""
        self.receipt_id, self.rate = invoice.receipt_id, invoice.currency_rate

    @property
    def target(self) -> Target:
        """What this attempt created or found, for the steps that follow it."""
        assert self.made is not None
        return self.made

    @property
    def document(self) -> D:
        """The business snapshot."""
        return self.change.document

    @property
    def revision(self) -> Revision:
        """The revision that the event asks for."""
        return self.change.revision

    @property
    def document_key(self) -> DocumentKey:
        """The document's key."""
        return self.change.key

    @property
    def key(self) -> str:
        """The document's key, as ledger and topics write it."""
        return str(self.document_key)

    @property
    def record(self) -> TransferRecord | None:
        """The ledger's record of the document."""
        return record_of(self.home, self.key)

    @property
    def memo(self) -> str:
        """What a flow that keeps in step noted of its object: in the intent of an attempt that has not ended, otherwise
        when the last one ended. Raises Unreadable.
        """
        if self.intent is not None:
            return payload_of(self.intent).memo
        return self.record.memo if self.record is not None else ""

    @property
    def unknown(self) -> bool:
        """Whether the event may have ended in a ledger that was lost (ADR 15)."""
        return self.old and self.record is None and self.intent is None

    def number_again(self) -> None:
        """After a lost ledger, the outcome of an event must be newer than everything that was reported of it before."""
        if self.unknown:
            now = replace(self.revision, sequence=Sequence(*self.home.next_sequence()))
            self.change = replace(self.change, revision=now)

    @property
    def asked(self) -> KeptCommand | None:
        """The operator's command for this revision of the document."""
        return asked_for(self.home, self.document_key, self.revision)

    @property
    def create_anyway(self) -> bool:
        """Whether an operator asked for an invoice of this revision, whatever Procountor has."""
        return self.asked is not None and self.asked.kind is CommandKind.CREATE_ANYWAY

    @property
    def asked_before(self) -> bool:
        """Whether the operator's command was for another revision: it no longer applies."""
        return stands(self.home, self.document_key) and self.asked is None

    def word(self, rounds: int, error: Permanent) -> list[Write]:
        """Records to write with another round of a call without an answer. An operator's command is used up by it, and
        the round's result is reported even if it is the same (Q3).

        Raises `error` if three rounds had no answer and nobody asked for another round (decision 9).
        """
        if self.asked is None or rounds < ROUNDS:
            return nobody(rounds, error)
        record, writes = self.record, used_up(self.home, self.document_key)
        if record is not None:
            writes.append(Write(self.key, record.with_refusal(cause="").encode(), self.context.organisation))
        return writes

    @property
    def intent(self) -> Intent | None:
        """The document's open intent."""
        return self.home.intent(self.key)


#: An attempt of whatever flow.
AnyAttempt = Attempt[Any]
