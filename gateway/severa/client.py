"""Severa's API for one organisation: logged in, lists read to their end, errors classified."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import structlog

from gateway.attachments import FileReference, Rendition
from gateway.documents import Customer, Row, RowKind, RowPart, SalesInvoice
from gateway.http import CallLease, HttpTransport, Secret
from gateway.http.trees import a_list
from gateway.rules.rates import Currency
from gateway.rules.receipts import Axis
from gateway.rules.register_items import Account, Item, SeveraProduct
from gateway.rules.severa_objects import SeveraObject
from gateway.severa import objects, requests, responses
from gateway.severa.calls import Page as Page
from gateway.severa.calls import SeveraCalls, StatusGuids
from gateway.severa.fees import SeveraFees
from gateway.severa.travel import SeveraTravel
from gateway.severa.users import SeveraUsers

log = structlog.get_logger()

#: How long a project is believed to have no business unit, in seconds: a poll may list hundreds of its invoices.
NO_UNIT_AGAIN = 60.0


class SeveraClient(SeveraCalls):
    """The calls of one organisation under its own rate budget (10 per second are allowed)."""

    def __init__(
        self,
        organisation: str,
        client_id: str,
        client_secret: Secret,
        transport: HttpTransport,
        units_again: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`units_again`: for how many seconds a project's business unit, and the guids of statuses, are believed."""
        super().__init__(organisation, client_id, client_secret, transport, requests.SCOPES)
        self._units_again, self._clock = units_again, clock
        self._statuses = StatusGuids(units_again, clock)
        self._travel = SeveraTravel(organisation, client_id, client_secret, transport, units_again, clock)
        self._users = SeveraUsers(organisation, client_id, client_secret, transport)
        self._fees = SeveraFees(organisation, client_id, client_secret, transport)
        self._units_of_projects: dict[str, tuple[float, str | None]] = {}

    @property
    def travel(self) -> SeveraTravel:
        """The calls of travel reimbursements, with a login of their own: its scopes are asked for only where they are
        needed, and Severa may lack the add-on.
        """
        return self._travel.on_behalf(self._turn)

    @property
    def users(self) -> SeveraUsers:
        """The calls of users, with a login of their own, likewise."""
        return self._users.on_behalf(self._turn)

    @property
    def fees(self) -> SeveraFees:
        """The calls of projects and their fees, likewise."""
        return self._fees.on_behalf(self._turn)

    async def waiting_invoices(
        self, status_guids: Sequence[str], page_token: str | None, changed_since: datetime | None = None
    ) -> Page:
        """One page of heads in these statuses. A head without a guid is skipped: it can't be read again."""
        request = requests.invoices(status_guids, page_token, changed_since)
        page = await self._heads(request, page_token, responses.invoice, responses.odd_head)
        for head in page.unnamed:
            log.error("invoice skipped: it has no guid", organisation=self.organisation, detail=head.error.detail)
        return page.named

    async def invoice(self, guid: str) -> SalesInvoice | None:
        """The head of an invoice; None if Severa itself says that it doesn't exist."""
        reply = await self._call_if_there(requests.invoice(guid))
        return reply.read_of("guid", guid, responses.invoice) if reply is not None else None

    async def rows(self, invoice: SalesInvoice, by_project: bool = False) -> list[Row]:
        """All rows of an invoice, in Severa's order; `by_project`: with what each row groups per project."""
        listed = await self._pages(lambda token: requests.invoice_rows(invoice.id, token))
        rows = sorted(listed.read(responses.row), key=lambda row: (row.position, row.id))
        if not by_project:
            return rows
        found = await self._flat_rates(invoice, listed.read(responses.flat_rate_of_row)) | await self._parts(invoice)
        return [replace(row, parts=found.get(row.id, ())) for row in rows]

    async def _flat_rates(
        self, invoice: SalesInvoice, rows: list[tuple[str, str | None]]
    ) -> dict[str, tuple[RowPart, ...]]:
        """The project of each row that bills a flat rate."""
        if not any(rate for _, rate in rows):
            return {}
        listed = await self._pages(partial(requests.flat_rates, invoice.id))
        projects = dict(listed.read(responses.project_of))
        found = ((row, projects.get(rate)) for row, rate in rows if rate)
        return {row: (RowPart(project, Decimal(1)),) for row, project in found if project}

    async def _parts(self, invoice: SalesInvoice) -> dict[str, tuple[RowPart, ...]]:
        """What each row groups per project, by the row's guid: from the hours, fees and expenses behind it."""
        guid, behind = invoice.id, list[tuple[str, RowPart] | None]()
        if invoice.is_credit_note:
            for what in requests.CREDITED_BY_ROW:
                behind += (await self._rows(partial(requests.credited, guid, what))).read(responses.row_part)
        for what in requests.CREDITED_BY_TOKEN if invoice.is_credit_note else requests.BILLED:
            behind += (await self._pages(partial(requests.billed, guid, what))).read(responses.row_part)
        found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for row, one in filter(None, behind):
            found[row][one.project] += one.amount
        return {row: tuple(RowPart(*one) for one in sorted(parts.items())) for row, parts in found.items()}

    async def project(self, guid: str) -> responses.Project:
        """A project with its business unit."""
        return (await self._call(requests.project(guid))).read_of("guid", guid, responses.project)

    async def invoice_pdf(self, guid: str, rendition: Rendition, target: Path, most: int) -> None:
        """Download the invoice as Severa prints it, at most `most` bytes. Raises TooLarge, OSError."""
        await self._calls.save(requests.invoice_pdf(guid, rendition), self._turn, target, most)

    async def files(self, guid: str) -> list[FileReference]:
        """The files that users attached to an invoice."""
        return (await self._rows(partial(requests.invoice_files, guid))).read(responses.file)

    async def file(self, guid: str, target: Path, most: int) -> None:
        """Download a file of at most `most` bytes. Raises TooLarge, OSError."""
        await self._calls.save(requests.file_data(guid), self._turn, target, most)

    async def groups_with_attachment(self, guid: str) -> bool:
        """Whether the invoice groups rows with a file that lists them (X3)."""
        reply = await self._call_if_there(requests.invoice_settings(guid))
        return reply is not None and reply.read(responses.groups_with_attachment)

    async def is_reverse_charged(self, guid: str) -> bool:
        """Whether the customer owes the VAT of an invoice (V1)."""
        reply = await self._call_if_there(requests.invoice_settings(guid))
        return reply is not None and reply.read(responses.is_reverse_charged)

    async def product_types(self, invoice: SalesInvoice) -> dict[str, frozenset[str]]:
        """The product type behind each row of fees, by the row's guid; "" if Severa has none (V1)."""
        what = "reimbursedprojectfees" if invoice.is_credit_note else "projectfees"
        found: dict[str, set[str]] = defaultdict(set)
        for row, product_type in (await self._pages(partial(requests.billed, invoice.id, what))).read(
            responses.product_type
        ):
            found[row].add(product_type)
        return {row: frozenset(types) for row, types in found.items()}

    async def rows_changed_since(self, since: datetime) -> dict[str, tuple[str, str]]:
        """Rows that were added or changed since then: by guid, the invoice's guid and the time of the change."""
        listed = await self._pages(partial(requests.rows_changed, since))
        rows = self._calls.readable(listed, responses.changed_row)
        return {guid: (invoice, stamp) for guid, invoice, stamp in rows if guid and invoice}

    async def products_changed_since(self, since: datetime) -> dict[str, tuple[str, str]]:
        """Products and work types that were added or changed since then: by guid, this guid and the time of the
        change.
        """
        listed = await self._pages(partial(requests.products_changed, since))
        stamps = self._calls.readable(listed, responses.changed)
        older = await self._rows(partial(requests.work_types_changed, since))
        stamps += self._calls.readable(older, responses.changed)
        return {guid: (guid, stamp) for guid, stamp in stamps if guid}

    async def customer(self, guid: str) -> Customer:
        """A customer's card."""
        return (await self._call(requests.customer(guid))).read_of("guid", guid, responses.customer)

    async def receiver_id(self, guid: str) -> str | None:
        """The unmasked business id on an invoice. It may be a personal identity number and is kept nowhere (decision
        16).
        """
        reply = await self._call_if_there(requests.invoice(guid))
        return reply.read_of("guid", guid, responses.receiver_id) if reply is not None else None

    async def customer_id(self, guid: str) -> str | None:
        """The unmasked business id on a customer's card. It may be a personal identity number and is kept nowhere."""
        reply = await self._call_if_there(requests.customer(guid))
        return reply.read_of("guid", guid, responses.customer_id) if reply is not None else None

    async def customers_changed_since(self, since: datetime) -> dict[str, Customer | None]:
        """Cards that were added or changed since then, by guid; None for an unreadable card."""
        listed = await self._pages(partial(requests.customers_changed, since))
        return {guid: card for guid, card in self._calls.readable(listed, responses.changed_customer) if guid}

    async def unit_of_project(self, guid: str) -> str | None:
        """The business unit of a project, for invoices without a unit of their own (decision 13).

        Projects move, and may get their unit late: the answer is read again after a while.
        """
        if not guid:
            return None
        if guid in self._units_of_projects:
            read_at, known = self._units_of_projects[guid]
            if self._clock() - read_at < (self._units_again if known else min(NO_UNIT_AGAIN, self._units_again)):
                return known
        unit = (await self._call(requests.project(guid))).read_of("guid", guid, responses.unit_of_project)
        self._units_of_projects[guid] = self._clock(), unit
        return unit

    async def business_units(self) -> list[responses.BusinessUnit]:
        """All business units of the organisation."""
        return self._calls.readable(await self._rows(requests.business_units), responses.business_unit)

    async def statuses(self) -> list[responses.Status]:
        """All invoice statuses in use."""
        return self._calls.readable(await self._rows(requests.invoice_statuses), responses.status)

    async def bank_accounts(self, unit_guid: str) -> list[responses.BankAccount]:
        """The unit's bank accounts in use; without any, those of its company."""
        there = self._calls.readable(await self._rows(requests.bank_accounts), responses.bank_account)
        own = [one for one in there if one.unit_guid == unit_guid]
        if own or not there:
            return own
        company = next((one.company_guid for one in await self.business_units() if one.guid == unit_guid), None)
        return [one for one in there if company and one.unit_guid is None and one.company_guid == company]

    async def products(self) -> list[Item]:
        """All products in use."""
        return self._calls.readable(await self._pages(requests.products), responses.item)

    async def work_types(self) -> list[Item]:
        """All work types in use."""
        return self._calls.readable(await self._rows(requests.work_types), responses.item)

    async def travel_expense_types(self) -> list[Item]:
        """All travel expense types in use."""
        return self._calls.readable(await self._rows(requests.travel_expense_types), responses.item)

    async def product(self, kind: RowKind, code: str) -> SeveraProduct | None:
        """The product, work type or travel expense type of a row's code, preferably in use. None if Severa has none
        with exactly this code.
        """
        if kind is RowKind.HOURS:
            listed = await self._rows(partial(requests.work_types_with_code, code))
        elif kind is RowKind.TRAVEL:
            listed = await self._rows(partial(requests.travel_types_with_code, code))
        else:
            listed = await self._pages(partial(requests.products_with_code, code))
        found = [one for one in self._calls.readable(listed, responses.product) if one.code == code]
        return max(found, key=lambda one: one.active, default=None)

    async def cost_center_name(self, identifier: str) -> str:
        """The name of a cost center, preferably in use; empty if Severa doesn't show it."""
        listed = await self._rows(partial(requests.cost_centers, identifier))
        found = [one for one in self._calls.readable(listed, responses.cost_center) if one.identifier == identifier]
        return max(found, key=lambda one: one.active).name if found else ""

    async def objects(self, axis: Axis, since: datetime | None = None) -> list[SeveraObject]:
        """All projects, cost centers or business units, closed and inactive ones too; `since`: only those that were
        added or changed since then.
        """
        read = objects.READERS[axis]
        if axis is Axis.PROJECT:
            return await self._each(partial(requests.projects_changed, since), read)
        if axis is Axis.COST_CENTER:
            return (await self._rows(partial(requests.cost_centers_changed, since))).read(read)
        return (await self._rows(partial(requests.business_units_changed, since))).read(read)

    async def sales_accounts(self) -> list[Account]:
        """All sales accounts in use."""
        return self._calls.readable(await self._rows(requests.sales_accounts), responses.sales_account)

    async def vat_percents(self, country_guid: str | None) -> frozenset[Decimal]:
        """The VAT percentages in use in a country of the organisation."""
        reply = await self._call(requests.vat_rates())
        return reply.read(lambda trees: responses.vat_percents(a_list(trees), country_guid))

    async def currencies(self) -> list[Currency]:
        """All currencies in use, with their rates."""
        return self._calls.readable(await self._rows(requests.currencies), responses.currency)

    async def status_ids(self, *names: str) -> tuple[str, ...]:
        """The guids of the statuses with these names, from one reading, so that statuses that swap names are never
        mixed up.

        Raises Configuration if a name has no status, or more than one.
        """
        return await self._statuses.find(names, self.statuses)

    async def set_status(self, guid: str, status_guid: str, lease: CallLease) -> SalesInvoice:
        """Set an invoice's status; returns its new head. Raises what `lease` raises if a frozen process read the head
        too long ago: a user may have changed the status since.
        """
        reply = await self._call(requests.set_status(guid, status_guid), lease)
        return reply.read(lambda tree: responses.moved(tree, guid))

    async def log_in(self) -> None:
        """Request a token. Raises Configuration if the credentials are rejected."""
        await self._calls.login.token()
