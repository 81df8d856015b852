"""What Severa answers, as our documents. Fields are those of its OpenAPI models; absent ones are None."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from gateway.attachments import FileReference
from gateway.documents import Address, Customer, Money, ProjectRef, Row, RowKind, RowPart, SalesInvoice
from gateway.errors import MASK, looks_personal
from gateway.rules.rates import Currency
from gateway.rules.registers import Account, Item

Json = dict[str, Any]

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
    """A unit of the organisation; one with a VAT number of its own is a company."""

    guid: str
    name: str
    parent_guid: str | None = None
    vat_number: str | None = None
    country_guid: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """An invoice status."""

    guid: str
    name: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project with the business unit that it belongs to."""

    guid: str
    name: str
    number: int | None = None
    unit_code: str | None = None
    unit_name: str | None = None


def invoice(tree: Json) -> SalesInvoice:
    """InvoiceOutputModel: the head, without rows and without the customer's card.

    Every field may be null: texts are None then, amounts and the rate 0, days NO_DAY. The rules refuse what is needed.
    """
    payer = tree.get("billingCustomer") or tree.get("customer") or {}
    address = tree.get("receiverAddress") or {}
    currency = _code(tree.get("currency")) or ""
    status, language = tree.get("status") or {}, tree.get("language") or {}
    return SalesInvoice(
        id=tree.get("guid") or "",
        number=tree.get("number"),
        created_at=_time(tree.get("createdDateTime")) or LONG_AGO,
        updated_at=_time(tree.get("lastUpdatedDateTime")),
        status_id=status.get("guid") or "",
        status_name=status.get("name") or "",
        business_unit_id=tree.get("invoiceNumberBusinessUnitGuid"),
        date=_day(tree.get("date")),
        due_date=_day(tree.get("dueDate")),
        currency=currency,
        currency_rate=_decimal(tree.get("currencyRate")) or Decimal(0),
        language=language.get("code") or language.get("englishName") or language.get("name"),
        customer=Customer(
            id=payer.get("guid") or "",
            name=payer.get("name") or "",
            number=payer.get("number"),
        ),
        business_id=_no_person(receiver_id(tree)),
        receiver_name=tree.get("receiverCustomerName"),
        receiver_contact=tree.get("receiverContactName"),
        receiver_email=tree.get("receiverContactEmail"),
        receiver_address=Address(
            street=address.get("addressline"),
            postal_code=address.get("postalCode"),
            city=address.get("city"),
            country=address.get("country"),
        ),
        sender_contact=tree.get("senderContactName"),
        our_reference=tree.get("ourReference"),
        your_reference=tree.get("yourReference"),
        notes=tree.get("notes"),
        free_text_above=_text(tree.get("freeText1")),
        free_text_below=_text(tree.get("freeText2")),
        order_number=tree.get("orderNumber"),
        reference_number=tree.get("referenceNumber"),
        overdue_interest=_decimal(tree.get("overdueInterest")),
        is_credit_note=bool(tree.get("isCreditNote")),
        reimburses=(tree.get("reimburseInvoice") or {}).get("number"),
        total_excluding_tax=_money(tree.get("totalExcludingTax"), currency),
        total_including_tax=_money(tree.get("totalIncludingTax"), currency),
        projects=tuple(
            ProjectRef(id=one.get("guid") or "", name=one.get("name") or "", number=one.get("number"))
            for one in tree.get("projects") or ()
        ),
    )


def receiver_id(tree: Json) -> str | None:
    """InvoiceOutputModel: the business id on the invoice as it is, which may be a person's number."""
    return tree.get("receiverVatNumber")


def row(tree: Json) -> Row:
    """InvoiceRowOutputModel. A row without a type is one of fees, whose default code is the product's (S4)."""
    return Row(
        id=tree.get("guid") or "",
        position=int(tree.get("sortOrder") or 0),
        kind=RowKind(tree.get("rowType") or RowKind.FEES),
        description=tree.get("description") or "",
        quantity=_decimal(tree.get("quantity")) or Decimal(0),
        unit_price=_money(tree.get("unitPrice"), ""),
        vat_percent=_decimal(tree.get("vatRate")),
        codes=tuple(code or "" for code in tree.get("code") or ()),
        unit=tree.get("measurementUnit"),
        sales_account=(tree.get("salesAccount") or {}).get("number"),
        cost_center=(tree.get("costCenter") or {}).get("number"),
    )


def part(tree: Json) -> tuple[str, RowPart] | None:
    """WorkHourOutputModel and the like, credited ones too: the row that bills it, and what it is worth there.

    One without a project is a part too: the row isn't wholly that of the others.
    """
    project = (tree.get("project") or {}).get("guid") or ""
    if not tree.get("invoiceRowGuid"):
        return None
    quantity = tree.get("quantity") if tree.get("invoiceQuantity") is None else tree.get("invoiceQuantity")
    amount = _decimal(_money(tree.get("unitPrice"), "").amount * (_decimal(quantity) or 0))
    return tree["invoiceRowGuid"], RowPart(project, amount or Decimal(0))


