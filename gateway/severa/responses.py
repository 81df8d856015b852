"""What Severa answers, as our documents. Fields are those of its OpenAPI models; absent ones are None.

Readers raise Odd, or what an impossible value makes Python raise; `gateway.http.reading` makes an error of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from gateway.attachments import FileReference
from gateway.documents import Address, Customer, Money, ProjectRef, Row, RowKind, RowPart, SalesInvoice
from gateway.errors import MASK, GatewayError, looks_personal
from gateway.http.trees import (
    Json,
    Odd,
    a_list,
    an_object,
    flag,
    integer,
    moment,
    needed,
    number,
    one_of,
    part,
    parts,
    text,
    texts,
)
from gateway.rules.products import SeveraProduct
from gateway.rules.rates import Currency
from gateway.rules.registers import Account, Item
from gateway.rules.statuses import Flags

T = TypeVar("T", bool, int, str)

FINEST = Decimal("0.00000001")
#: Beyond this nothing is an amount; what is beyond is cut to it, which events hold and the rules refuse.
MOST = Decimal("999999999999999.9")
#: A day that Severa doesn't tell: the first of the calendar, as its own servers write it. The rules refuse it.
NO_DAY = dt.date.min
FINLAND = ZoneInfo("Europe/Helsinki")
#: A time that Severa doesn't tell: long ago, so that the document is looked up first (decision 12).
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BusinessUnit:
    """A unit of the organisation; one with a VAT number of its own is a company. `odd`: why it can't be read."""

    guid: str
    name: str
    parent_guid: str | None = None
    vat_number: str | None = None
    country_guid: str | None = None
    odd: str = ""
    company_guid: str | None = None


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account of a unit, or of a company: then `unit_guid` is None. `number` as it was typed."""

    number: str
    is_iban: bool
    unit_guid: str | None = None
    company_guid: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """An invoice status, and what Severa's settings say of it."""

    guid: str
    name: str
    flags: Flags


@dataclass(frozen=True, slots=True)
class Project:
    """A project with the business unit that it belongs to."""

    guid: str
    name: str
    number: int | None = None
    unit_code: str | None = None
    unit_name: str | None = None


@dataclass(frozen=True, slots=True)
class CostCenter:
    """A cost center, in use or not."""

    identifier: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class OddHead:
    """A waiting invoice whose head can't be read, with what can be read of it; `error` says what can't."""

    guid: str
    status_id: str
    unit_id: str
    number: int | None
    error: GatewayError


def invoice(tree: object) -> SalesInvoice:
    """InvoiceOutputModel: the head, without rows and without the customer's card.

    Every field may be null: texts are None then, amounts and the rate 0, days NO_DAY. The rules refuse what is needed.
    """
    payer = part(tree, "billingCustomer") or part(tree, "customer")
    address, status, language = (part(tree, name) for name in ("receiverAddress", "status", "language"))
    currency = text(part(tree, "currency"), "code") or ""
    return SalesInvoice(
        id=guid_of(tree),
        number=integer(tree, "number"),
        created_at=_time(tree, "createdDateTime") or LONG_AGO,
        updated_at=_time(tree, "lastUpdatedDateTime"),
        status_id=guid_of(status),
        status_name=text(status, "name") or "",
        business_unit_id=text(tree, _UNIT),
        date=_day(tree, "date"),
        due_date=_day(tree, "dueDate"),
        currency=currency,
        currency_rate=_decimal(tree, "currencyRate") or Decimal(0),
        language=text(language, "code") or text(language, "englishName") or text(language, "name"),
        customer=Customer(id=guid_of(payer), name=text(payer, "name") or "", number=integer(payer, "number")),
        business_id=_no_person(receiver_id(tree)),
        receiver_name=text(tree, "receiverCustomerName"),
        receiver_contact=text(tree, "receiverContactName"),
        receiver_email=text(tree, "receiverContactEmail"),
        receiver_address=Address(
            street=text(address, "addressline"),
            postal_code=text(address, "postalCode"),
            city=text(address, "city"),
            country=text(address, "country"),
        ),
        sender_contact=text(tree, "senderContactName"),
        our_reference=text(tree, "ourReference"),
        your_reference=text(tree, "yourReference"),
        notes=text(tree, "notes"),
        free_text_above=_free_text(tree, "freeText1"),
        free_text_below=_free_text(tree, "freeText2"),
        order_number=text(tree, "orderNumber"),
        reference_number=text(tree, "referenceNumber"),
        overdue_interest=_decimal(tree, "overdueInterest"),
        is_credit_note=flag(tree, "isCreditNote"),
        reimburses=integer(part(tree, "reimburseInvoice"), "number"),
        total_excluding_tax=_money(tree, "totalExcludingTax", currency),
        total_including_tax=_money(tree, "totalIncludingTax", currency),
        projects=tuple(
            ProjectRef(id=guid_of(one), name=text(one, "name") or "", number=integer(one, "number"))
            for one in parts(tree, "projects")
        ),
    )


