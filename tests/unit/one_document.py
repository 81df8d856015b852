"""One document's transfer with everything real but the calls: a ledger, a Procountor and a Severa in memory."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence as Many
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.delivery import transfer as transfers
from gateway.delivery.attempt import Attempt, IntentPayload
from gateway.delivery.change import Changed, Origin
from gateway.delivery.commands import obey
from gateway.delivery.flow import Prepared
from gateway.delivery.record import TransferRecord, record_of
from gateway.documents import Command, CommandKind, DocumentKey, Kind, Outcome, Revision, SalesInvoice, Sequence
from gateway.documents.hashing import content_hash, head_hash
from gateway.errors import Permanent, Transient, in_doubt, refuse, transient
from gateway.flows.sales_invoices import create
from gateway.flows.sales_invoices.flow import FLOW
from gateway.flows.sales_invoices.target import InProcountor
from gateway.http import Outage
from gateway.ledger import Intent, Lease, Taken, Write
from gateway.notify.mail import is_over
from gateway.polling.due import next_revision
from gateway.procountor.responses import InvoiceFound, InvoiceRead
from gateway.rules.own_company import OwnCompany
from gateway.rules.register_items import PartnerCard
from gateway.settings import TargetStatus
from gateway.severa.responses import BusinessUnit
from tests.unit.invoices import an_invoice

#: The user whose calls the gateway's are in Procountor, and the sum of what it makes there.
US, SUM = 1, Decimal(100)
PARTNER = PartnerCard(3, "Customer Oy", None, None)


@dataclass
class Ledger:
    """A home: what is committed is there, intents are expired when the test says so."""

    values: dict[str, bytes] = field(default_factory=dict)
    open: dict[str, Intent] = field(default_factory=dict)
    told: list[Outcome] = field(default_factory=list)
    expired: bool = True
    epoch: int = 1
    counter: int = 0
    withdrawn: int = 0
    lost: None = None
    taken: Taken = field(default_factory=lambda: Taken(datetime(2026, 1, 1, tzinfo=UTC)))
    config: Any = field(default_factory=lambda: SimpleNamespace(lease=10.0))

    def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    def items(self, prefix: str = "") -> list[tuple[str, bytes]]:
        return [(key, value) for key, value in self.values.items() if key.startswith(prefix)]

    def intent(self, key: str) -> Intent | None:
        return self.open.get(key)

    def seconds_until_expired(self, key: str) -> float:
        return 0.0 if self.expired else 9.0

    def broker_time(self) -> float:
        return time.time()

    def next_sequence(self) -> tuple[int, int]:
        self.counter += 1
        return self.epoch, self.counter

    def read_lease(self, key: str) -> Lease:
        return Lease(key, 10.0, lambda: 0.0, lambda: None)

    def left_unknown(self, key: str) -> None:
        pass

    def answered(self, lease: Lease) -> None:
        lease.before = self.open.get(lease.key)

    async def withdraw(self, lease: Lease) -> None:
        self.withdrawn += 1
        if lease.before is None:
            self.open.pop(lease.key, None)
        elif lease.key in self.open:
            self.open[lease.key] = lease.before

    async def renew(self, lease: Lease) -> None:
        pass

    async def commit(self, *, writes: Many[Write] = (), publish: Many[Any] = (), settles: Many[str] = ()) -> None:
        for one in writes:
            if one.value is None:
                self.values.pop(one.key, None)
            else:
                self.values[one.key] = one.value
        self.told += publish
        for key in settles:
            self.open.pop(key, None)

    async def open_intent(
        self, key: str, note: bytes, organisation: str, *, writes: Any = (), publish: Any = (), reopen: bool = False
    ) -> Lease:
        before = self.open.get(key)
        assert before is None or reopen
        await self.commit(writes=writes, publish=publish)
        self.open[key] = Intent(key, note, organisation, self.epoch, before.rounds + 1 if before else 1)
        return Lease(key, 10.0, lambda: 0.0, lambda: None, before=before)


class OneDocument:
    """The document and all around it. `posts` are ends of POSTs: "answered" when there is none left, "lost" without an
    effect, "made" without an answer, "busy" surely not executed.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.head, self.posts = Ledger(), an_invoice(status_id="before"), list[str]()
        self.invoices: dict[int, InvoiceRead] = {}
        self.unreadable: set[int] = set()
        self.wall = time.time()
        self.company, self.books = "acme-fi", OwnCompany(1, "Acme Oy")
        self.unit = BusinessUnit("unit", "Acme")
        self.refusal: Permanent | Transient | None = None
        self.key = DocumentKey("acme-fi", Kind.SALES_INVOICE, self.head.id)
        self.hand, self.locks = asyncio.Lock(), defaultdict[str, asyncio.Lock](asyncio.Lock)
        sales = SimpleNamespace(
            status_before="Ready", status_after="Done", target_status=TargetStatus.UNFINISHED, attachments="none"
        )
        severa = SimpleNamespace(
            invoice=self._head, set_status=self._move, status_ids=self._statuses, business_units=self._business_units
        )
        self.outage = Outage()
        procountor = SimpleNamespace(
            outage=self.outage,
            find_invoices=self._find,
            invoice=self._read,
            invoice_if_there=self._read_if_there,
            own_company=self._own_company,
            create_invoice=self._create,
            write_notes=self._write_notes,
            attachments=self._none,
        )
        self.context: Any = SimpleNamespace(
            organisation="nordic",
            company=SimpleNamespace(
                id="acme-fi", business_unit="unit", country="FI", active=True, sales=sales, fingerprint=lambda: "f"
            ),
            severa=severa,
            procountor=procountor,
            registers=SimpleNamespace(expire=lambda: None, user=self._user),
            delivery=SimpleNamespace(second_look=3600.0, down_after=300.0, absence=86_400.0),
            publish=lambda outcome: outcome,
            proofs=lambda home: [],
            now=lambda: datetime.fromtimestamp(self.wall, UTC),
            horizon=datetime(2020, 1, 1, tzinfo=UTC),
            margin=timedelta(hours=24),
            alone=self._alone,
            owns=self._owns,
            later=lambda *_: None,
            went_well=lambda *_: None,
            post_refused=lambda _: None,
            seconds_unseen=lambda _: 0.0,
            hold=None,
            reported={},
            current_error="",
            clock=lambda: self.wall,
            echo_proved=True,
            books_proved=False,
            colleagues=(),
            proving=asyncio.Lock(),
            replayed=0,
            unexplained=set(),
            unwritten=set(),
            second_looks={},
            unreadable={},
        )

        async def prepare(attempt: Attempt[SalesInvoice]) -> Prepared:
            if self.refusal is not None:
                raise self.refusal
            body = {"notes": attempt.revision.marker(attempt.document.id), "number": str(attempt.document.number)}
            note = IntentPayload(
                attempt.revision, PARTNER.id, head_hash=head_hash(attempt.document), number=attempt.document.number
            )
            return Prepared(PARTNER.id, body, note)

        async def nothing(attempt: Attempt[SalesInvoice], invoice: Any) -> None:
            """No files, no receipt."""

        self.target: Any = InProcountor()
        self.target.prepare = prepare
        self.flow = replace(FLOW, target=self.target)
        monkeypatch.setattr(create, "attach", nothing)
        monkeypatch.setattr(create, "write_receipt", nothing)

    def _alone(self, key: str) -> asyncio.Lock:
        return self.hand if key == str(self.key) else self.locks[key]

    async def _own_company(self) -> OwnCompany:
        return self.books

    async def _business_units(self) -> list[BusinessUnit]:
        return [self.unit]

    async def _statuses(self, *_: str) -> tuple[str, str]:
        return "before", "after"

    async def _owns(self, kind: Kind, invoice: SalesInvoice) -> bool:
        return self.company == "acme-fi"

    async def _none(self, invoice_id: int) -> list[Any]:
        return []

    async def _head(self, guid: str) -> SalesInvoice | None:
        return replace(self.head, rows=())

    async def _move(self, guid: str, status: str, *_: Any) -> SalesInvoice:
        self.head = replace(self.head, status_id=status)
        return replace(self.head, rows=())

    async def _find(self, number: str) -> list[InvoiceFound]:
        return [InvoiceFound(one.id, number) for one in self.invoices.values() if one.original_number == number]

    async def _read(self, invoice_id: int) -> InvoiceRead:
        if invoice_id in self.unreadable:
            raise refuse("PROCOUNTOR_REFUSED", said="not found", operation="read invoice")
        return self.invoices[invoice_id]

    async def _read_if_there(self, invoice_id: int) -> InvoiceRead | None:
        return await self._read(invoice_id) if invoice_id in self.invoices else None

    async def _user(self) -> int:
        return US

    async def _write_notes(self, invoice_id: int, notes: str, lease: Lease) -> None:
        self.invoices[invoice_id] = replace(self.invoices[invoice_id], notes=notes)

    async def _create(self, body: dict[str, Any], lease: Lease) -> InvoiceRead:
        end = self.posts.pop(0) if self.posts else "answered"
        if end == "busy":
            raise transient("API_BUSY", retry_after=60.0, api="Procountor")
        number, notes = body["number"], body["notes"]
        made = InvoiceRead(len(self.invoices) + 1, "UNFINISHED", notes, 3, None, SUM, 70, number, creator=US)
        if end != "lost":
            self.invoices[made.id] = made
        if end != "answered":
            raise in_doubt("ATTEMPT_UNKNOWN", operation="create invoice")
        return made

    @property
    def record(self) -> TransferRecord:
        known = record_of(cast(Any, self.home), str(self.key))
        assert known is not None
        return known

    @property
    def valid(self) -> int:
        return sum(one.status != "INVALIDATED" for one in self.invoices.values())

    @property
    def states(self) -> list[tuple[int, str]]:
        """Revision and state of each outcome; not those that say that a hold is over."""
        return [(one.revision.number, one.state.value) for one in self.home.told if not is_over(one)]

    def event(self, origin: Origin = Origin.POLL) -> Changed[SalesInvoice]:
        """What the poll publishes of the document as it is now."""
        known = record_of(cast(Any, self.home), str(self.key))
        content = content_hash(self.head)
        number = next_revision(known, content, known is not None and known.write_back.done)
        revision = Revision(number, Sequence(*self.home.next_sequence()), content)
        return Changed("nordic", self.key, revision, origin, self.head)

    async def transfer(self, event: Changed[SalesInvoice] | None = None, live: bool = True, old: bool = False) -> None:
        """One attempt. `old`: on an event that was published before the horizon."""
        attempt = Attempt(self.flow, event or self.event(), cast(Any, self.home), self.context, live=live, old=old)
        await transfers.transfer(attempt)

    async def write_back(self, revision: int) -> None:
        """What follows the result of a revision."""
        await self.flow.completion.write_back(cast(Any, self.home), self.context, self.flow, self.key, revision)

    def edit(self, **changes: Any) -> None:
        """A user changes it."""
        self.head = replace(self.head, **changes)

    async def ask(self, kind: CommandKind, invoice_id: int | None = None) -> None:
        """An operator's command stands in the ledger."""
        at = datetime.fromtimestamp(time.time(), UTC)
        target = str(invoice_id) if invoice_id is not None else None
        command = Command("nordic", kind, self.key, at, "me", target)
        await obey(self.context, cast(Any, self.home), command)
