"""What a flow provides, so that the engine can transfer its documents without knowing their kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from gateway.delivery.attempt import Attempt
from gateway.delivery.company import CompanyContext
from gateway.delivery.identity import Compared
from gateway.delivery.plan import Plan, Update
from gateway.delivery.record import TransferRecord
from gateway.documents import DocumentKey, Kind, Outcome, Revision
from gateway.documents.document import Document
from gateway.errors import Permanent
from gateway.ledger import Home, Lease
from gateway.ledger.effects import Effect
from gateway.settings import Company
from gateway.severa.client import Page, SeveraClient

D = TypeVar("D", bound=Document)
D_co = TypeVar("D_co", bound=Document, covariant=True)


class FlowSettings(Protocol):
    """A company's settings of one flow, as far as the engine needs them."""

    @property
    def enabled(self) -> bool:
        """Whether the flow is on (S18)."""


class StatusSettings(FlowSettings, Protocol):
    """Those of a flow whose documents wait in a status."""

    @property
    def status_before(self) -> str:
        """The name of the status that starts a transfer (S13)."""

    @property
    def status_after(self) -> str:
        """The name of the status that a transferred document gets (S13)."""


class Statuses(NamedTuple):
    """Guids of the status that starts a transfer, and of the status after it."""

    before: str
    after: str


class Source(Protocol[D_co]):
    """The system that documents come from."""

    async def statuses(self, context: CompanyContext) -> Statuses:
        """Guids of the statuses before and after the transfer (S13), from one reading: a step reads them once and keeps
        them. Never a guess: a wrong status would look like a user's last word. Raises Configuration.
        """

    async def head(self, context: CompanyContext, id_: str) -> D_co | None:
        """The document's head as it is now; None if it was deleted."""

    async def set_status(self, context: CompanyContext, id_: str, status: str, lease: Lease) -> D_co:
        """Set its status to this guid. Returns its new head."""


class Listing(Protocol[D]):
    """The waiting documents of one organisation, as the poll reads them."""

    async def refresh(self, refused: bool) -> None:
        """Read what changed besides the documents. `refused`: something is refused, so a change may fix it."""

    async def page(self, statuses: Sequence[str], following: str | None, since: datetime | None = None) -> Page:
        """One page of heads in these statuses; `since`: only those that changed since then."""

    async def unit(self, head: D) -> str:
        """The business unit of the document; "" if it has none."""

    async def whole(self, context: CompanyContext, head: D) -> D:
        """The whole document."""

    def may_be_fixed(self, head: D, record: TransferRecord, commit: int) -> bool:
        """Whether anything that its refusal was judged by has changed since this commit of the home."""


class Completion(Protocol):
    """What happens at the source once a document was transferred."""

    async def write_back(
        self,
        home: Home,
        context: CompanyContext,
        flow: AnyTransferFlow,
        key: DocumentKey,
        revision: int,
        result: Outcome | None = None,
    ) -> None:
        """Report at the source that this revision was transferred; `result`: its result, if it is at hand."""

    async def put_back(
        self,
        context: CompanyContext,
        flow: AnyTransferFlow,
        key: DocumentKey,
        statuses: Statuses,
        record: TransferRecord | None,
        head: Document,
        read: Lease,
        asked: Revision | None = None,
    ) -> bool:
        """Revert a status update with a content that was not transferred. True if it was reverted."""


class TargetSystem(Protocol[D]):
    """The system that documents go to."""

    def compared(self, document: D) -> Compared:
        """What a look-up compares."""

    async def plan(self, attempt: Attempt[D]) -> Plan:
        """Everything that this revision needs: reads only. Raises every kind of GatewayError; Permanent for whatever
        refuses the document.
        """

    async def steps(self, attempt: Attempt[D]) -> tuple[Effect, ...]:
        """What follows the document's creation (`attempt.made`) and may be missing: reads only. Raises as `plan`."""

    def not_found(self, attempt: Attempt[D]) -> Permanent:
        """The error after three creations without an answer, none of which is found."""

    def incomplete(self, company: Company, status: str, why: str, attached: list[str] | None = None) -> tuple[str, ...]:
        """Notes about a document that stays as it is before its transfer was complete: what it has, and what it may
        lack.

        `why`: what became of its document; `attached`: names of its files, None if unknown.
        """