def odd_head(tree: object, error: GatewayError) -> OddHead:
    """InvoiceOutputModel that `invoice` can't read: whose it is, as far as that can be read."""
    there: Json = tree if isinstance(tree, dict) else {}
    status = there.get("status")
    said = (there.get("guid"), status.get("guid") if isinstance(status, dict) else None, there.get(_UNIT))
    guid, status_id, unit_id = (one if isinstance(one, str) else "" for one in said)
    shown = there.get("number")
    return OddHead(guid, status_id, unit_id, shown if type(shown) is int else None, error)


def moved(tree: object, guid: str) -> SalesInvoice:
    """The answer to a PATCH: a list of the one invoice, as the model says, or the invoice."""
    head = invoice(tree if isinstance(tree, dict) else a_list(tree)[0])
    if head.id.lower() != guid.lower():
        raise Odd("guid: the one that was asked for is expected")
    return head


def receiver_id(tree: object) -> str | None:
    """InvoiceOutputModel: the business id on the invoice as it is, which may be a person's number."""
    return text(tree, "receiverVatNumber")


def row(tree: object) -> Row:
    """InvoiceRowOutputModel. A row without a type is one of fees, whose default code is the product's (S4)."""
    return Row(
        id=guid_of(tree),
        position=integer(tree, "sortOrder") or 0,
        kind=one_of(RowKind, tree, "rowType") or RowKind.FEES,
        description=text(tree, "description") or "",
        quantity=_decimal(tree, "quantity") or Decimal(0),
        unit_price=_money(tree, "unitPrice", ""),
        vat_percent=_decimal(tree, "vatRate"),
        codes=tuple(code or "" for code in texts(tree, "code")),
        unit=text(tree, "measurementUnit"),
        sales_account=text(part(tree, "salesAccount"), "number"),
        cost_center=text(part(tree, "costCenter"), "number"),
    )


def flat_rate_of_row(tree: object) -> tuple[str, str | None]:
    """InvoiceRowOutputModel: the row, and the flat rate that it bills."""
    return guid_of(tree), text(tree, "flatRateGuid")


def project_of(tree: object) -> tuple[str, str | None]:
    """FlatRateOutputModel: its own guid and its project's."""
    return guid_of(tree), text(part(tree, "project"), "guid")


def row_part(tree: object) -> tuple[str, RowPart] | None:
    """WorkHourOutputModel and the like, credited ones too: the row that bills it, and what it is worth there.

    One without a project is a part too: the row isn't wholly that of the others.
    """
    billed_by = text(tree, "invoiceRowGuid")
    if not billed_by:
        return None
    quantity = (
        _decimal(tree, "quantity") if number(tree, "invoiceQuantity") is None else _decimal(tree, "invoiceQuantity")
    )
    amount = _within(_money(tree, "unitPrice", "").amount * (quantity or 0))
    return billed_by, RowPart(guid_of(part(tree, "project")), amount)


def changed_row(tree: object) -> tuple[str, str, str]:
    """InvoiceRowOutputModel: its guid, its invoice's, and when it was changed last."""
    guid, stamp = changed(tree)
    return guid, text(tree, "invoiceGuid") or "", stamp


