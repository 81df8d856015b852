"""What the steps of one attempt share: the change, the home that licenses it, the context of its company."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import orjson

from gateway.delivery.change import Changed
from gateway.delivery.commands import asked_for, stands, used_up
from gateway.delivery.company import CompanyContext
from gateway.delivery.holds import Hold
from gateway.delivery.record import Question, TransferRecord, record_of
from gateway.documents import (
    Command,
    CommandKind,
    DocumentKey,
    Revision,
    Sequence,
    Target,
    Truncation,
)
from gateway.documents.document import Document
from gateway.errors import Permanent
from gateway.ledger import Codec, Home, Intent, Lease, Write
from gateway.ledger.rounds import ROUNDS, nobody
from gateway.procountor.responses import InvoiceRead

if TYPE_CHECKING:  # a flow acts on attempts, and an attempt is of a flow
    from gateway.delivery.flow import Flow


@dataclass(frozen=True, slots=True)
class IntentPayload:
    """What an intent's record says of the invoice it licenses: enough to find and settle it in another process.

    `number` is the one that was sent: Severa's may be another by the time of the look-up, or be taken away.
    `step`: the call that followed the invoice's own, with which an attempt began; `steps`: the rounds that began with
    it. Another step begins its own count: what went before it has its end (decision 9).
    """

    revision: Revision
    partner_id: int | None = None
    truncations: tuple[Truncation, ...] = ()
    notes: tuple[str, ...] = ()
    head_hash: str = ""
    number: int | None = None
    steps: int = 0
    step: str = ""

    def rounds(self, step: str) -> int:
        """How many attempts began with this step."""
        return self.steps if step == self.step else 0

    def encode(self) -> bytes:
        """As it stands in the intent."""
        return orjson.dumps(self)

    @classmethod
    def decode(cls, value: bytes, key: str = "") -> IntentPayload:
        """Read back what `encode` wrote into the intent of `key`. Raises Unreadable."""
        return _NOTES.decode(value, key)


_NOTES = Codec(IntentPayload)


def payload_of(intent: Intent) -> IntentPayload:
    """The payload of a document's intent. Raises Unreadable."""
    return IntentPayload.decode(intent.payload, intent.key)


D = TypeVar("D", bound=Document)

#: Seconds after which an event is no longer taken at its word (decision 5).
STALE = 60.0


def is_live(sequence: Sequence, published_at: float, home: Home) -> bool:
    """Whether an event was published lately by this owner, so that it is no replay.

    `published_at`: the broker's time, in seconds since 1970.
    """
    return sequence.epoch == home.epoch and abs(home.broker_time() - published_at) < STALE


@dataclass(slots=True)
class Attempt(Generic[D]):
    """One event in hand. `live`: it was published lately by this owner; `old`: it was published before the company's
    horizon, so that the ledger may not know what became of it; `made` the invoice that this attempt made
    or found, of the revision's content; `told` what the outcome shall say beside the payload; `held` the company's hold
    when the attempt began, which it probes; `left_open`: what an intent says that had been left open, `unanswered`: and
    no look-up has said yet what came of it; `receipt_id` and `rate` the invoice's ledger receipt and rate, as last
    seen; `question` what a person is asked; `beside` invoices that an operator lets stand; `lease` the document's, once
    the attempt has one, and `step` what it was asked for last.
    """

    flow: Flow[D]
    change: Changed[D]
    home: Home
    context: CompanyContext
    live: bool = True
    old: bool = False
    looked_up: bool = False
    made: Target | None = None
    told: list[str] = field(default_factory=list)
    held: Hold | None = None
    left_open: IntentPayload | None = None
    unanswered: bool = False
    receipt_id: int | None = None
    rate: Decimal = Decimal(1)
    question: Question | None = None
    beside: list[int] = field(default_factory=list)
    lease: Lease | None = None
    step: str = ""

    def saw(self, invoice: InvoiceRead) -> None:
        """What the receipt's step needs of the invoice in Procountor."""
        self.receipt_id, self.rate = invoice.receipt_id, invoice.currency_rate

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
        """The document's key as ledger and topics write it."""
        return str(self.document_key)

    @property
    def record(self) -> TransferRecord | None:
        """What the ledger knows of the document now."""
        return record_of(self.home, self.key)

    @property
    def unknown(self) -> bool:
        """Whether the event may have had its end in a ledger that was lost (ADR 15)."""
        return self.old and self.record is None and self.intent is None

    def number_again(self) -> None:
        """What comes of an event that a lost ledger may have known is newer than whatever was told of it before."""
        if self.unknown:
            now = replace(self.revision, sequence=Sequence(*self.home.next_sequence()))
            self.change = replace(self.change, revision=now)

    @property
    def asked(self) -> Command | None:
        """What an operator asked for this revision of the document."""
        return asked_for(self.home, self.document_key, self.revision)

    @property
    def create_anyway(self) -> bool:
        """Whether an operator asked for an invoice of this revision, whatever Procountor has."""
        return self.asked is not None and self.asked.kind is CommandKind.CREATE_ANYWAY

    @property
    def asked_before(self) -> bool:
        """Whether what an operator asked for was another revision's: that is void."""
        return stands(self.home, self.document_key) and self.asked is None

    def word(self, rounds: int, error: Permanent) -> list[Write]:
        """What is written with one more round of a call that had no answer: an operator's word is used up by it, and
        what comes of it is told, even if it is the same (Q3).

        Raises `error` when three rounds had no answer and nobody has asked for another one (decision 9).
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