@dataclass(frozen=True, slots=True)
class Batch(Generic[D]):
    """Some of the objects that a look at a source found."""

    #: In the order in which they are published.
    documents: tuple[D, ...]
    #: Where the next look begins once all of them are published; "" leaves it where it is.
    cursor: str = ""


CompanyOf = Callable[[str], Awaitable[str]]
"""The company of a business unit in Severa, by guid; "" if it has none (decision 13). Raises GatewayError."""


class SyncSource(Protocol[D]):
    """The system that objects are kept in step with."""

    def changes(self, context: CompanyContext, home: Home, cursor: str, confirmed: str) -> AsyncIterator[Batch[D]]:
        """Objects of a company that may have changed since the cursor; "": all of them. Objects that are known to be in
        step may be left out.

        `confirmed`: the cause of an error of an earlier look that an operator let pass. Raises Configuration for
        whatever lets this flow of the company rest.
        """

    async def read(self, context: CompanyContext, home: Home, id_: str) -> D | None:
        """One object as it is now, by the id of its key; None if there is nothing to do for it any more."""


class SyncTarget(Protocol[D]):
    """The system in which objects are kept in step."""

    async def plan(self, attempt: Attempt[D]) -> Update:
        """What is missing in the target, by a look at it: reads only. An earlier attempt may have done some of it:
        `attempt.memo` has what it kept. Raises every kind of GatewayError; Permanent for whatever refuses the object.
        """


@dataclass(frozen=True, slots=True)
class Flow(Generic[D]):
    """A kind of document, from its source to its target."""

    #: As it stands in keys.
    kind: Kind
    #: As people call one: sales invoice.
    title: str
    document: type[D]
    #: The name of its change event's schema.
    schema: str
    #: The type of that event.
    event: str
    settings: Callable[[Company], FlowSettings]

    def is_on(self, company: Company) -> bool:
        """Whether company and flow are on (S12, S18-S20)."""
        return company.enabled and self.settings(company).enabled

    def status_names(self, company: Company) -> tuple[str, str]:
        """Names of the statuses before and after the transfer; "" where the source has none."""
        return "", ""


@dataclass(frozen=True, slots=True)
class TransferFlow(Flow[D]):
    """Documents that are transferred once, when their status at the source says so (F1, F2)."""

    settings: Callable[[Company], StatusSettings]
    source: Source[D]
    #: Made per organisation, of its client, its home, and since when a change may fix a refusal.
    listing: Callable[[SeveraClient, Home, datetime | None], Listing[D]]
    target: TargetSystem[D]
    completion: Completion
    #: Codes of errors that say that a company's source lacks what the flow needs: the flow rests, not the company.
    absent: frozenset[str] = frozenset()

    def status_names(self, company: Company) -> tuple[str, str]:
        """Names of the statuses before and after the transfer (S9, S13)."""
        settings = self.settings(company)
        return settings.status_before, settings.status_after


@dataclass(frozen=True, slots=True)
class SyncFlow(Flow[D]):
    """Objects that are kept in step with their source for as long as they exist (F3-F5, ADR 31)."""

    #: Made per organisation, of its client and its business units: what it reads for a company may serve the others.
    source: Callable[[SeveraClient, CompanyOf], SyncSource[D]]
    target: SyncTarget[D]


#: Flows of whatever kind of document.
AnyFlow = Flow[Any]
AnyTransferFlow = TransferFlow[Any]
AnySyncFlow = SyncFlow[Any]


def transfer_flow(attempt: Attempt[D]) -> TransferFlow[D]:
    """The flow of an attempt on a document that is transferred once."""
    flow = attempt.flow
    assert isinstance(flow, TransferFlow)
    return flow


def sync_flow(attempt: Attempt[D]) -> SyncFlow[D]:
    """The flow of an attempt on an object that is kept in step."""
    flow = attempt.flow
    assert isinstance(flow, SyncFlow)
    return flow
