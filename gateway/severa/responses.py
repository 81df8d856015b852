"""Severa's answers as our documents. Fields are those of its OpenAPI models; absent fields are None.

Readers raise Odd, or whatever an impossible value makes Python raise; `gateway.http.reading` turns it into an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.attachments import FileReference
from gateway.documents import Address, Customer, ProjectRef, Row, RowKind, RowPart, SalesInvoice
from gateway.documents.document import LONG_AGO
from gateway.errors import GatewayError
from gateway.http.trees import (
    Json,
    Odd,
    a_list,
    flag,
    integer,
    needed,
    number,
    one_of,
    part,
    parts,
    text,
    texts,
)
from gateway.rules.rates import Currency
from gateway.rules.register_items import Account, Flags, Item, SeveraProduct
from gateway.severa.fields import (
    day_of,
    decimal_of,
    free_text,
    guid_of,
    is_active,
    money_of,
    no_person,
    of_type,
    time_of,
    within,
)

_UNIT = "invoiceNumberBusinessUnitGuid"
_GROUPED = ("workHour", "projectFee", "projectTravelExpense")


@dataclass(frozen=True, slots=True)
class BusinessUnit:
    """A unit of the organisation. A unit with a VAT number of its own is a company."""

    guid: str
    name: str
    parent_guid: str | None = None
    vat_number: str | None = None
    country_guid: str | None = None
    #: Why the unit can't be read; empty if it can.
    odd: str = ""
    company_guid: str | None = None


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account of a unit or of a company."""

    #: As a user typed it.
    number: str
    is_iban: bool
    #: None if the account is the company's.
    unit_guid: str | None = None
    company_guid: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """An invoice status with its settings in Severa."""

    guid: str
    name: str
    flags: Flags


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its business unit."""

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
    """A waiting invoice with an unreadable head, and whatever could be read of it."""

    guid: str
    status_id: str
    unit_id: str
    number: int | None
    #: What can't be read.
    error: GatewayError


def invoice(tree: object) -> SalesInvoice:
    """InvoiceOutputModel: the head, without rows and without the customer's card.

    Every field may be null. Texts are None then, amounts and the rate are 0, days are NO_DAY; the rules refuse what is
    needed.
    """
    payer = part(tree, "billingCustomer") or part(tree, "customer")
    address, status, language = (part(tree, name) for name in ("receiverAddress", "status", "language"))
    currency = text(part(tree, "currency"), "code") or ""
    return SalesInvoice(
        id=guid_of(tree),
        number=integer(tree, "number"),
        created_at=time_of(tree, "createdDateTime") or LONG_AGO,
        updated_at=time_of(tree, "lastUpdatedDateTime"),
        status_id=guid_of(status),
        status_name=text(status, "name") or "",
        business_unit_id=text(tree, _UNIT),
        date=day_of(tree, "date"),
        due_date=day_of(tree, "dueDate"),
        currency=currency,
        currency_rate=decimal_of(tree, "currencyRate") or Decimal(0),
        language=text(language, "code") or text(language, "englishName") or text(language, "name"),
        customer=Customer(id=guid_of(payer), name=text(payer, "name") or "", number=integer(payer, "number")),
        business_id=no_person(receiver_id(tree)),
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
        free_text_above=free_text(tree, "freeText1"),
        free_text_below=free_text(tree, "freeText2"),
        order_number=text(tree, "orderNumber"),
        reference_number=text(tree, "referenceNumber"),
        overdue_interest=decimal_of(tree, "overdueInterest"),
        is_credit_note=flag(tree, "isCreditNote"),
        reimburses=integer(part(tree, "reimburseInvoice"), "number"),
        total_excluding_tax=money_of(tree, "totalExcludingTax", currency),
        total_including_tax=money_of(tree, "totalIncludingTax", currency),
        projects=tuple(
            ProjectRef(id=guid_of(one), name=text(one, "name") or "", number=integer(one, "number"))
            for one in parts(tree, "projects")
        ),
    )


def odd_head(tree: object, error: GatewayError) -> OddHead:
    """An InvoiceOutputModel that `invoice` can't read: its company, as far as it can be read."""
    return odd(tree, error, "status", _UNIT)


def odd(tree: object, error: GatewayError, status: str, unit: str = "") -> OddHead:
    """A head that can't be read, as far as it can be read. `status` and `unit`: the names of its fields."""
    there: Json = tree if isinstance(tree, dict) else {}
    of_status = there.get(status)
    said = (there.get("guid"), of_status.get("guid") if isinstance(of_status, dict) else None, there.get(unit))
    guid, status_id, unit_id = (text if isinstance(text, str) else "" for text in said)
    shown = there.get("number")
    return OddHead(guid, status_id, unit_id, shown if type(shown) is int else None, error)


def moved(tree: object, guid: str) -> SalesInvoice:
    """The answer to a PATCH: a list with the invoice, as the model says, or the invoice."""
    head = invoice(tree if isinstance(tree, dict) else a_list(tree)[0])
    if head.id.lower() != guid.lower():
        raise Odd("guid: the one that was asked for is expected")
    return head


def receiver_id(tree: object) -> str | None:
    """InvoiceOutputModel: the unmasked business id on the invoice, which may be a personal identity number."""
    return text(tree, "receiverVatNumber")


