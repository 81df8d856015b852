"""Purchase invoices of Procountor, found by the versions of invoices and ledger receipts, as allocations (F3, U1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import TypeVar

import structlog

from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import Batch, CompanyOf
from gateway.documents import CostAllocation, ItemRef, Kind
from gateway.errors import Transient, transient
from gateway.flows.purchase_invoices.known import Allocations, invoice_of, looks_from, may_have_fees
from gateway.flows.purchase_invoices.marked_fees import MarkedFees
from gateway.flows.purchase_invoices.projects import Projects
from gateway.flows.purchase_invoices.rules.allocations import allocations
from gateway.flows.purchase_invoices.rules.marked import by_number, of_fees
from gateway.flows.purchase_invoices.rules.statuses import COUNTED
from gateway.ledger import Home, wait_out_quarantine
from gateway.procountor.purchases import Changed
from gateway.procountor.responses import Dimension
from gateway.rules.codes.currencies import HOME_CURRENCY
from gateway.rules.items import DimensionItem, Form
from gateway.rules.purchases import PurchaseInvoice, PurchaseReceipt
from gateway.severa.client import SeveraClient

log = structlog.get_logger()

#: How long after its version an object may first be seen in a search.
OVERLAP = timedelta(minutes=10)
#: How many invoices are read, and published, at once.
AT_ONCE = 200

T = TypeVar("T")
Versions = dict[int, datetime | None]


@dataclass(slots=True)
class Seen:
    """What the last look at a company has shown: within the overlap, each version is read once."""

    invoices: Versions = field(default_factory=dict)
    receipts: Versions = field(default_factory=dict)
    #: When invoices were created, as far as searches have shown it.
    created: Versions = field(default_factory=dict)
    #: Invoices to be read again: they can't be read, or their receipts were not there.
    missing: set[int] = field(default_factory=set)


class Purchases:
    """A SyncSource: one per organisation, for all its companies."""

    def __init__(self, severa: SeveraClient, company_of: CompanyOf) -> None:
        self.fees = MarkedFees(severa.fees)
        self.projects = Projects(company_of)
        self._seen: dict[str, Seen] = {}
        self._allocations: dict[str, Allocations] = {}

    async def changes(
        self, context: CompanyContext, home: Home, cursor: str, confirmed: str
    ) -> AsyncIterator[Batch[CostAllocation]]:
        """Allocations of invoices whose own version, or whose receipt's, is of the cursor or later.

        The cursor is the latest version of a look, by Procountor's own clock, with the settings that it was made by. An
        invoice whose receipt is not there, since Procountor is creating it again (docs/api-facts.md 56), is read again
        by the next look.
        """
        seen, said = self._seen.setdefault(context.company.id, Seen()), _said(context)
        before, _, said_before = cursor.partition(" ")
        since = looks_from(context)
        if before and said_before == said:
            since = datetime.fromisoformat(before) - OVERLAP
        else:
            seen = self._seen[context.company.id] = Seen()
        invoices = await context.procountor.purchases_changed(since)
        receipts = await context.procountor.purchase_receipts_changed(since)
        seen.created |= {one.id: one.created for one in invoices}
        new_invoices, new_receipts = _new(invoices, seen.invoices), _new(receipts, seen.receipts)
        if not new_invoices and not new_receipts and not seen.missing:
            return
        look = await self._look(context, home)
        changed = {one.id for one in new_invoices if one.status in COUNTED or look.allocations.keys(one.id)}
        for ids in _chunks(sorted(changed | seen.missing)):
            yield Batch(await look.documents(ids))
        for ids in _chunks([one.id for one in new_receipts if one.id not in look.receipts]):
            read, _ = await readable(context.procountor.purchase_receipts, ids)
            others = [one for one in read if one.invoice_id not in look.done]
            owners = tuple(dict.fromkeys(one.invoice_id for one in others))
            yield Batch(await look.documents(owners, {one.id: one for one in others}))
        if look.missing:
            log.warning("purchase invoices are read again", company=context.company.id, invoices=sorted(look.missing))
        seen.missing = look.missing
        seen.invoices = {one.id: one.version for one in invoices}
        seen.receipts = {one.id: one.version for one in receipts}
        versions = [one.version for one in (*invoices, *receipts) if one.version is not None]
        yield Batch((), f"{max(versions).isoformat()} {said}" if versions else "")

    async def read(self, context: CompanyContext, home: Home, id_: str) -> CostAllocation | None:
        """One allocation as it is now; None if its invoice has no such share, and no fee of it is known."""
        look = await self._look(context, home)
        invoice_id = invoice_of(id_)
        found = await look.documents([invoice_id])
        if look.missing:
            said = f"the invoice {invoice_id} or its receipt is missing"
            raise transient("ANSWER_ODD", api="Procountor", operation="read invoices", said=said)
        return next((one for one in found if one.id == id_), None)

    def may_have_fees(self, context: CompanyContext, invoice_id: int) -> bool:
        """Whether an earlier ledger may have known fees of the invoice."""
        seen = self._seen.get(context.company.id)
        return may_have_fees(context, seen.created.get(invoice_id) if seen is not None else None)

    async def _look(self, context: CompanyContext, home: Home) -> Look:
        if any(key.startswith(f"{context.company.id}/{Kind.COST_ALLOCATION}/") for key in context.refused):
            context.registers.expire()  # an item may have been renamed
        dimension = await context.registers.dimensions.named(context.company.purchases.project_dimension)
        return Look(self, context, home, dimension, await self._known(context.company.id, home))

    async def _known(self, company: str, home: Home) -> Allocations:
        known = self._allocations.get(company)
        if known is None or known.home is not home:
            known = self._allocations[company] = Allocations(company, home)
        await known.recall()
        return known


@dataclass(slots=True)
class Look:
    """One look at invoices of a company."""

    source: Purchases
    context: CompanyContext
    home: Home
    dimension: Dimension
    #: Those that the ledger may have.
    allocations: Allocations
    #: Ids of invoices and receipts that were read.
    done: set[int] = field(default_factory=set)
    receipts: set[int] = field(default_factory=set)
    #: Invoices that can't be read, or whose receipts were not there.
    missing: set[int] = field(default_factory=set)
    _is_fresh: bool = False
    _by_number: Mapping[int, ItemRef] | None = None

    async def documents(
        self, ids: Sequence[int], read: Mapping[int, PurchaseReceipt] = MappingProxyType({})
    ) -> tuple[CostAllocation, ...]:
        """The allocations of these invoices. `read`: receipts that were just read."""
        procountor = self.context.procountor
        invoices, odd = await readable(procountor.purchase_invoices, ids)
        self.missing |= odd
        wanted = [one.receipt_id for one in invoices if one.receipt_id is not None and one.receipt_id not in read]
        receipts = {**read, **{one.id: one for one in (await readable(procountor.purchase_receipts, wanted))[0]}}
        self.done |= set(ids)
        self.receipts |= set(receipts)
        await self._know_items(receipts.values())
        found: list[CostAllocation] = []
        for one in (*invoices, *self._gone(set(ids) - odd - {one.id for one in invoices})):
            found += await self._of(one, receipts.get(one.receipt_id or 0))
        for allocation in found:
            self.allocations.found(allocation.id)
        return tuple(found)

    async def _of(self, invoice: PurchaseInvoice, receipt: PurchaseReceipt | None) -> tuple[CostAllocation, ...]:
        known = await self._known(invoice)
        counts, first = invoice.status in COUNTED, self.context.company.purchases.receipts_from
        if not counts and not known:
            return ()
        if counts and receipt is None and (known or invoice.receipt_id is not None):
            self.missing.add(invoice.id)
            return ()
        if receipt is None:
            receipt = PurchaseReceipt(0, invoice.id, dt.date.min)
        if not known and receipt.date < first:
            return ()
        currency = HOME_CURRENCY[self.context.company.country]
        return allocations(invoice, receipt, self.dimension.id, self._items, known, currency)

    async def _known(self, invoice: PurchaseInvoice) -> list[CostAllocation]:
        """By the ledger; what it lacks, by marked fees."""
        known = [one.allocation for one in self.allocations.memos(invoice.id)]
        if not self.source.may_have_fees(self.context, invoice.id):
            return known
        company, settings = self.context.company, self.context.company.purchases
        await wait_out_quarantine(self.home, company.id)
        fees = await self.source.fees.of_invoice(company.id, invoice.id, looks_from(self.context))
        if not fees:
            return known
        numbers = await self.source.projects.numbers(self.context, {one.project_id for one in fees})
        if self._by_number is None:
            self._by_number = by_number(self._items.values(), Form(settings.item_name))
        found = of_fees(fees, invoice, self._by_number, numbers)
        there = {one.id for one in known}
        return known + [one for one in found if one.id not in there]

    async def _know_items(self, receipts: Iterable[PurchaseReceipt]) -> None:
        """Read the dimension again if an item is new to it."""
        used = {
            value.item_id
            for receipt in receipts
            for entry in receipt.entries
            for value in entry.dimensions
            if value.dimension_id == self.dimension.id
        }
        if self._is_fresh or used <= self._items.keys():
            return
        self._is_fresh, self._by_number = True, None
        self.dimension = await self.context.registers.dimensions.named(self.dimension.name, 0.0)

    def _gone(self, ids: Collection[int]) -> list[PurchaseInvoice]:
        """Known invoices that Procountor doesn't have any more."""
        found = []
        for id_ in sorted(ids):
            known = self.allocations.memos(id_)
            if known:
                one = known[0].allocation
                facts = one.supplier, one.supplier_number, one.currency, one.currency_rate
                found.append(PurchaseInvoice(id_, one.number, "DELETED", *facts, receipt_id=None))
        return found

    @property
    def _items(self) -> Mapping[int, DimensionItem]:
        return self.context.registers.dimensions.index(self.dimension).by_id


def _said(context: CompanyContext) -> str:
    """Settings with which another look at everything begins, if they change."""
    purchases = context.company.purchases
    return sha256(f"{purchases.receipts_from} {purchases.project_dimension}".encode()).hexdigest()[:8]


async def readable(read: Callable[[Sequence[int]], Awaitable[list[T]]], ids: Sequence[int]) -> tuple[list[T], set[int]]:
    """What can be read of these, and the ids of the others: an invoice that is not what the API declares stops no
    other one.
    """
    try:
        return await read(ids), set()
    except Transient as error:
        if error.code != "ANSWER_ODD":
            raise
        if len(ids) == 1:
            log.error("purchase invoice can't be read", id=ids[0], detail=error.detail)
            return [], set(ids)
    half = len(ids) // 2
    (first, odd), (second, others) = await readable(read, ids[:half]), await readable(read, ids[half:])
    return [*first, *second], odd | others


def _new(found: Sequence[Changed], seen: Versions) -> list[Changed]:
    return [one for one in found if one.id not in seen or seen[one.id] != one.version]


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
