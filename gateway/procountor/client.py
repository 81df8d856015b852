"""Procountor's API for one company: logged in with its key, lists read to their end, errors classified."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr

from gateway.attachments import FileKind, Stored
from gateway.errors import Configuration, GatewayError, Permanent, Transient, in_doubt, refuse
from gateway.http import (
    Answers,
    CallLease,
    Calls,
    Entries,
    HttpTransport,
    Listed,
    Outage,
    Reply,
    Request,
    Rule,
    Secret,
    in_turns,
    reading,
)
from gateway.http.trees import Json, Odd, parts, text
from gateway.procountor import persons, purchases, receipts, requests, responses
from gateway.procountor.persons import PersonRead
from gateway.procountor.purchases import Changed
from gateway.procountor.receipts import ReceiptRead
from gateway.procountor.responses import (
    Dimension,
    InvoiceFound,
    InvoiceRead,
    OwnAccount,
)
from gateway.rules.items import DimensionItem
from gateway.rules.own_company import OwnCompany
from gateway.rules.purchases import PurchaseInvoice, PurchaseReceipt
from gateway.rules.register_items import Account, PartnerCard, PersonCard, Product, ProductCard, TravelProduct
from gateway.rules.vat_statuses import CompanyVat

T = TypeVar("T")

#: Types of invoices.
SALES, TRAVEL = "SALES_INVOICE", "TRAVEL_INVOICE"
#: The meaning of Procountor's statuses and validation codes. 3xx, 408 and 5xx of a call that must not happen twice are
#: InDoubt.
RULES = (
    Rule((429,), Transient, "API_BUSY"),
    Rule((401,), Configuration, "LOGIN_REFUSED"),
    Rule((403,), Configuration, "RIGHTS_MISSING"),
    Rule((408,), Transient, "API_FAILED"),
    Rule((400,), Permanent, "PERIOD_CLOSED", "CLOSED_FISCAL_PERIOD"),
    Rule((400,), Permanent, "BUSINESS_ID_REFUSED", "ERROR_BRN_CODE"),
    Rule(range(400, 500), Permanent, "PROCOUNTOR_REFUSED"),
)


class ProcountorClient:
    """The calls of one company under the budget that it shares with the other companies of its client id."""

    def __init__(
        self, company: str, client_id: str, client_secret: Secret, api_key: SecretStr, transport: HttpTransport
    ) -> None:
        self.company = company
        self._calls = Calls(
            company,
            transport,
            ANSWERS,
            lambda token: {"Authorization": f"Bearer {token}"},
            lambda: requests.token(client_id, client_secret.get_secret_value(), api_key.get_secret_value()),
            "expires_in",
        )

    @property
    def outage(self) -> Outage:
        """How long Procountor has not answered."""
        return self._calls.outage

    async def find_partners(self, customer_number: str, active: bool = True) -> list[PartnerCard]:
        """The active customers with this number, or the inactive ones."""
        listed = await self._pages(partial(requests.partners_by_number, customer_number, active))
        return listed.read(lambda tree: responses.partner(tree, active))

    async def create_partner(self, body: requests.Body, lease: CallLease) -> PartnerCard:
        """Create a customer. Raises InDoubt if it may have been created."""
        return (await self._call(requests.create_partner(body), lease)).read(responses.partner)

    async def find_products(self, code: str) -> list[ProductCard]:
        """Sales products with exactly this code. Without a code there is none to find."""
        if not code:
            return []
        listed = await self._pages(partial(requests.products, code))
        return [card for card in listed.read(responses.product) if card.code == code]

    async def create_product(self, body: requests.Body, lease: CallLease) -> ProductCard:
        """Create a sales product. Raises InDoubt if it may have been created."""
        return (await self._call(requests.create_product(body), lease)).read(responses.product)

    async def find_invoices(self, original_number: str, kind: str = SALES) -> list[InvoiceFound]:
        """Invoices of a type with exactly this original number."""
        listed = await self._pages(partial(requests.invoices_by_number, original_number, kind))
        return [hit for hit in listed.read(responses.found) if hit.original_number == original_number]

    async def invoices_created_between(self, since: date, until: date, kind: str = SALES) -> list[InvoiceFound]:
        """Invoices of a type created within these days, both included."""
        return (await self._pages(partial(requests.invoices_created, since, until, kind))).read(responses.found)

    async def invoice(self, invoice_id: int) -> InvoiceRead:
        """A whole invoice."""
        return (await self._call(requests.invoice(invoice_id))).read_of("id", invoice_id, responses.invoice)

    async def invoice_if_there(self, invoice_id: int) -> InvoiceRead | None:
        """A whole invoice; None if Procountor itself says that the id doesn't exist."""
        reply = await self._calls.call_if_there(requests.invoice(invoice_id), self.company)
        return reply.read_of("id", invoice_id, responses.invoice) if reply is not None else None

    async def create_invoice(self, body: requests.Body, lease: CallLease) -> InvoiceRead:
        """Create an UNFINISHED invoice. Raises InDoubt if it may have been created."""
        return (await self._call(requests.create_invoice(body), lease)).read(responses.invoice)

    async def approve(self, invoice_id: int, lease: CallLease) -> str:
        """Approve an invoice and read its new status. If it is approved already, a refusal is no error.

        Harmless twice, but not after a freeze: a person may have revoked the approval.
        """
        return await self._move(requests.approve(invoice_id), invoice_id, "UNFINISHED", responses.APPROVED, lease)

    async def circulate(self, invoice_id: int, lease: CallLease) -> str:
        """Mark a travel invoice as complete, and read its new status. Likewise."""
        request = requests.send_to_circulation(invoice_id)
        return await self._move(request, invoice_id, "UNFINISHED", responses.CIRCULATED, lease)

    async def verify(self, invoice_id: int, lease: CallLease) -> str:
        """Verify a travel invoice in circulation, and read its new status. Likewise."""
        return await self._move(requests.verify(invoice_id), invoice_id, "RECEIVED", responses.VERIFIED, lease)

    async def approve_travel(self, invoice_id: int, lease: CallLease) -> str:
        """Approve a travel invoice, and read its new status. Likewise."""
        return await self._move(requests.approve(invoice_id), invoice_id, "VERIFIED", responses.TRAVEL_APPROVED, lease)

    async def _move(
        self, request: Request, invoice_id: int, start: str, reached: Collection[str], lease: CallLease
    ) -> str:
        """Execute an action on an invoice in the status `start`; in a `reached` status, its refusal is no error."""
        refusal: GatewayError | None = None
        try:
            (await self._call(request, lease)).read(responses.done)
        except (Configuration, Permanent) as error:
            refusal = error
        status = (await self.invoice(invoice_id)).status
        if refusal is not None and status not in reached:
            raise _of_invoice(refusal, request, start, status)
        return status

    async def purchases_changed(self, since: datetime) -> list[Changed]:
        """Purchase invoices whose version is of this moment or later, by Procountor's own clock."""
        return await self._each(partial(requests.purchases_changed, since), purchases.changed)

    async def purchase_receipts_changed(self, since: datetime) -> list[Changed]:
        """Ledger receipts of purchase invoices, likewise."""
        return await self._each(partial(requests.purchase_receipts_changed, since), purchases.changed)

    async def purchase_invoices(self, ids: Sequence[int]) -> list[PurchaseInvoice]:
        """Whole invoices by their ids; those that don't exist are left out."""
        return await self._by_id(requests.invoices_by_id, ids, purchases.invoice)

    async def purchase_receipts(self, ids: Sequence[int]) -> list[PurchaseReceipt]:
        """Whole ledger receipts by their ids, likewise: after a change of its invoice, a receipt is gone."""
        return await self._by_id(requests.receipts_by_id, ids, purchases.receipt)

    async def _by_id(
        self, request: Callable[[Sequence[int]], Request], ids: Sequence[int], reader: Callable[[object], T]
    ) -> list[T]:
        found: list[T] = []
        for start in range(0, len(ids), requests.MOST_IDS):
            asked = ids[start : start + requests.MOST_IDS]
            reply = await self._calls.call_if_there(request(asked), self.company)
            trees = reply.read(partial(purchases.those, ids=asked)) if reply is not None else []
            found += Entries("Procountor", request(asked), trees).read(reader)
        return found

    async def find_persons(self, identifier: str) -> list[PersonCard]:
        """Active persons by their identifier, which is kept nowhere (R3). The caller compares."""
        listed = await self._pages(partial(requests.persons_by_identifier, identifier))
        return listed.read(responses.person_partner)

    async def persons(self) -> list[PersonCard]:
        """All persons, for one step: their identifiers are kept nowhere (R3)."""
        trees: list[object] = []
        first = requests.persons(0)
        listed = Listed("Procountor", first.operation, "id")
        while True:
            some = (await self._call(requests.persons(len(trees) // requests.PAGE))).read(responses.results)
            listed.add(some.trees)
            trees += some.trees
            if len(some.trees) < requests.PAGE:
                return Entries("Procountor", first, listed.entries).read(responses.person)

    async def create_person(self, body: requests.Body, lease: CallLease) -> PersonCard:
        """Create a person. Raises InDoubt if it may have been created."""
        return (await self._call(requests.create_person(body), lease)).read(responses.person)

    async def person(self, person_id: int) -> PersonRead | None:
        """A whole person, for one step: its number is kept nowhere (R3). None if Procountor itself says that the id
        doesn't exist.
        """
        reply = await self._calls.call_if_there(requests.person(person_id), self.company)
        return reply.read_of("id", person_id, persons.person) if reply is not None else None

    async def update_person(self, person_id: int, body: requests.Body, lease: CallLease) -> None:
        """Write a person. Raises Permanent if its version isn't the newest."""
        (await self._call(requests.update_person(person_id, body), lease)).read(responses.id_of)

    async def travel_products(self) -> list[TravelProduct]:
        """The whole travel register, inactive codes too."""
        return (await self._pages(partial(requests.all_products, "TRAVEL"))).read(responses.travel_product)

    async def send(self, invoice_id: int, lease: CallLease) -> str:
        """Send an invoice to the customer. If it is sent already, a refusal is no error. Raises InDoubt if it may have
        been sent.
        """
        request = requests.send(invoice_id)
        try:
            (await self._call(request, lease)).read(responses.done)
        except (Configuration, Permanent) as refusal:
            try:
                status = (await self.invoice(invoice_id)).status
            except Transient as error:  # a refusal after the sending can't be distinguished from one before it
                raise in_doubt("ATTEMPT_UNKNOWN", detail=error.detail, operation=request.operation) from error
            if status not in responses.SENT:
                raise _of_invoice(refusal, request, "NOT_SENT", status) from refusal
            return status
        return "SENT"

    async def write_notes(self, invoice_id: int, notes: str, lease: CallLease) -> None:
        """Replace an invoice's internal notes; allowed in every status and harmless twice."""
        (await self._call(requests.write_notes(invoice_id, notes), lease)).read(responses.done)

    async def attachments(self, invoice_id: int) -> list[Stored]:
        """The attachments of an invoice; Procountor doesn't show their sizes."""
        return (await self._call(requests.invoice(invoice_id))).read_of("id", invoice_id, responses.attachments)

    async def upload_attachment(
        self, invoice_id: int, name: str, path: Path, kind: FileKind, lease: CallLease, sent_with: bool = True
    ) -> None:
        """Attach a file to an invoice; a sales invoice is sent with it. Raises InDoubt if it may have been attached."""
        reply = await self._call(requests.upload_attachment(invoice_id, name, path, kind, sent_with), lease)
        reply.read(responses.attached)

    async def bank_accounts(self) -> list[OwnAccount]:
        """The company's own bank accounts."""
        return (await self._pages(requests.bank_accounts)).read(responses.own_account)

    async def vat(self, country: str) -> CompanyVat:
        """VAT percentages in use for sales, and the VAT statuses; `country` as Procountor names it."""
        return (await self._call(requests.vat_rates())).read(lambda tree: responses.company_vat(tree, country))

    async def exchange_rate(self, base: str, currency: str, day: date) -> Decimal:
        """Units of a currency for one of the base currency, on a day. Raises Permanent if Procountor has no rate."""
        return (await self._call(requests.exchange_rate(base, currency, day))).read(responses.exchange_rate)

    async def products(self, kind: str) -> list[Product]:
        """All products of SALES, PURCHASE or TRAVEL, including inactive ones."""
        return (await self._pages(partial(requests.all_products, kind))).read(responses.register_product)

    async def ledger_accounts(self) -> list[Account]:
        """All ledger accounts, including inactive ones."""
        return (await self._call(requests.chart_of_accounts())).read(responses.accounts)

    async def chart_of_accounts(self) -> frozenset[str]:
        """The numbers of the ledger accounts in use."""
        return (await self._call(requests.chart_of_accounts())).read(responses.active_accounts)

    async def dimensions(self) -> list[Dimension]:
        """All dimensions with their items."""
        request = requests.dimensions()
        found = []
        for head, trees in (await self._call(request)).read(responses.dimensions):
            items: list[DimensionItem] = []
            async for tree in in_turns(trees):
                items += Entries("Procountor", request, [tree]).read(responses.dimension_item)
            found.append(replace(head, items=tuple(items)))
        return found

    async def dimension(self, dimension_id: int) -> Dimension:
        """One dimension with all its items."""
        return (await self._call(requests.dimension(dimension_id))).read_of("id", dimension_id, responses.dimension)

    async def create_dimension_item(self, dimension_id: int, body: requests.Body, lease: CallLease) -> DimensionItem:
        """Create an item. Raises InDoubt if it may have been created."""
        reply = await self._call(requests.create_dimension_item(dimension_id, body), lease)
        return reply.read(responses.dimension_item)

    async def update_dimension_item(
        self, dimension_id: int, item_id: int, body: requests.Body, lease: CallLease
    ) -> DimensionItem:
        """Write an item: its name, description, and whether it is closed."""
        reply = await self._call(requests.update_dimension_item(dimension_id, {**body, "id": item_id}), lease)
        return reply.read_of("id", item_id, responses.dimension_item)

    async def receipt(self, receipt_id: int) -> ReceiptRead:
        """A whole ledger receipt. Raises Permanent if it doesn't exist, as after a change of its invoice."""
        return (await self._call(requests.receipt(receipt_id))).read_of("id", receipt_id, receipts.receipt)

    async def update_receipt(self, receipt_id: int, body: requests.Body, lease: CallLease) -> None:
        """Write a receipt. Raises Permanent if its version isn't the newest."""
        (await self._call(requests.update_receipt(receipt_id, body), lease)).read(responses.id_of)

    async def posts_travel_by_row(self) -> bool:
        """Whether travel invoices have an entry per row on their receipt."""
        return (await self._call(requests.usage_settings())).read(responses.posts_travel_by_row)

    async def user(self) -> int | None:
        """The id of the key's user, by which invoices name their creator."""
        return (await self._call(requests.session())).read(responses.user)

    async def own_company(self) -> OwnCompany:
        """The company that the key opens."""
        return (await self._call(requests.own_company())).read(responses.own_company)

    async def log_in(self) -> None:
        """Request a token. Raises Configuration if the key or the client is rejected."""
        await self._calls.login.token()

    async def _call(self, request: Request, lease: CallLease | None = None) -> Reply:
        return await self._calls.call(request, self.company, lease)

    async def _pages(self, page: Callable[[int], Request]) -> Entries:
        return Entries("Procountor", page(0), await self._each(page, lambda entry: entry))

    async def _each(self, page: Callable[[int], Request], read: Callable[[Any], T]) -> list[T]:
        """The entries of a list, each page read as soon as it is there: on by id up to the total that the first page
        states; without a total, on to an empty page. Raises Transient if an entry is not what the API declares.

        A look-up that misses an invoice would create a second one, so the length of a page proves nothing.
        """
        first = page(0)
        listed, last, count = Listed("Procountor", first.operation, "id", read), 0, 0
        while True:
            some = (await self._call(page(last))).read(responses.results)
            if not last:
                count = some.total if some.total >= len(some.trees) else 0
            with reading("Procountor", first):
                listed.add(some.trees)
            if not some.trees or 0 < count <= listed.received:
                return listed.entries
            last = some.last


def _said(tree: Json) -> str:
    """Field and message of each error."""
    errors = parts(tree, "errors")
    if not errors:
        raise Odd("errors: none")
    return "; ".join(f"{text(one, 'field')}: {text(one, 'message')}" for one in errors)


ANSWERS = Answers("Procountor", RULES, _said, bare=frozenset({401}))


def _of_invoice(refusal: GatewayError, request: Request, start: str, status: str) -> GatewayError:
    """The error of a refused action. Procountor answers 403 also where a person has moved the invoice out of the status
    `start`: that is the invoice's own matter, and no right is missing.
    """
    if status in (start, "") or refusal.code != "RIGHTS_MISSING":
        return refusal
    said = f"the invoice has the status {status} by now"
    return refuse("PROCOUNTOR_REFUSED", refusal.detail, api="Procountor", operation=request.operation, said=said)
