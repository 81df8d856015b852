"""What Severa answers, as our documents. Fields are those of its OpenAPI models; absent ones are None."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from gateway.attachments import FileReference
from gateway.documents import Address, Customer, Money, ProjectRef, Row, RowKind, SalesInvoice

Json = dict[str, Any]

FINEST = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class BusinessUnit:
    """A unit of the organisation; one with a VAT number of its own is a company."""

    guid: str
    name: str
    parent_guid: str | None = None
    vat_number: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """An invoice status."""

    guid: str
    name: str


def invoice(tree: Json) -> SalesInvoice:
    """InvoiceOutputModel: the head, without rows and without the customer's card."""
    payer = tree.get("billingCustomer") or tree.get("customer") or {}
    address = tree.get("receiverAddress") or {}
    currency = _code(tree.get("currency")) or ""
    status = tree.get("status") or {}
    return SalesInvoice(
        id=str(tree["guid"]),
        number=tree.get("number"),
        created_at=_time(tree["createdDateTime"]),
        updated_at=_time(tree["lastUpdatedDateTime"]) if tree.get("lastUpdatedDateTime") else None,
        status_id=status.get("guid") or "",
        status_name=status.get("name") or "",
        business_unit_id=tree.get("invoiceNumberBusinessUnitGuid"),
        date=dt.date.fromisoformat(tree["date"][:10]),
        due_date=dt.date.fromisoformat(tree["dueDate"][:10]),
        currency=currency,
        currency_rate=_decimal(tree.get("currencyRate")) or Decimal(1),
        language=_code(tree.get("language")),
        customer=Customer(
            id=payer.get("guid") or "",
            name=payer.get("name") or "",
            number=payer.get("number"),
        ),
        business_id=tree.get("receiverVatNumber"),
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
        free_text_above=(tree.get("freeText1") or {}).get("plainText"),
        free_text_below=(tree.get("freeText2") or {}).get("plainText"),
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


def row(tree: Json) -> Row:
    """InvoiceRowOutputModel."""
    return Row(
        id=str(tree["guid"]),
        position=int(tree.get("sortOrder") or 0),
        kind=RowKind(tree["rowType"]),
        description=tree.get("description") or "",
        quantity=_decimal(tree.get("quantity")) or Decimal(0),
        unit_price=_money(tree.get("unitPrice"), ""),
        vat_percent=_decimal(tree.get("vatRate")),
        codes=tuple(tree.get("code") or ()),
        unit=tree.get("measurementUnit"),
        sales_account=(tree.get("salesAccount") or {}).get("number"),
        cost_center=(tree.get("costCenter") or {}).get("number"),
    )


def customer(tree: Json) -> Customer:
    """CustomerModel."""
    return Customer(
        id=str(tree["guid"]),
        name=tree.get("name") or "",
        number=tree.get("number"),
        business_id=tree.get("vatNumber"),
        email=tree.get("email"),
        einvoice_address=tree.get("eInvoiceAddress"),
        einvoice_operator=tree.get("eInvoiceOperator"),
    )


def business_unit(tree: Json) -> BusinessUnit:
    """BusinessUnitModel."""
    return BusinessUnit(str(tree["guid"]), tree.get("name") or "", tree.get("parentGuid"), tree.get("vatNumber"))


def status(tree: Json) -> Status:
    """InvoiceStatusModel."""
    return Status(str(tree["guid"]), tree.get("name") or "")


def file(tree: Json) -> FileReference:
    """InvoiceFileModel."""
    size = int(tree["size"]) if tree.get("size") is not None else None
    return FileReference(str(tree["fileGuid"]), tree["name"], size, tree.get("contentType"))


def groups_with_attachment(tree: Json) -> bool:
    """InvoiceSettingsOutputModel: whether rows of one kind are grouped with a file that lists them (X3)."""
    return any(tree.get(f"{kind}Grouping") == "Group+Attachment" for kind in _GROUPED)


_GROUPED = ("workHour", "projectFee", "projectTravelExpense")


def _code(tree: Json | None) -> str | None:
    return (tree or {}).get("code")


def _time(text: str) -> datetime:
    """Severa's times carry a zone; one without is UTC."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _decimal(value: Any) -> Decimal | None:
    """Severa's doubles; beyond eight decimals there is only noise (a third of an hour), and events hold eight."""
    if value is None:
        return None
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    return number.quantize(FINEST) if isinstance(exponent, int) and exponent < -8 else number


def _money(tree: Json | None, currency: str) -> Money:
    tree = tree or {}
    return Money(_decimal(tree.get("amount")) or Decimal(0), tree.get("currencyCode") or currency)
