"""A company's context: what all transfers of a company share in the worker that owns its home."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import structlog

from gateway.attachments import FileProcessor
from gateway.delivery.holds import Hold, Pause
from gateway.delivery.waits import Waits
from gateway.documents import Kind, Outcome
from gateway.documents.document import Document
from gateway.documents.ledger_keys import echo_key
from gateway.errors import GatewayError
from gateway.ledger import Home, Publish, Unreadable, Write
from gateway.procountor.client import ProcountorClient
from gateway.registers.cache import Cache
from gateway.registers.registers import Registers
from gateway.settings import Company, Delivery
from gateway.severa.client import SeveraClient

log = structlog.get_logger()

#: The shortest and longest backoff of a document with a transient error, in seconds; it doubles each time.
BACKOFF = (1.0, 300.0)


@dataclass(slots=True)
class CompanyContext:
    """A company at work."""

    organisation: str
    company: Company
    delivery: Delivery
    severa: SeveraClient
    procountor: ProcountorClient
    registers: Registers
    #: Turns an outcome into the record of its topic.
    publish: Callable[[Outcome], Publish]
    horizon: datetime
    file_processor: FileProcessor
    #: For files under way.
    folder: Path
    #: Seconds since 1970, as the home counts them by the broker's clock.
    clock: Callable[[], float]
    hold: Hold | None = None
    #: Causes that concern the company, with the time of their last report (seconds since 1970).
    reported: dict[str, float] = field(default_factory=dict)
    #: The code of the error that is the company's own current outcome, whose end must be reported.
    current_error: str = ""
    #: The documents without an outcome.
    waits: Waits = field(default_factory=Waits)
    #: Procountor keeps our invoice number.
    echo_proved: bool = False
    #: The key opens the company in Procountor that the ledger knows.
    books_proved: bool = False
    #: Ids of the home's other active companies, whose keys must open other companies.
    colleagues: tuple[str, ...] = ()
    #: The lock that all of them share.
    proving: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: Until the echo is proved, POSTs go one at a time.
    first_post: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: Keys of documents under way, each with whether it counts in the window (decision 2).
    in_flight: dict[str, bool] = field(default_factory=dict)
    #: Documents whose published event was not read yet, with the steady clock's time of publication (infinite until its
    #: commit).
    unread: dict[str, float] = field(default_factory=dict)
    #: Documents whose event was published again because nobody read it.
    lost: dict[str, float] = field(default_factory=dict)
    #: Documents with a dead letter because of a fault of the gateway, with their content's hash.
    buried: dict[str, str] = field(default_factory=dict)
    #: Keys of settled documents whose status update is not recorded yet.
    unwritten: set[str] = field(default_factory=set)
    #: Keys of documents whose attempt ended without an outcome.
    unexplained: set[str] = field(default_factory=set)
    #: Keys of documents whose last attempt was refused.
    refused: set[str] = field(default_factory=set)
    #: Kinds of objects that aren't kept in step now, each with its reason.
    pauses: dict[Kind, Pause] = field(default_factory=dict)
    #: By kind, where objects that are kept in step come from.
    sources: dict[Kind, Any] = field(default_factory=dict)
    #: Documents to look up once more, with the time when that is due (seconds since 1970).
    second_looks: dict[str, float] = field(default_factory=dict)
    #: How many redelivered events are not reported yet (ADR 5).
    replayed: int = 0
    #: The company's records that another version wrote, by key: nothing is started while there are any.
    unreadable: dict[str, Unreadable] = field(default_factory=dict)
    #: By kind, the company that a document belongs to now.
    company_of: dict[Kind, Callable[[Any], Awaitable[str]]] = field(default_factory=dict)
    #: Items of projects by guid, and of cost centers by number, as recently read from Severa.
    projects: Cache = field(default_factory=Cache)
    _later: dict[str, tuple[float, float]] = field(default_factory=dict)
    _refused: dict[str, float] = field(default_factory=dict)
    _opened: float = field(default_factory=time.monotonic)
    _hands: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.fromtimestamp(self.clock(), UTC)

    @property
    def margin(self) -> timedelta:
        """How long after the horizon a document must have been created to need no look-up (decision 12)."""
        return timedelta(seconds=self.delivery.horizon_margin)

    def is_old(self, published_at: float) -> bool:
        """Whether an event (published at seconds since 1970, by the broker) is older than the ledger's knowledge."""
        return published_at < self.horizon.timestamp()

    async def owns(self, kind: Kind, document: Document) -> bool:
        """Whether the document still belongs to this company (decision 13), and the company is on (S18)."""
        if not self.company.active:
            return False
        company_of = self.company_of.get(kind)
        return company_of is None or await company_of(document) == self.company.id

    def alone(self, key: str) -> asyncio.Lock:
        """One step at a time per document: events run in order, but the poll's sweep may come in between."""
        lock = self._hands.get(key)
        if lock is None:
            lock = self._hands[key] = asyncio.Lock()
        return lock

    def later(self, key: str, error: GatewayError | None = None, seconds: float | None = None) -> None:
        """The document ended with a transient error: it rests, with backoff. `error`: the error."""
        if error is not None:
            self.waits.failed(key, error)
        wait = min(self._later.get(key, (0.0, BACKOFF[0] / 2))[1] * 2, BACKOFF[1])
        self._later[key] = (time.monotonic() + max(wait, seconds or 0.0), wait)

    def read_back(self, key: str) -> None:
        """The document's event was read from its topic."""
        self.unread.pop(key, None)
        self.lost.pop(key, None)

    def take_back(self, after: float) -> None:
        """Events that nobody read within `after` seconds are published again: they may be gone with their topic, or be
        where nobody reads any more. A duplicate is harmless: it has the same revision.
        """
        now = time.monotonic()
        for key, at in [one for one in self.unread.items() if now - one[1] > after]:
            log.error("published event was not read, publishing it again", document=key, seconds=round(now - at))
            del self.unread[key]
            self.in_flight.pop(key, None)
            self.lost[key] = at

    def went_well(self, key: str) -> None:
        """The document ended: no more backoff."""
        self._later.pop(key, None)

    def resting(self, key: str) -> bool:
        """Whether the document is in backoff."""
        return self._later.get(key, (0.0, 0.0))[0] > time.monotonic()

    def post_refused(self, key: str) -> None:
        """Procountor rejected the document's POST, but may have executed it nevertheless."""
        self._refused[key] = time.monotonic()

    def seconds_unseen(self, key: str) -> float:
        """For how long no search may show yet what a rejected POST has created; a previous owner's POST was before our
        start.
        """
        left = self._refused.get(key, self._opened) + self.delivery.search_lag - time.monotonic()
        if left <= 0:
            self._refused.pop(key, None)
        return left

    def cannot_read(self, error: Unreadable) -> None:
        """A record of the company can't be read: its documents wait, and the poll reports it (decision 14)."""
        if error.key not in self.unreadable:
            log.error("ledger record can't be read", company=self.company.id, key=error.key, detail=error.detail)
            self.unreadable[error.key] = error

    def proofs(self, home: Home) -> list[Write]:
        """The record that Procountor keeps our invoice number, once it is proved and not yet written."""
        if self.echo_proved and home.get(echo_key(self.company.id)) is None:
            return [Write(echo_key(self.company.id), b"proved", self.organisation)]
        return []