def project(tree: Json) -> Project:
    """ProjectOutputModel."""
    unit = tree.get("businessUnit") or {}
    return Project(
        tree.get("guid") or "", tree.get("name") or "", tree.get("number"), unit.get("code"), unit.get("name")
    )


def customer(tree: Json) -> Customer:
    """CustomerModel."""
    return Customer(
        id=tree.get("guid") or "",
        name=tree.get("name") or "",
        number=tree.get("number"),
        business_id=_no_person(customer_id(tree)),
        email=tree.get("email"),
        einvoice_address=tree.get("eInvoiceAddress"),
        einvoice_operator=tree.get("eInvoiceOperator"),
    )


def customer_id(tree: Json) -> str | None:
    """CustomerModel: the business id as it is, which may be a person's number."""
    return tree.get("vatNumber")


def business_unit(tree: Json) -> BusinessUnit:
    """BusinessUnitModel."""
    return BusinessUnit(
        guid=tree.get("guid") or "",
        name=tree.get("name") or "",
        parent_guid=tree.get("parentGuid"),
        vat_number=tree.get("vatNumber"),
        country_guid=tree.get("companyCountryGuid"),
    )


def status(tree: Json) -> Status:
    """InvoiceStatusModel."""
    return Status(tree.get("guid") or "", tree.get("name") or "")


def item(tree: Json) -> Item:
    """ProductOutputModel, WorkTypeOutputModel or TravelExpenseTypeOutputModel."""
    return Item(tree.get("code") or "", tree.get("name") or "", _decimal(tree.get("vatRate")))


def sales_account(tree: Json) -> Account:
    """SalesAccountModel."""
    return Account(tree.get("number") or "", tree.get("name") or "")


def vat_percents(trees: list[Json], country_guid: str | None) -> frozenset[Decimal]:
    """VatRateOutputModel: the percentages of a country; of all when the country isn't known or has none of its own."""
    own = [one for one in trees if country_guid and one.get("countryGuid") == country_guid] or trees
    return frozenset(percent for one in own if (percent := _decimal(one.get("percentage"))) is not None)


def currency(tree: Json) -> Currency:
    """CurrencyOutputModel."""
    rate = _decimal(tree.get("rate")) or Decimal(0)
    return Currency(tree.get("code") or "", rate, bool(tree.get("isOrganizationCurrency")))


def file(tree: Json) -> FileReference:
    """InvoiceFileModel."""
    size = int(tree["size"]) if tree.get("size") is not None else None
    return FileReference(str(tree["fileGuid"]), tree["name"], size, tree.get("contentType"))


def groups_with_attachment(tree: Json) -> bool:
    """InvoiceSettingsOutputModel: whether rows of one kind are grouped with a file that lists them (X3)."""
    return any(tree.get(f"{kind}Grouping") == "Group+Attachment" for kind in _GROUPED)


def is_reverse_charged(tree: Json) -> bool:
    """InvoiceSettingsOutputModel."""
    return bool(tree.get("isReverseCharged"))


def product_type(tree: Json) -> tuple[str, str]:
    """ProjectFeeOutputModel or ReimbursedProjectFeeOutputModel: the row that bills it, and its product's type."""
    return tree.get("invoiceRowGuid") or "", tree.get("productType") or ""


_GROUPED = ("workHour", "projectFee", "projectTravelExpense")


def _no_person(text: str | None) -> str | None:
    """Documents become events, so they hold no person's number (SPEC R3): a transfer asks for it when it needs it."""
    return MASK if text and looks_personal(text) else text


def _code(tree: Json | None) -> str | None:
    return (tree or {}).get("code")


def _text(tree: Json | None) -> str | None:
    """FreeTextModel2: as plain text, else as it was written; tags go later."""
    return (tree or {}).get("plainText") or (tree or {}).get("text")


def _day(text: str | None) -> dt.date:
    """A day that comes as a moment with a zone is midnight of it where the company is.

    Midnight in Sweden is 01:00 of the same day in Finland, so Finland's clock tells the day of both.
    """
    if not text:
        return NO_DAY
    moment = datetime.fromisoformat(text)
    day = moment.date()
    return moment.astimezone(FINLAND).date() if moment.tzinfo and day != NO_DAY else day


def _time(text: str | None) -> datetime | None:
    """Severa's times carry a zone; one without is UTC. The first day of the calendar is none."""
    moment = datetime.fromisoformat(text) if text else None
    if moment is None or moment.date() == NO_DAY:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _decimal(value: Any) -> Decimal | None:
    """Severa's doubles; beyond eight decimals there is only noise (a third of an hour), and events hold eight."""
    if value is None:
        return None
    number = max(min(Decimal(value), MOST), -MOST)
    exponent = number.as_tuple().exponent
    fine = isinstance(exponent, int) and exponent < -8
    return (number.quantize(FINEST) if fine else number) + 0  # without the sign of a zero, which events don't hold


def _money(tree: Json | None, currency: str) -> Money:
    tree = tree or {}
    return Money(_decimal(tree.get("amount")) or Decimal(0), tree.get("currencyCode") or currency)
