"""What Procountor answers, as far as the gateway reads it. Fields are those of its OpenAPI models."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.attachments import Stored
from gateway.rules.currencies import rounded
from gateway.rules.own_company import OwnCompany
from gateway.rules.partners import PartnerCard
from gateway.rules.products import ProductCard
from gateway.rules.registers import Account, Product
from gateway.rules.vat_statuses import CompanyVat, VatStatus

Json = dict[str, Any]

#: Statuses of a sales invoice from its sending on, and from its approval on (API fact 2.5).
SENT = frozenset({"SENT", "PARTLY_PAID", "PAID", "MARKED_PAID"})
APPROVED = SENT | {"NOT_SENT"}


@dataclass(frozen=True, slots=True)
class InvoiceFound:
    """One hit of a search: neither rows nor notes."""

    id: int
    original_number: str | None
    created: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRead:
    """One invoice, read whole."""

    id: int
    status: str
    notes: str
    partner_id: int | None
    date: dt.date | None
    total_excluding_tax: Decimal | None
    invoice_number: int | None
    original_number: str | None
    receipt_id: int | None = None
    currency_rate: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class DimensionItem:
    """An item of a dimension. `closed`: inactive in Procountor."""

    id: int
    code: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension with its items."""

    id: int
    name: str
    items: tuple[DimensionItem, ...] = ()

    def item(self, code: str) -> DimensionItem | None:
        """The item with exactly this code: an active one, the first made, before a closed one."""
        same = [one for one in self.items if one.code == code]
        return min(same, key=lambda one: (one.closed, one.id), default=None)


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """A bank account of the company."""

    iban: str
    currency: str
    default_for_invoice: bool
    active: bool


def partner(tree: Json) -> PartnerCard:
    """BusinessPartner or BusinessPartnerBasicInfo."""
    invoicing = tree.get("invoicingInfo") or {}
    return PartnerCard(
        id=int(tree["id"]),
        name=tree.get("name") or "",
        identifier=invoicing.get("identifier"),
        customer_number=invoicing.get("customerNumber"),
    )


def product(tree: Json) -> ProductCard:
    """Product."""
    return ProductCard(int(tree["id"]), tree.get("code") or "", tree.get("name") or "", tree.get("active") is not False)


def register_product(tree: Json) -> Product:
    """Product, with what a comparison of the registers needs."""
    return Product(
        code=tree.get("code") or "",
        name=tree.get("name") or "",
        active=bool(tree.get("active", True)),
        vat_percent=Decimal(tree["vat"]) if tree.get("vat") is not None else None,
        account=tree.get("defaultAccount") or "",
        starts=_day(tree.get("startDate")) or dt.date.min,
        ends=_day(tree.get("endDate")) or dt.date.max,
    )


def account(tree: Json) -> Account:
    """LedgerAccount."""
    return Account(tree.get("ledgerAccountCode") or "", tree.get("name") or "", bool(tree.get("active", True)))


def found(tree: Json) -> InvoiceFound:
    """InvoiceBasicInfo."""
    created = dt.datetime.fromisoformat(tree["created"]) if tree.get("created") else None
    if created is not None and created.tzinfo is None:
        created = created.replace(tzinfo=dt.UTC)
    return InvoiceFound(int(tree["id"]), tree.get("originalInvoiceNumber"), created)


def invoice(tree: Json) -> InvoiceRead:
    """Invoice. The total without tax is the sum of the rows, each rounded as ours are, when none is told."""
    return InvoiceRead(
        id=int(tree["id"]),
        status=tree.get("status") or "",
        notes=tree.get("notes") or "",
        partner_id=tree.get("partnerId"),
        date=_day(tree.get("date")),
        total_excluding_tax=_total(tree),
        invoice_number=tree.get("invoiceNumber"),
        original_number=tree.get("originalInvoiceNumber"),
        receipt_id=tree.get("ledgerReceiptId"),
        currency_rate=Decimal((tree.get("paymentInfo") or {}).get("currencyRate") or 1),
    )


def attachments(tree: Json) -> list[Stored]:
    """The attachments of an Invoice, by name."""
    return [Stored(one.get("name") or "") for one in tree.get("attachments") or ()]


def own_account(tree: Json) -> OwnAccount:
    """CompanyBankAccountBasicInfo."""
    return OwnAccount(
        iban=(tree.get("iban") or "").replace(" ", ""),
        currency=tree.get("currency") or "",
        default_for_invoice=bool(tree.get("defaultForInvoice")),
        active=tree.get("status", "ACTIVE") == "ACTIVE",
    )


def own_company(tree: Json) -> OwnCompany:
    """Company."""
    return OwnCompany(
        id=int(tree["id"]),
        name=tree.get("name") or "",
        business_id=(tree.get("businessIdentifier") or {}).get("code") or "",
        country=tree.get("country") or "",
        currency=tree.get("companyCurrency") or "",
    )


def dimension(tree: Json) -> Dimension:
    """Dimension."""
    return Dimension(int(tree["id"]), tree.get("name") or "", tuple(map(dimension_item, tree.get("items") or ())))


def dimension_item(tree: Json) -> DimensionItem:
    """DimensionItem: an inactive one has the status P, an active one has none."""
    return DimensionItem(int(tree["id"]), tree.get("codeName") or "", tree.get("status") == "P")


def active_accounts(tree: Json) -> frozenset[str]:
    """LedgerAccounts: the numbers of those in use."""
    accounts = tree.get("ledgerAccounts") or ()
    codes = (one.get("ledgerAccountCode") for one in accounts if one.get("active") is not False)
    return frozenset(code for code in codes if code)


def company_vat(tree: Json, country: str) -> CompanyVat:
    """VatInformation: the percentages that sales of this country use (of all countries when it isn't named so), and the
    statuses.
    """
    countries = tree.get("vatInformation") or []
    own = [one for one in countries if one.get("country") == country] or countries
    percents = frozenset(
        Decimal(rate["vatPercent"])
        for one in own
        for rate in one.get("percentages") or ()
        if rate.get("sales") and rate.get("vatPercent") is not None
    )
    statuses = (one for one in tree.get("vatStatuses") or () if one.get("vatStatus") is not None)
    return CompanyVat(percents, tuple(map(_vat_status, statuses)))


def _vat_status(tree: Json) -> VatStatus:
    """VatStatusInfo."""
    return VatStatus(int(tree["vatStatus"]), tree.get("description") or "", bool(tree.get("sales")))


def exchange_rate(tree: Json) -> Decimal:
    """CurrencyExchangeRate."""
    return Decimal(tree["rate"])


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text else None


def _total(tree: Json) -> Decimal | None:
    for one in tree.get("invoiceSumInfo") or ():
        if not one.get("inAccountingCurrency") and one.get("excludingVatTotal") is not None:
            return Decimal(one["excludingVatTotal"])
    rows = tree.get("invoiceRows")
    if not rows:
        return None
    currency = (tree.get("paymentInfo") or {}).get("currency") or ""
    return sum((rounded(Decimal(row["quantity"]) * Decimal(row["unitPrice"]), currency) for row in rows), Decimal(0))
