"""Severa's API for one organisation: logged in, paged to the end, errors classified."""

from __future__ import annotations

import asyncio
import copy
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from gateway.attachments import FileReference, Rendition
from gateway.documents import Customer, Row, RowPart, SalesInvoice
from gateway.errors import Configuration, Permanent, Transient, Varying, configuration
from gateway.http import (
    HttpTransport,
    Licence,
    Listed,
    Login,
    Request,
    Response,
    Rule,
    Silence,
    Token,
    classify,
    login_error,
)
from gateway.rules.rates import Currency
from gateway.rules.registers import Account, Item
from gateway.severa import requests, responses

#: What Severa's statuses mean (its ExceptionTypeEnum in the body tells more; it goes into the detail).
RULES = (
    Rule((429,), Transient, "API_BUSY"),
    Rule((401,), Configuration, "LOGIN_REFUSED"),
    Rule((403,), Configuration, "RIGHTS_MISSING"),
    Rule((408, *range(300, 400), *range(500, 600)), Transient, "API_FAILED"),
    Rule(range(400, 500), Permanent, "SEVERA_REFUSED"),
)

#: Seconds for which a project is believed to have no business unit: a poll may list hundreds of its invoices.
NO_UNIT_AGAIN = 60.0


@dataclass(slots=True)
class _Statuses:
    """Guids by name, as they were read last. Shared by the clients of all companies."""

    guids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    read_at: float = float("-inf")
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class SeveraClient:
    """Calls of one organisation, under its own rate budget (10 a second are allowed)."""

    def __init__(
        self,
        organisation: str,
        client_id: str,
        client_secret: SecretStr,
        transport: HttpTransport,
        units_again: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`units_again`: seconds for which a project's business unit, and the guids of statuses, are believed."""
        self.organisation, self._client_id, self._secret = organisation, client_id, client_secret
        self._units_again, self._clock = units_again, clock
        self._transport, self._turn = transport, organisation
        self._login = Login(self._ask)
        self._statuses = _Statuses()
        self._units_of_projects: dict[str, tuple[float, str | None]] = {}

    @property
    def silence(self) -> Silence:
        """For how long Severa hasn't answered."""
        return self._transport.silence

    def on_behalf(self, company: str) -> SeveraClient:
        """The same client, whose calls take the company's turn in the rate budget (SPEC Q4)."""
        other = copy.copy(self)
        other._turn = company
        return other

    async def waiting_invoices(
        self, status_guids: Sequence[str], page_token: str | None, changed_since: datetime | None = None
    ) -> tuple[list[SalesInvoice], str | None]:
        """One page of heads in these statuses, and the token of the next page (None: the last).

        A head without a guid can't be asked for again, so it is left out.
        """
        request = requests.invoices(status_guids, page_token, changed_since)
        answer = await self._send(request)
        following = answer.header("NextPageToken")
        if following is not None and following == page_token:
            raise Listed("Severa", request.operation, "guid").endless()
        return [responses.invoice(one) for one in answer.json() if one.get("guid")], following

    async def invoice(self, guid: str) -> SalesInvoice | None:
        """The head of one invoice; None when it is not there."""
        answer = await self._send(requests.invoice(guid), absent=True)
        return None if answer.status == 404 else responses.invoice(answer.json())

    async def rows(self, invoice: SalesInvoice, by_project: bool = False) -> list[Row]:
        """All rows of an invoice in Severa's order; `by_project`: with what each groups by project."""
        trees = await self._pages(lambda token: requests.invoice_rows(invoice.id, token))
        rows = sorted((responses.row(one) for one in trees), key=lambda row: (row.position, row.id))
        if not by_project:
            return rows
        parts = await self._flat_rates(invoice, trees) | await self._parts(invoice)
        return [replace(row, parts=parts.get(row.id, ())) for row in rows]

    async def _flat_rates(self, invoice: SalesInvoice, rows: list[Any]) -> dict[str, tuple[RowPart, ...]]:
        """The one project of each row that bills a flat rate."""
        if not any(one.get("flatRateGuid") for one in rows):
            return {}
        trees = await self._pages(partial(requests.flat_rates, invoice.id))
        projects = {one["guid"]: (one.get("project") or {}).get("guid") for one in trees if one.get("guid")}
        found = ((one.get("guid") or "", projects.get(one.get("flatRateGuid"))) for one in rows)
        return {row: (RowPart(project, Decimal(1)),) for row, project in found if project}

    async def _parts(self, invoice: SalesInvoice) -> dict[str, tuple[RowPart, ...]]:
        """What each row groups by project, by the row's guid: from the hours, fees and expenses behind it."""
        guid, trees = invoice.id, list[Any]()
        if invoice.is_credit_note:
            for what in requests.CREDITED_BY_ROW:
                trees += await self._rows(partial(requests.credited, guid, what))
        for what in requests.CREDITED_BY_TOKEN if invoice.is_credit_note else requests.BILLED:
            trees += await self._pages(partial(requests.billed, guid, what))
        found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for row, part in filter(None, map(responses.part, trees)):
            found[row][part.project] += part.amount
        return {row: tuple(RowPart(*one) for one in sorted(parts.items())) for row, parts in found.items()}

    async def project(self, guid: str) -> responses.Project:
        """One project, with its business unit."""
        return responses.project((await self._send(requests.project(guid))).json())

    async def invoice_pdf(self, guid: str, rendition: Rendition, target: Path, most: int) -> None:
        """The invoice as Severa draws it, into a file of `most` bytes at the most. Raises TooLarge, OSError."""
        await self._send(requests.invoice_pdf(guid, rendition), save=(target, most))

    async def files(self, guid: str) -> list[FileReference]:
        """What users attached to an invoice."""
        return [responses.file(one) for one in await self._rows(lambda first: requests.invoice_files(guid, first))]

    async def file(self, guid: str, target: Path, most: int) -> None:
        """One file, into a file of `most` bytes at the most. Raises TooLarge, OSError."""
        await self._send(requests.file_data(guid), save=(target, most))

    async def groups_with_attachment(self, guid: str) -> bool:
        """Whether the invoice groups rows with a file that lists them (X3)."""
        answer = await self._send(requests.invoice_settings(guid), absent=True)
        return answer.status != 404 and responses.groups_with_attachment(answer.json())

    async def is_reverse_charged(self, guid: str) -> bool:
        """Whether the customer owes the VAT of an invoice (V1)."""
        answer = await self._send(requests.invoice_settings(guid), absent=True)
        return answer.status != 404 and responses.is_reverse_charged(answer.json())

    async def product_types(self, invoice: SalesInvoice) -> dict[str, frozenset[str]]:
        """Types of the products behind each row of fees, by the row's guid; "" where none is told (V1)."""
        what = "reimbursedprojectfees" if invoice.is_credit_note else "projectfees"
        found: dict[str, set[str]] = defaultdict(set)
        for row, product_type in map(
            responses.product_type, await self._pages(partial(requests.billed, invoice.id, what))
        ):
            found[row].add(product_type)
        return {row: frozenset(types) for row, types in found.items()}

    async def rows_changed_since(self, since: datetime) -> dict[str, tuple[str, str]]:
        """Rows added or changed since then: by guid, the invoice's guid and the time of the change."""
        trees = await self._pages(lambda token: requests.rows_changed(since, token))
        return {
            one["guid"]: (one["invoiceGuid"], one.get("lastUpdatedDateTime") or one.get("createdDateTime") or "")
            for one in trees
            if one.get("guid") and one.get("invoiceGuid")
        }

    async def products_changed_since(self, since: datetime) -> dict[str, tuple[str, str]]:
        """Products and work types added or changed since then: by guid, its own guid and the time of the change."""
        trees = await self._pages(lambda token: requests.products_changed(since, token))
        trees += await self._rows(lambda first: requests.work_types_changed(since, first))
        stamps = {one.get("guid"): one.get("lastUpdatedDateTime") or one.get("createdDateTime") or "" for one in trees}
        return {guid: (guid, stamp) for guid, stamp in stamps.items() if guid}

    async def customer(self, guid: str) -> Customer:
        """One customer's card."""
        return responses.customer((await self._send(requests.customer(guid))).json())

    async def receiver_id(self, guid: str) -> str | None:
        """The business id on an invoice as it is, which may be a person's number: it is kept nowhere (decision 16)."""
        answer = await self._send(requests.invoice(guid), absent=True)
        return None if answer.status == 404 else responses.receiver_id(answer.json())

    async def customer_id(self, guid: str) -> str | None:
        """The business id on a customer's card as it is, which may be a person's number: it is kept nowhere."""
        answer = await self._send(requests.customer(guid), absent=True)
        return None if answer.status == 404 else responses.customer_id(answer.json())

    async def customers_changed_since(self, since: datetime) -> list[Customer]:
        """Cards added or changed since then."""
        trees = await self._pages(lambda token: requests.customers_changed(since, token))
        return [responses.customer(one) for one in trees]

    async def unit_of_project(self, guid: str) -> str | None:
        """The business unit of a project, for invoices that name none themselves (decision 13).

        A project is moved, and gets its unit when somebody notices: what is known is asked for again after a while.
        """
        if not guid:
            return None
        if guid in self._units_of_projects:
            read_at, known = self._units_of_projects[guid]
            if self._clock() - read_at < (self._units_again if known else min(NO_UNIT_AGAIN, self._units_again)):
                return known
        tree = (await self._send(requests.project(guid))).json()
        unit: str | None = (tree.get("businessUnit") or {}).get("guid")
        self._units_of_projects[guid] = self._clock(), unit
        return unit

    async def business_units(self) -> list[responses.BusinessUnit]:
        """All units of the organisation."""
        return [responses.business_unit(one) for one in await self._rows(requests.business_units)]

    async def statuses(self) -> list[responses.Status]:
        """All invoice statuses in use."""
        return [responses.status(one) for one in await self._rows(requests.invoice_statuses)]

    async def products(self) -> list[Item]:
        """All products in use."""
        return [responses.item(one) for one in await self._pages(requests.products)]

    async def work_types(self) -> list[Item]:
        """All work types in use."""
        return [responses.item(one) for one in await self._rows(requests.work_types)]

    async def travel_expense_types(self) -> list[Item]:
        """All travel expense types in use."""
        return [responses.item(one) for one in await self._rows(requests.travel_expense_types)]

    async def sales_accounts(self) -> list[Account]:
        """All sales accounts in use."""
        return [responses.sales_account(one) for one in await self._rows(requests.sales_accounts)]

    async def vat_percents(self, country_guid: str | None) -> frozenset[Decimal]:
        """VAT percentages in use in a country of the organisation's."""
        return responses.vat_percents((await self._send(requests.vat_rates())).json(), country_guid)

    async def currencies(self) -> list[Currency]:
        """All currencies in use, with their rates."""
        return [responses.currency(one) for one in await self._rows(requests.currencies)]

    async def status_ids(self, *names: str) -> tuple[str, ...]:
        """Guids of the statuses with these names, all of one reading: two that swap their names are never mixed.

        Raises Configuration when one of them has none, or more than one.
        """
        async with self._statuses.reading:
            fresh = self._clock() - self._statuses.read_at < self._units_again
            if not (fresh and all(len(self._statuses.guids[name]) == 1 for name in names)):
                found = defaultdict(list)
                for one in await self.statuses():
                    found[one.name].append(one.guid)
                self._statuses.guids, self._statuses.read_at = found, self._clock()
            guids = self._statuses.guids
        for name in names:
            if len(guids[name]) != 1:
                there = ", ".join(sorted(name for name, ones in guids.items() for _ in ones))
                raise configuration("STATUS_UNKNOWN", status=name, count=len(guids[name]), there=there)
        return tuple(guids[name][0] for name in names)

    async def set_status(self, guid: str, status_guid: str, licence: Licence) -> SalesInvoice:
        """Move an invoice; returns its head as it is now. Raises what `licence` raises when its head was read too long
        ago, by a process that was frozen since: a user's word may have come in between.
        """
        answer = (await self._send(requests.set_status(guid, status_guid), licence=licence)).json()
        return responses.invoice(answer[0] if isinstance(answer, list) else answer)

    async def log_in(self) -> None:
        """Ask for a token. Raises Configuration when the credentials are refused."""
        await self._login.token()

    async def _ask(self) -> Token:
        request = requests.token(self._client_id, self._secret.get_secret_value())
        answer = await self._transport.send(request, self.organisation)
        if answer.status >= 300:
            raise login_error(request, answer, "Severa")
        tree = answer.json()
        return Token(tree["access_token"], float(tree["access_token_expires_in"]))

    async def _send(
        self,
        request: Request,
        absent: bool = False,
        save: tuple[Path, int] | None = None,
        licence: Licence | None = None,
    ) -> Response:
        for again in (True, False):
            token = await self._login.token()
            headers = {"Authorization": f"Bearer {token}", "Client_Id": self._client_id}
            sent = Request(request.operation, request.method, request.path, request.query, headers, request.body)
            if save is not None:
                answer = await self._transport.download(sent, self._turn, *save)
            else:
                answer = await self._transport.send(sent, self._turn, licence)
            if answer.status == 401 and again:
                self._login.refused(token)
                continue
            if answer.status >= 300 and not (absent and answer.status == 404):
                raise self._error(request, answer)
            return answer
        raise AssertionError("the second answer returns or raises")

    async def _pages(self, page: Callable[[str | None], Request]) -> list[Any]:
        token: str | None = None
        listed = Listed("Severa", page(token).operation, "guid")
        while True:
            answer = await self._send(page(token))
            listed.keep(answer.json())
            if (token := listed.follow(answer.header("NextPageToken"))) is None:
                return listed.entries

    async def _rows(self, page: Callable[[int], Request]) -> list[Any]:
        """The older lists, which don't say whether there is more: on to an empty page."""
        listed = Listed("Severa", page(0).operation, "guid")
        while some := (await self._send(page(listed.received))).json():
            listed.add(some)
        return listed.entries

    def _error(self, request: Request, answer: Response) -> Exception:
        return classify(RULES, request, answer, "Severa", _said(answer))


def _said(answer: Response) -> str:
    """The error's type and messages, as far as there are any."""
    try:
        error = answer.json()["error"]
        messages = "; ".join(str(one.get("message")) for one in error.get("details") or ())
        return f"{error.get('type')}: {messages}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return Varying(answer.body[:200], "utf-8", "replace")  # of no known shape: it may hold a time, or a number
