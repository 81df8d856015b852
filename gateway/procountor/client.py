"""Procountor's API for one company: logged in by its key, paged to the end, errors classified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from gateway.attachments import FileKind, Stored
from gateway.errors import Configuration, GatewayError, Permanent, Transient, Varying
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
from gateway.procountor import receipts, requests, responses
from gateway.procountor.receipts import ReceiptRead
from gateway.procountor.responses import (
    Dimension,
    DimensionItem,
    InvoiceFound,
    InvoiceRead,
    OwnAccount,
)
from gateway.rules.own_company import OwnCompany
from gateway.rules.partners import PartnerCard
from gateway.rules.products import ProductCard
from gateway.rules.registers import Account, Product
from gateway.rules.vat_statuses import CompanyVat

#: What Procountor's statuses and validation codes mean. 3xx, 408 and 5xx of a call that must not happen twice: Unknown.
RULES = (
    Rule((429,), Transient, "API_BUSY"),
    Rule((401,), Configuration, "LOGIN_REFUSED"),
    Rule((403,), Configuration, "RIGHTS_MISSING"),
    Rule((408, *range(300, 400), *range(500, 600)), Transient, "API_FAILED"),
    Rule((400,), Permanent, "PERIOD_CLOSED", "CLOSED_FISCAL_PERIOD"),
    Rule((400,), Permanent, "BUSINESS_ID_REFUSED", "ERROR_BRN_CODE"),
    Rule(range(400, 500), Permanent, "PROCOUNTOR_REFUSED"),
)


class ProcountorClient:
    """Calls of one company, under the budget that it shares with the others of its client id."""

    def __init__(
        self, company: str, client_id: str, client_secret: SecretStr, api_key: SecretStr, transport: HttpTransport
    ) -> None:
        self.company = company
        self._credentials = (client_id, client_secret, api_key)
        self._transport = transport
        self._login = Login(self._ask)

    @property
    def silence(self) -> Silence:
        """For how long Procountor hasn't answered."""
        return self._transport.silence

    async def find_partners(self, customer_number: str) -> list[PartnerCard]:
        """Active customers by number."""
        trees = await self._pages(lambda previous: requests.partners_by_number(customer_number, previous))
        return [responses.partner(one) for one in trees]

    async def create_partner(self, body: requests.Body, licence: Licence) -> PartnerCard:
        """A new customer. Raises Unknown when it may have been made."""
        return responses.partner((await self._send(requests.create_partner(body), licence)).json())

    async def find_products(self, code: str) -> list[ProductCard]:
        """Sales products with exactly this code; one without a code has none that could be meant."""
        if not code:
            return []
        trees = await self._pages(lambda previous: requests.products(code, previous))
        return [card for card in map(responses.product, trees) if card.code == code]

    async def create_product(self, body: requests.Body, licence: Licence) -> ProductCard:
        """A new sales product. Raises Unknown when it may have been made."""
        return responses.product((await self._send(requests.create_product(body), licence)).json())

    async def find_invoices(self, original_number: str) -> list[InvoiceFound]:
        """Sales invoices with exactly this original number."""
        trees = await self._pages(lambda previous: requests.invoices_by_number(original_number, previous))
        return [hit for hit in map(responses.found, trees) if hit.original_number == original_number]

    async def invoices_created_between(self, since: date, until: date) -> list[InvoiceFound]:
        """Sales invoices made in these days, both included."""
        trees = await self._pages(lambda previous: requests.invoices_created(since, until, previous))
        return [responses.found(one) for one in trees]

    async def invoice(self, invoice_id: int) -> InvoiceRead:
        """One invoice, whole."""
        return responses.invoice((await self._send(requests.invoice(invoice_id))).json())

    async def invoice_if_there(self, invoice_id: int) -> InvoiceRead | None:
        """One invoice, whole; None when Procountor itself says that it has none with this id."""
        answer = await self._send(requests.invoice(invoice_id), absent=True)
        return None if answer.status == 404 else responses.invoice(answer.json())

    async def create_invoice(self, body: requests.Body, licence: Licence) -> InvoiceRead:
        """A new invoice, UNFINISHED. Raises Unknown when it may have been made."""
        return responses.invoice((await self._send(requests.create_invoice(body), licence)).json())

    async def approve(self, invoice_id: int, licence: Licence) -> str:
        """Approve, and read the status that it has led to. Where it is approved already, a refusal is none.

        Harmless twice, but not after a freeze: a person may have taken the approval back.
        """
        refusal: GatewayError | None = None
        try:
            await self._send(requests.approve(invoice_id), licence)
        except (Configuration, Permanent) as error:
            refusal = error
        status = (await self.invoice(invoice_id)).status
        if refusal is not None and status not in responses.APPROVED:
            raise refusal
        return status

    async def send(self, invoice_id: int, licence: Licence) -> str:
        """Send to the customer. Where it is sent already, a refusal is none. Raises Unknown when it may have gone."""
        try:
            await self._send(requests.send(invoice_id), licence)
        except (Configuration, Permanent):
            status = (await self.invoice(invoice_id)).status
            if status not in responses.SENT:
                raise
            return status
        return "SENT"

    async def attachments(self, invoice_id: int) -> list[Stored]:
        """What is attached to an invoice; Procountor doesn't tell sizes."""
        return responses.attachments((await self._send(requests.invoice(invoice_id))).json())

    async def upload_attachment(self, invoice_id: int, name: str, path: Path, kind: FileKind, licence: Licence) -> None:
        """Attach a file to a sales invoice, sent with it. Raises Unknown when it may have been attached."""
        await self._send(requests.upload_attachment(invoice_id, name, path, kind), licence)

    async def bank_accounts(self) -> list[OwnAccount]:
        """The company's own bank accounts."""
        return [responses.own_account(one) for one in await self._pages(requests.bank_accounts)]

    async def vat(self, country: str) -> CompanyVat:
        """VAT percentages in use for sales, and the VAT statuses; `country` as Procountor names it."""
        return responses.company_vat((await self._send(requests.vat_rates())).json(), country)

    async def exchange_rate(self, base: str, currency: str, day: date) -> Decimal:
        """Units of a currency for one of the base, on a day. Raises Permanent when Procountor has none."""
        return responses.exchange_rate((await self._send(requests.exchange_rate(base, currency, day))).json())

    async def products(self, kind: str) -> list[Product]:
        """All products of SALES, PURCHASE or TRAVEL, inactive ones too."""
        trees = await self._pages(lambda previous: requests.all_products(kind, previous))
        return [responses.register_product(one) for one in trees]

    async def ledger_accounts(self) -> list[Account]:
        """All ledger accounts, inactive ones too."""
        tree = (await self._send(requests.chart_of_accounts())).json()
        return [responses.account(one) for one in tree.get("ledgerAccounts") or ()]

    async def chart_of_accounts(self) -> frozenset[str]:
        """Numbers of the ledger accounts in use."""
        return responses.active_accounts((await self._send(requests.chart_of_accounts())).json())

    async def dimensions(self) -> list[Dimension]:
        """All dimensions with their items."""
        return [responses.dimension(one) for one in (await self._send(requests.dimensions())).json()]

    async def create_dimension_item(self, dimension_id: int, body: requests.Body, licence: Licence) -> DimensionItem:
        """A new item. Raises Unknown when it may have been made."""
        answer = await self._send(requests.create_dimension_item(dimension_id, body), licence)
        return responses.dimension_item(answer.json())

    async def receipt(self, receipt_id: int) -> ReceiptRead:
        """One ledger receipt, whole. Raises Permanent when it isn't there, as after a change of its invoice."""
        return receipts.receipt((await self._send(requests.receipt(receipt_id))).json())

    async def update_receipt(self, receipt_id: int, body: requests.Body, licence: Licence) -> None:
        """Write a receipt. Raises Permanent when its version isn't the newest."""
        await self._send(requests.update_receipt(receipt_id, body), licence)

    async def own_company(self) -> OwnCompany:
        """The company that the key belongs to."""
        return responses.own_company((await self._send(requests.own_company())).json())

    async def log_in(self) -> None:
        """Ask for a token. Raises Configuration when the key or the client is refused."""
        await self._login.token()

    async def _ask(self) -> Token:
        client_id, secret, key = self._credentials
        request = requests.token(client_id, secret.get_secret_value(), key.get_secret_value())
        answer = await self._transport.send(request, self.company)
        if answer.status >= 300:
            raise login_error(request, answer, "Procountor")
        tree = answer.json()
        return Token(tree["access_token"], float(tree["expires_in"]))

    async def _send(self, request: Request, licence: Licence | None = None, absent: bool = False) -> Response:
        for again in (True, False):
            token = await self._login.token()
            sent = replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})
            answer = await self._transport.send(sent, self.company, licence)
            if answer.status == 401 and again:
                self._login.refused(token)
                continue
            if answer.status >= 300 and not (absent and _is_absent(answer)):
                raise self._error(request, answer)
            return answer
        raise AssertionError("the second answer returns or raises")

    async def _pages(self, page: Callable[[int], Request]) -> list[Any]:
        """On by id to what the first page gives as the number of all; where it gives none, on to an empty page.

        A look-up that misses an invoice makes a second one, so a page's length says nothing.
        """
        listed, last, count = Listed("Procountor", page(0).operation, "id"), 0, 0
        while True:
            tree = (await self._send(page(last))).json()
            results = tree["results"]
            if not last:
                told = (tree.get("meta") or {}).get("totalCount") or 0
                count = told if told >= len(results) else 0
            listed.add(results)
            if not results or 0 < count <= listed.received:
                return listed.entries
            last = results[-1]["id"]

    def _error(self, request: Request, answer: Response) -> Exception:
        return classify(RULES, request, answer, "Procountor", _said(answer))


def _is_absent(answer: Response) -> bool:
    """Whether Procountor itself says that there is no such object; a proxy's 404 has another form."""
    try:
        return answer.status == 404 and bool(answer.json()["errors"])
    except (ValueError, KeyError, TypeError):
        return False


def _said(answer: Response) -> str:
    """Field and message of each error that it names."""
    try:
        return "; ".join(f"{one.get('field')}: {one.get('message')}" for one in answer.json()["errors"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return Varying(answer.body[:200], "utf-8", "replace")  # of no known shape: it may hold a time, or a number