def row(tree: object) -> Row:
    """InvoiceRowOutputModel. A row without a type is a fee, with the default code of products (S4)."""
    return Row(
        id=guid_of(tree),
        position=integer(tree, "sortOrder") or 0,
        kind=one_of(RowKind, tree, "rowType") or RowKind.FEES,
        description=text(tree, "description") or "",
        quantity=decimal_of(tree, "quantity") or Decimal(0),
        unit_price=money_of(tree, "unitPrice", ""),
        vat_percent=decimal_of(tree, "vatRate"),
        codes=tuple(code or "" for code in texts(tree, "code")),
        unit=text(tree, "measurementUnit"),
        sales_account=text(part(tree, "salesAccount"), "number"),
        cost_center=text(part(tree, "costCenter"), "number"),
    )


def flat_rate_of_row(tree: object) -> tuple[str, str | None]:
    """InvoiceRowOutputModel: the row and the flat rate that it bills."""
    return guid_of(tree), text(tree, "flatRateGuid")


def project_of(tree: object) -> tuple[str, str | None]:
    """FlatRateOutputModel: its guid and its project's guid."""
    return guid_of(tree), text(part(tree, "project"), "guid")


def row_part(tree: object) -> tuple[str, RowPart] | None:
    """WorkHourOutputModel and similar, credited ones too: the row that bills it, and its amount there.

    Without a project it is still a part: the row then doesn't belong wholly to the other projects.
    """
    billed_by = text(tree, "invoiceRowGuid")
    if not billed_by:
        return None
    quantity = (
        decimal_of(tree, "quantity") if number(tree, "invoiceQuantity") is None else decimal_of(tree, "invoiceQuantity")
    )
    amount = within(money_of(tree, "unitPrice", "").amount * (quantity or 0))
    return billed_by, RowPart(guid_of(part(tree, "project")), amount)


def changed_row(tree: object) -> tuple[str, str, str]:
    """InvoiceRowOutputModel: its guid, its invoice's guid, and the time of its last change."""
    guid, stamp = changed(tree)
    return guid, text(tree, "invoiceGuid") or "", stamp


def changed(tree: object) -> tuple[str, str]:
    """An object's guid and the time of its last change."""
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
        business_id=no_person(customer_id(tree)),
        email=text(tree, "email"),
        einvoice_address=text(tree, "eInvoiceAddress"),
        einvoice_operator=text(tree, "eInvoiceOperator"),
    )


def changed_customer(tree: object) -> tuple[str, Customer | None]:
    """CustomerModel: its guid and the card; None if only the guid can be read."""
    try:
        return guid_of(tree), customer(tree)
    except Odd:
        return guid_of(tree), None


def customer_id(tree: object) -> str | None:
    """CustomerModel: the unmasked business id, which may be a personal identity number."""
    return text(tree, "vatNumber")


def business_unit(tree: object) -> BusinessUnit:
    """BusinessUnitModel."""
    guid, company = guid_of(tree), of_type(tree, "companyGuid", str)
    try:
        name, country = text(tree, "name") or "", text(tree, "companyCountryGuid")
        return BusinessUnit(
            guid, name, text(tree, "parentGuid"), text(tree, "vatNumber"), country, company_guid=company
        )
    except Odd as odd:
        return BusinessUnit(guid, "", odd=str(odd))


def bank_account(tree: object) -> BankAccount:
    """BankAccountOutputModel. An account without a format is an IBAN."""
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
        not_editable=of_type(tree, "isReadOnly", bool),
        invoice_number=of_type(tree, "hasInvoiceNumber", bool),
        sent=of_type(tree, "isSent", bool),
        order=of_type(tree, "sortOrder", int),
    )
    return Status(guid_of(tree), name, flags)


def item(tree: object) -> Item:
    """ProductOutputModel, WorkTypeOutputModel or TravelExpenseTypeOutputModel."""
    return Item(text(tree, "code") or "", text(tree, "name") or "", decimal_of(tree, "vatRate"))


def product(tree: object) -> SeveraProduct:
    """ProductOutputModel, WorkTypeOutputModel or TravelExpenseTypeOutputModel, for a new product in Procountor. Only
    products have a price, and work types have no unit.
    """
    priced = part(tree, "unitPrice")
    return SeveraProduct(
        code=(text(tree, "code") or "").strip(),
        name=text(tree, "name") or "",
        price=money_of(tree, "unitPrice", "") if priced else None,
        unit=text(tree, "measurementUnit"),
        active=is_active(tree),
    )


def cost_center(tree: object) -> CostCenter:
    """CostCenterModel."""
    identifier, name = (text(tree, "identifier") or "").strip(), text(tree, "name") or ""
    return CostCenter(identifier, name, is_active(tree))


def sales_account(tree: object) -> Account:
    """SalesAccountModel."""
    return Account(text(tree, "number") or "", text(tree, "name") or "")


def vat_percents(trees: list[Any], country_guid: str | None) -> frozenset[Decimal]:
    """VatRateOutputModel: the percentages of a country; of all countries if it is unknown or has none."""
    own = [one for one in trees if country_guid and text(one, "countryGuid") == country_guid] or trees
    return frozenset(percent for one in own if (percent := decimal_of(one, "percentage")) is not None)


def currency(tree: object) -> Currency:
    """CurrencyOutputModel."""
    rate = decimal_of(tree, "rate") or Decimal(0)
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