def changed(tree: object) -> tuple[str, str]:
    """An object's guid, and when it was changed last."""
    return guid_of(tree), text(tree, "lastUpdatedDateTime") or text(tree, "createdDateTime") or ""


def project(tree: object) -> Project:
    """ProjectOutputModel."""
    unit = part(tree, "businessUnit")
    return Project(
        guid_of(tree), text(tree, "name") or "", integer(tree, "number"), text(unit, "code"), text(unit, "name")
    )


def unit_of_project(tree: object) -> str | None:
    """ProjectOutputModel: the guid of its business unit."""
    return text(part(tree, "businessUnit"), "guid")


def customer(tree: object) -> Customer:
    """CustomerModel."""
    return Customer(
        id=guid_of(tree),
        name=text(tree, "name") or "",
        number=integer(tree, "number"),
        business_id=_no_person(customer_id(tree)),
        email=text(tree, "email"),
        einvoice_address=text(tree, "eInvoiceAddress"),
        einvoice_operator=text(tree, "eInvoiceOperator"),
    )


def changed_customer(tree: object) -> tuple[str, Customer | None]:
    """CustomerModel: its guid, and the card; None when only the guid can be read."""
    try:
        return guid_of(tree), customer(tree)
    except Odd:
        return guid_of(tree), None


def customer_id(tree: object) -> str | None:
    """CustomerModel: the business id as it is, which may be a person's number."""
    return text(tree, "vatNumber")


def business_unit(tree: object) -> BusinessUnit:
    """BusinessUnitModel."""
    guid, company = guid_of(tree), _told(tree, "companyGuid", str)
    try:
        name, country = text(tree, "name") or "", text(tree, "companyCountryGuid")
        return BusinessUnit(
            guid, name, text(tree, "parentGuid"), text(tree, "vatNumber"), country, company_guid=company
        )
    except Odd as odd:
        return BusinessUnit(guid, "", odd=str(odd))


def bank_account(tree: object) -> BankAccount:
    """BankAccountOutputModel. Without a format it is an IBAN."""
    return BankAccount(
        number=text(tree, "accountNumber") or "",
        is_iban=text(tree, "accountNumberFormat") in ("Iban", None),
        unit_guid=text(part(tree, "businessUnit"), "guid"),
        company_guid=text(part(tree, "company"), "guid"),
    )


def status(tree: object) -> Status:
    """InvoiceStatusModel."""
    name = text(tree, "name") or ""
    flags = Flags(
        name=name,
        not_editable=_told(tree, "isReadOnly", bool),
        invoice_number=_told(tree, "hasInvoiceNumber", bool),
        sent=_told(tree, "isSent", bool),
        order=_told(tree, "sortOrder", int),
    )
    return Status(guid_of(tree), name, flags)


def item(tree: object) -> Item:
    """ProductOutputModel, WorkTypeOutputModel or TravelExpenseTypeOutputModel."""
    return Item(text(tree, "code") or "", text(tree, "name") or "", _decimal(tree, "vatRate"))


def product(tree: object) -> SeveraProduct:
    """ProductOutputModel, WorkTypeOutputModel or TravelExpenseTypeOutputModel, for a new product of Procountor's. Of
    the three a product alone has a price, and a work type has no unit.
    """
    priced = part(tree, "unitPrice")
    return SeveraProduct(
        code=(text(tree, "code") or "").strip(),
        name=text(tree, "name") or "",
        price=_money(tree, "unitPrice", "") if priced else None,
        unit=text(tree, "measurementUnit"),
        active=_is_active(tree),
    )


def cost_center(tree: object) -> CostCenter:
    """CostCenterModel."""
    identifier, name = (text(tree, "identifier") or "").strip(), text(tree, "name") or ""
    return CostCenter(identifier, name, _is_active(tree))


def sales_account(tree: object) -> Account:
    """SalesAccountModel."""
    return Account(text(tree, "number") or "", text(tree, "name") or "")


