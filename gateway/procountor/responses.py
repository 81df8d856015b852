"""Procountor's answers, as far as the gateway reads them. Fields are those of its OpenAPI models.

Readers raise Odd, or whatever an impossible value makes Python raise; `gateway.http.reading` turns it into an error.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from gateway.attachments import Stored
from gateway.http.trees import Json, a_list, an_object, flag, integer, moment, needed, number, part, parts, text
from gateway.rules.codes.currencies import rounded
from gateway.rules.items import DimensionItem
from gateway.rules.own_company import OwnCompany
from gateway.rules.register_items import Account, PartnerCard, PersonCard, Product, ProductCard, TravelProduct
from gateway.rules.vat_statuses import CompanyVat, VatStatus

#: Statuses of a sales invoice after its sending, and after its approval (docs/api-facts.md 31).
SENT = frozenset({"SENT", "PARTLY_PAID", "PAID", "MARKED_PAID"})
APPROVED = SENT | {"NOT_SENT"}
#: Statuses of a travel invoice after its approval, its verification, and its sending to circulation
#: (docs/api-facts.md 73).
TRAVEL_APPROVED = frozenset(
    ["APPROVED", "PAYMENT_QUEUED", "PAYMENT_SENT_TO_BANK", "PARTLY_PAID", "PAID", "MARKED_PAID"]
)
VERIFIED = TRAVEL_APPROVED | {"VERIFIED"}
CIRCULATED = VERIFIED | {"RECEIVED"}


@dataclass(frozen=True, slots=True)
class InvoiceFound:
    """A hit of a search, without rows and notes."""

    id: int
    original_number: str | None
    created: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRead:
    """A whole invoice."""

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
    #: The id of the user who created it.
    creator: int | None = None
    customer: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension with its items."""

    id: int
    name: str
    items: tuple[DimensionItem, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """A bank account of the company."""

    iban: str
    currency: str
    default_for_invoice: bool
    active: bool
    default_for_payment: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """One page of a search."""

    trees: list[object]
    #: The number of all hits, if the API states it.
    total: int
    last: int


def results(tree: object) -> Results:
    """BusinessPartnerSearchResult, InvoiceSearchResult and similar."""
    needed(an_object(tree).get("results"), "results")
    trees = parts(tree, "results")
    return Results([*trees], integer(part(tree, "meta"), "totalCount") or 0, id_of(trees[-1]) if trees else 0)


def id_of(tree: object) -> int:
    """The id of an object that was created."""
    return needed(integer(tree, "id"), "id")


def done(tree: object) -> None:
    """InfoMessage: an action was executed. An object with none of its fields is not Procountor's."""
    needed(text(tree, "message"), "message")


def partner(tree: object, active: bool = True) -> PartnerCard:
    """BusinessPartner or BusinessPartnerBasicInfo; `active` if it doesn't say."""
    invoicing, registry = part(tree, "invoicingInfo"), part(tree, "registryInfo")
    return PartnerCard(
        id=id_of(tree),
        name=text(tree, "name") or "",
        identifier=text(invoicing, "identifier"),
        customer_number=text(invoicing, "customerNumber"),
        active=flag(registry, "active") or (active and registry.get("active") is None),
    )


def product(tree: object) -> ProductCard:
    """Product."""
    return ProductCard(id_of(tree), text(tree, "code") or "", text(tree, "name") or "", _active(tree))


def register_product(tree: object) -> Product:
    """Product, with what a comparison of the registers needs."""
    return Product(
        code=text(tree, "code") or "",
        name=text(tree, "name") or "",
        active=_active(tree),
        vat_percent=number(tree, "vat"),
        account=text(tree, "defaultAccount") or "",
        starts=_day(tree, "startDate") or dt.date.min,
        ends=_day(tree, "endDate") or dt.date.max,
    )


def travel_product(tree: object) -> TravelProduct:
    """Product of the travel register."""
    return TravelProduct(
        id=id_of(tree),
        code=(text(tree, "code") or "").strip(),
        name=text(tree, "name") or "",
        unit=text(tree, "unit") or "",
        price=number(tree, "price") or Decimal(0),
        currency=text(tree, "currency") or "",
        active=_active(tree),
        starts=_day(tree, "startDate") or dt.date.min,
        ends=_day(tree, "endDate") or dt.date.max,
    )


def person(tree: object) -> PersonCard:
    """Person or PersonBasicInfo."""
    names = (text(tree, "firstName"), text(tree, "lastName"))
    return _person(tree, " ".join(one for one in names if one))


def person_partner(tree: object) -> PersonCard:
    """BusinessPartnerBasicInfo of a person."""
    return _person(tree, text(tree, "name") or "")


def _person(tree: object, name: str) -> PersonCard:
    registry = part(tree, "registryInfo")
    active = flag(registry, "active") or registry.get("active") is None
    return PersonCard(id_of(tree), name, text(part(tree, "invoicingInfo"), "identifier"), active)


def accounts(tree: object) -> list[Account]:
    """LedgerAccounts."""
    needed(an_object(tree).get("ledgerAccounts"), "ledgerAccounts")
    return [
        Account(text(one, "ledgerAccountCode") or "", text(one, "name") or "", _active(one))
        for one in parts(tree, "ledgerAccounts")
    ]


def found(tree: object) -> InvoiceFound:
    """InvoiceBasicInfo."""
    created = moment(tree, "created")
    if created is not None and created.tzinfo is None:
        created = created.replace(tzinfo=dt.UTC)
    return InvoiceFound(id_of(tree), text(tree, "originalInvoiceNumber"), created)


def invoice(tree: object) -> InvoiceRead:
    """Invoice. Without a total, the total without tax is the sum of the rows, each rounded like ours."""
    return InvoiceRead(
        id=id_of(tree),
        status=text(tree, "status") or "",
        notes=text(tree, "notes") or "",
        partner_id=integer(tree, "partnerId"),
        date=_day(tree, "date"),
        total_excluding_tax=_total(tree),
        invoice_number=integer(tree, "invoiceNumber"),
        original_number=text(tree, "originalInvoiceNumber"),
        receipt_id=integer(tree, "ledgerReceiptId"),
        currency_rate=number(part(tree, "paymentInfo"), "currencyRate") or Decimal(1),
        creator=integer(tree, "creatorId"),
        customer=text(part(part(tree, "counterParty"), "counterPartyAddress"), "name") or "",
        currency=text(part(tree, "paymentInfo"), "currency") or "",
    )


def attachments(tree: object) -> list[Stored]:
    """The attachments of an Invoice, by name."""
    return [Stored(text(one, "name") or "") for one in parts(tree, "attachments")]


def attached(tree: object) -> None:
    """Attachment: it was created."""
    id_of(tree)


def own_account(tree: object) -> OwnAccount:
    """CompanyBankAccountBasicInfo."""
    return OwnAccount(
        iban=(text(tree, "iban") or "").replace(" ", ""),
        currency=text(tree, "currency") or "",
        default_for_invoice=flag(tree, "defaultForInvoice"),
        active=text(tree, "status") in (None, "ACTIVE"),
        default_for_payment=flag(tree, "defaultForPayment"),
    )


def own_company(tree: object) -> OwnCompany:
    """Company."""
    return OwnCompany(
        id=id_of(tree),
        name=text(tree, "name") or "",
        business_id=text(part(tree, "businessIdentifier"), "code") or "",
        country=text(tree, "country") or "",
        currency=text(tree, "companyCurrency") or "",
    )


def posts_travel_by_row(tree: object) -> bool:
    """CompanyUsageSettings."""
    needed(an_object(tree).get("accountingByRow"), "accountingByRow")
    return flag(part(tree, "accountingByRow"), "travelAndExpenseInvoicePosting")


def user(tree: object) -> int | None:
    """SessionInfo: the id of the key's user, by which invoices name their creator."""
    needed(an_object(tree).get("companyId"), "companyId")
    return integer(tree, "userId")


def dimension(tree: object) -> Dimension:
    """Dimension."""
    return Dimension(id_of(tree), text(tree, "name") or "", tuple(map(dimension_item, parts(tree, "items"))))


def dimensions(tree: object) -> list[tuple[Dimension, list[Json]]]:
    """Dimensions without their items, and these items, still to be read: there may be 20 000 of them."""
    return [(Dimension(id_of(one), text(one, "name") or ""), parts(one, "items")) for one in a_list(tree)]


def dimension_item(tree: object) -> DimensionItem:
    """DimensionItem: an inactive item has the status P, an active one has none (docs/api-facts.md 57)."""
    closed, description = text(tree, "status") == "P", text(tree, "description") or ""
    return DimensionItem(id_of(tree), text(tree, "codeName") or "", closed, description)


def active_accounts(tree: object) -> frozenset[str]:
    """LedgerAccounts: the numbers of accounts in use."""
    return frozenset(one.number for one in accounts(tree) if one.active and one.number)


def company_vat(tree: object, country: str) -> CompanyVat:
    """VatInformation: the percentages for sales in this country (in all countries if it has none), and the statuses."""
    needed(an_object(tree).get("vatInformation"), "vatInformation")
    countries = parts(tree, "vatInformation")
    own = [one for one in countries if text(one, "country") == country] or countries
    rates = [rate for one in own for rate in parts(one, "percentages") if flag(rate, "sales")]
    percents = frozenset(percent for rate in rates if (percent := number(rate, "vatPercent")) is not None)
    bought = [rate for one in own for rate in parts(one, "percentages") if flag(rate, "purchase")]
    purchases = frozenset(percent for rate in bought if (percent := number(rate, "vatPercent")) is not None)
    statuses = (_vat_status(one) for one in parts(tree, "vatStatuses"))
    return CompanyVat(percents, tuple(one for one in statuses if one is not None), purchases)


def _vat_status(tree: object) -> VatStatus | None:
    """VatStatusInfo."""
    status = integer(tree, "vatStatus")
    return VatStatus(status, text(tree, "description") or "", flag(tree, "sales")) if status is not None else None


def exchange_rate(tree: object) -> Decimal:
    """CurrencyExchangeRate."""
    return needed(number(tree, "rate"), "rate")


def _active(tree: object) -> bool:
    """In use, also if Procountor says nothing."""
    return flag(tree, "active") or an_object(tree).get("active") is None


def _day(tree: object, name: str) -> dt.date | None:
    day = moment(tree, name)
    return day.date() if day is not None else None


def _total(tree: object) -> Decimal | None:
    for one in parts(tree, "invoiceSumInfo"):
        total = number(one, "excludingVatTotal")
        if not flag(one, "inAccountingCurrency") and total is not None:
            return total
    rows = parts(tree, "invoiceRows")
    if not rows:
        return None
    currency = text(part(tree, "paymentInfo"), "currency") or ""
    return sum((rounded(_amount(row, "quantity") * _amount(row, "unitPrice"), currency) for row in rows), Decimal(0))


def _amount(tree: object, name: str) -> Decimal:
    return needed(number(tree, name), name)
