"""Sales invoices in Severa: heads, statuses, the list of waiting ones, and changes that may fix a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import Statuses
from gateway.delivery.hold_actions import holding
from gateway.delivery.record import TransferRecord
from gateway.documents import SalesInvoice
from gateway.errors import codes_of
from gateway.flows.sales_invoices.customers import CustomerCards
from gateway.ledger import Home, Lease
from gateway.polling.change_feed import ChangeFeed, read_if_possible
from gateway.severa.client import Page, SeveraClient

#: Refusals that a product's card in Severa may fix. Rows don't name products, so a change of any product may.
FIXED_BY_PRODUCTS = frozenset(("PRODUCT_MISSING", "VAT_MISSING", "VAT_NOT_IN_USE"))


class InSevera:
    """A Source."""

    async def statuses(self, context: CompanyContext) -> Statuses:
        """Guids of the statuses before and after the transfer (S13). Raises Configuration."""
        sales = context.company.sales
        return Statuses(*await context.severa.status_ids(sales.status_before, sales.status_after))

    async def head(self, context: CompanyContext, id_: str) -> SalesInvoice | None:
        """The invoice's head as it is now; None if it was deleted."""
        return await context.severa.invoice(id_)

    async def set_status(self, context: CompanyContext, id_: str, status: str, lease: Lease) -> SalesInvoice:
        """Set its status. Returns its new head."""
        return await context.severa.set_status(id_, status, lease)


@dataclass(slots=True)
class Waiting:
    """The waiting invoices of one organisation (a Listing)."""

    severa: SeveraClient
    home: Home
    #: From when on a change may fix a refusal in the ledger; None if there is none.
    since: datetime | None
    customers: CustomerCards = field(init=False)
    rows: ChangeFeed = field(init=False)
    products: ChangeFeed = field(init=False)

    def __post_init__(self) -> None:
        self.customers = CustomerCards(self.severa, self.home, self.since)
        self.rows = ChangeFeed(self.severa.rows_changed_since, self.home, self.since)
        self.products = ChangeFeed(self.severa.products_changed_since, self.home, self.since)

    async def refresh(self, refused: bool) -> None:
        """Read changes: cards of customers, and while something is refused, rows and products too."""
        await read_if_possible("customers", self.customers.refresh())
        await read_if_possible("rows", self.rows.refresh(refused))
        await read_if_possible("products", self.products.refresh(refused))

    async def page(self, statuses: Sequence[str], following: str | None, since: datetime | None = None) -> Page:
        """One page of heads in these statuses; `since`: only those that changed since then."""
        return await self.severa.waiting_invoices(statuses, following, since)

    async def unit(self, head: SalesInvoice) -> str:
        """The invoice's own business unit, or its project's; "" if it has none."""
        unit = head.business_unit_id
        if unit is None and head.projects:
            unit = await self.severa.unit_of_project(head.projects[0].id)
        return unit or ""

    async def whole(self, context: CompanyContext, head: SalesInvoice) -> SalesInvoice:
        """The invoice with its rows and its customer's card. If Severa doesn't let us read them, the company is held:
        no document of it could be reported otherwise (decision 14).
        """
        by_project = len(head.projects) > 1 and context.company.sales.dimensions.by_project
        async with holding(context, self.home):
            rows = await context.severa.rows(head, by_project)
            card = await self.customers.card(head.customer)
        return replace(head, rows=tuple(rows), customer=card)

    def may_be_fixed(self, head: SalesInvoice, record: TransferRecord, commit: int) -> bool:
        """Whether anything that a refusal was judged by has changed since this commit of the home: the customer, a row,
        a product.
        """
        if self.customers.changes.since(commit, head.customer.id) or self.rows.changes.since(commit, head.id):
            return True
        return bool(FIXED_BY_PRODUCTS.intersection(codes_of(record.refusal.cause))) and self.products.changes.since(
            commit
        )