def vat_percents(trees: list[Any], country_guid: str | None) -> frozenset[Decimal]:
    """VatRateOutputModel: the percentages of a country; of all when the country isn't known or has none of its own."""
    own = [one for one in trees if country_guid and text(one, "countryGuid") == country_guid] or trees
    return frozenset(percent for one in own if (percent := _decimal(one, "percentage")) is not None)


def currency(tree: object) -> Currency:
    """CurrencyOutputModel."""
    rate = _decimal(tree, "rate") or Decimal(0)
    return Currency(text(tree, "code") or "", rate, flag(tree, "isOrganizationCurrency"))


def file(tree: object) -> FileReference:
    """InvoiceFileModel."""
    guid, name = needed(text(tree, "fileGuid"), "fileGuid"), needed(text(tree, "name"), "name")
    size = number(tree, "size")
    return FileReference(guid, name, int(size) if size is not None else None, text(tree, "contentType"))


def groups_with_attachment(tree: object) -> bool:
    """InvoiceSettingsOutputModel: whether rows of one kind are grouped with a file that lists them (X3)."""
    return any(text(tree, f"{kind}Grouping") == "Group+Attachment" for kind in _GROUPED)


def is_reverse_charged(tree: object) -> bool:
    """InvoiceSettingsOutputModel."""
    return flag(tree, "isReverseCharged")


def product_type(tree: object) -> tuple[str, str]:
    """ProjectFeeOutputModel or ReimbursedProjectFeeOutputModel: the row that bills it, and its product's type."""
    return text(tree, "invoiceRowGuid") or "", text(tree, "productType") or ""


def _told(tree: object, name: str, kind: type[T]) -> T | None:
    """What few ask for: another type is as good as nothing, and stops no transfer."""
    value = an_object(tree).get(name)
    return value if isinstance(value, kind) else None


def guid_of(tree: object) -> str:
    """An object's guid; empty when it has none."""
    return text(tree, "guid") or ""


_UNIT = "invoiceNumberBusinessUnitGuid"
_GROUPED = ("workHour", "projectFee", "projectTravelExpense")


def _no_person(text: str | None) -> str | None:
    """Documents become events, so they hold no person's number (SPEC R3): a transfer asks for it when it needs it."""
    return MASK if text and looks_personal(text) else text


def _free_text(tree: object, name: str) -> str | None:
    """FreeTextModel2: as plain text, else as it was written; tags go later."""
    free = part(tree, name)
    return text(free, "plainText") or text(free, "text")


def _day(tree: object, name: str) -> dt.date:
    """A day that comes as a moment with a zone is midnight of it where the company is.

    Midnight in Sweden is 01:00 of the same day in Finland, so Finland's clock tells the day of both.
    """
    told = moment(tree, name)
    if told is None:
        return NO_DAY
    day = told.date()
    return told.astimezone(FINLAND).date() if told.tzinfo and day != NO_DAY else day


def _time(tree: object, name: str) -> datetime | None:
    """Severa's times carry a zone; one without is UTC. The first day of the calendar is none."""
    told = moment(tree, name)
    if told is None or told.date() == NO_DAY:
        return None
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


def _decimal(tree: object, name: str) -> Decimal | None:
    """One of Severa's doubles."""
    told = number(tree, name)
    return _within(told) if told is not None else None


def _within(told: Decimal) -> Decimal:
    """Beyond eight decimals there is only noise (a third of an hour), and events hold eight."""
    within = max(min(told, MOST), -MOST)
    exponent = within.as_tuple().exponent
    fine = isinstance(exponent, int) and exponent < -8
    return (within.quantize(FINEST) if fine else within) + 0  # without the sign of a zero, which events don't hold


def _is_active(tree: object) -> bool:
    """In use, also where nothing is said."""
    return flag(tree, "isActive") or an_object(tree).get("isActive") is None


def _money(tree: object, name: str, currency: str) -> Money:
    money = part(tree, name)
    return Money(_decimal(money, "amount") or Decimal(0), text(money, "currencyCode") or currency)
