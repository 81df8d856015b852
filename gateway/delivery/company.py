"""A company's context: what all transfers of one company share in the worker that owns its home."""

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
from gateway.delivery.holds import Hold
from gateway.delivery.waits import Waits
from gateway.documents import Kind, Outcome
from gateway.documents.document import Document
from gateway.documents.ledger_keys import echo_key
from gateway.errors import GatewayError
from gateway.ledger import Home, Publish, Unreadable, Write
from gateway.procountor.client import ProcountorClient
from gateway.registers.ensure import Cache, Registers
from gateway.settings import Company, Delivery
from gateway.severa.client import SeveraClient

log = structlog.get_logger()

#: Seconds before a document that ended transient is published again; doubled each time up to the last.
BACKOFF = (1.0, 300.0)


@dataclass(slots=True)
class CompanyContext:
    """One company at work. `publish` turns an outcome into the record of its topic; `folder` is for files on their way.

    `in_flight` are keys of documents that are under way, each with whether it counts in the window (decision 2).
    `unread` are those whose event was published and not read from its topic yet, with the time of a steady clock at
    which it was (infinite until it is committed); `lost` those that were published again for that.
    `buried` are those of which an event became a dead letter by a fault of ours, each with its content's hash.
    `unwritten` are keys of settled documents whose write-back is not recorded yet, `unexplained` those of documents
    whose attempt ended without an outcome, `second_looks` those to be looked up once more, with the time at which that
    is due (seconds since 1970). `replayed` counts events that came again after their end and are not told (ADR 5).
    `unreadable` are the company's records that another version wrote, by key: nothing is begun while there are any.
    `books_proved`: the key opens the company of Procountor that the ledger speaks of. `colleagues` are ids of the
    home's other companies that are on, whose keys must open others; `proving` is their common lock.
    `company_of`: by kind, whose a document is now. `projects` are items of projects by guid, and of cost centers by
    number, as Severa told lately.
    `reported` are causes that concern the company, each with the time when it was last reported (seconds since 1970).
    `current_error`: the code of the error that is the company's own current outcome, which is to be told as over.
    `clock`: seconds since 1970 as the home counts them, by the broker's clock. `waits` are the documents without an
    outcome.
    """

    organisation: str
    company: Company
    delivery: Delivery
    severa: SeveraClient
    procountor: ProcountorClient
    registers: Registers
    publish: Callable[[Outcome], Publish]
    horizon: datetime
    file_processor: FileProcessor
    folder: Path
    clock: Callable[[], float]
    hold: Hold | None = None
    reported: dict[str, float] = field(default_factory=dict)
    current_error: str = ""
    waits: Waits = field(default_factory=Waits)
    echo_proved: bool = False
    books_proved: bool = False
    colleagues: tuple[str, ...] = ()
    proving: asyncio.Lock = field(default_factory=asyncio.Lock)
    first_post: asyncio.Lock = field(default_factory=asyncio.Lock)
    in_flight: dict[str, bool] = field(default_factory=dict)
    unread: dict[str, float] = field(default_factory=dict)
    lost: dict[str, float] = field(default_factory=dict)
    buried: dict[str, str] = field(default_factory=dict)
    unwritten: set[str] = field(default_factory=set)
    unexplained: set[str] = field(default_factory=set)
    second_looks: dict[str, float] = field(default_factory=dict)
    replayed: int = 0
    unreadable: dict[str, Unreadable] = field(default_factory=dict)
    company_of: dict[Kind, Callable[[Any], Awaitable[str]]] = field(default_factory=dict)
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
        """How long after the horizon a document must have been made to cost no look-up (decision 12)."""
        return timedelta(seconds=self.delivery.horizon_margin)

    def is_old(self, published_at: float) -> bool:
        """Whether an event (published at seconds since 1970, by the broker) is older than what the ledger knows."""
        return published_at < self.horizon.timestamp()

    async def owns(self, kind: Kind, document: Document) -> bool:
        """Whether the document is this company's still (decision 13), and the company is on (S18)."""
        if not self.company.active:
            return False
        company_of = self.company_of.get(kind)
        return company_of is None or await company_of(document) == self.company.id

    def alone(self, key: str) -> asyncio.Lock:
        """One hand at a document at a time: events run in order, but the poll's sweep comes in between."""
        lock = self._hands.get(key)
        if lock is None:
            lock = self._hands[key] = asyncio.Lock()
        return lock

    def later(self, key: str, error: GatewayError | None = None, seconds: float | None = None) -> None:
        """The document ended transient: not before a while, with backoff. `error`: what it met."""
        if error is not None:
            self.waits.failed(key, error)
        wait = min(self._later.get(key, (0.0, BACKOFF[0] / 2))[1] * 2, BACKOFF[1])
        self._later[key] = (time.monotonic() + max(wait, seconds or 0.0), wait)

    def read_back(self, key: str) -> None:
        """The document's event was read from its topic."""
        self.unread.pop(key, None)
        self.lost.pop(key, None)

    def take_back(self, after: float) -> None:
        """What was published and not read within `after` seconds is published again: its event may be gone with its
        topic, or stand where nobody reads any more. Twice is once: the second has the same revision.
        """
        now = time.monotonic()
        for key, at in [one for one in self.unread.items() if now - one[1] > after]:
            log.error("published event was not read, publishing it again", document=key, seconds=round(now - at))
            del self.unread[key]
            self.in_flight.pop(key, None)
            self.lost[key] = at

    def went_well(self, key: str) -> None:
        """The document ended: no backoff any more."""
        self._later.pop(key, None)

    def resting(self, key: str) -> bool:
        """Whether the document's backoff goes on."""
        return self._later.get(key, (0.0, 0.0))[0] > time.monotonic()

    def post_refused(self, key: str) -> None:
        """Procountor refused the document's POST, which it may have executed all the same."""
        self._refused[key] = time.monotonic()

    def seconds_unseen(self, key: str) -> float:
        """For how long no search may show yet what a refused POST has made; an earlier owner's was before our start."""
        left = self._refused.get(key, self._opened) + self.delivery.search_lag - time.monotonic()
        if left <= 0:
            self._refused.pop(key, None)
        return left

    def cannot_read(self, error: Unreadable) -> None:
        """A record of the company can't be read: its documents wait, and the poll tells so (decision 14)."""
        if error.key not in self.unreadable:
            log.error("ledger record can't be read", company=self.company.id, key=error.key, detail=error.detail)
            self.unreadable[error.key] = error

    def proofs(self, home: Home) -> list[Write]:
        """The record that Procountor keeps our invoice number, once it is proved and not yet written."""
        if self.echo_proved and home.get(echo_key(self.company.id)) is None:
            return [Write(echo_key(self.company.id), b"proved", self.organisation)]
        return []
