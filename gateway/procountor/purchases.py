"""Procountor's answers about purchase invoices and their ledger receipts. Fields are those of its OpenAPI models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gateway.http.trees import Json, Odd, a_list, an_object, integer, moment, needed, number, part, parts, text
from gateway.rules.purchases import PurchaseEntry, PurchaseInvoice, PurchaseReceipt
from gateway.rules.receipts import DimensionValue


@dataclass(frozen=True, slots=True)
class Changed:
    """A hit of a search by version."""

    id: int
    status: str
    #: By Procountor's own clock, which has no zone (docs/api-facts.md 23): to be compared with other versions only.
    version: datetime | None = None
    #: When it was created, likewise.
    created: datetime | None = None


def changed(tree: object) -> Changed:
    """InvoiceBasicInfo or LedgerReceiptBasicInfo."""
    return Changed(_id(tree), text(tree, "status") or "", _version(tree), _time(tree, "created"))


def invoice(tree: object) -> PurchaseInvoice:
    """Invoice."""
    party, payment = part(tree, "counterParty"), part(tree, "paymentInfo")
    return PurchaseInvoice(
        id=_id(tree),
        number=integer(tree, "invoiceNumber"),
        status=needed(text(tree, "status"), "status"),
        supplier=text(part(party, "counterPartyAddress"), "name") or "",
        supplier_number=text(tree, "originalInvoiceNumber"),
        currency=text(payment, "currency") or "",
        currency_rate=number(payment, "currencyRate") or Decimal(1),
        receipt_id=integer(tree, "ledgerReceiptId"),
        version=_version(tree),
    )


def receipt(tree: object) -> PurchaseReceipt:
    """LedgerReceipt of an invoice."""
    needed(an_object(tree).get("transactions"), "transactions")
    return PurchaseReceipt(
        id=_id(tree),
        invoice_id=needed(integer(tree, "invoiceId"), "invoiceId"),
        date=needed(_day(tree), "receiptDate"),
        version=_version(tree),
        entries=tuple(map(_entry, parts(tree, "transactions"))),
    )


def those(tree: object, ids: Collection[int]) -> list[Json]:
    """Objects that were asked for by these ids: a list, or the only one as it is (docs/api-facts.md 82)."""
    found = [tree] if isinstance(tree, dict) else [an_object(one) for one in a_list(tree)]
    if {_id(one) for one in found} - set(ids):
        raise Odd("id: those that were asked for are expected")
    return found


def _entry(tree: object) -> PurchaseEntry:
    return PurchaseEntry(
        id=_id(tree),
        kind=needed(text(tree, "transactionType"), "transactionType"),
        value=needed(number(tree, "accountingValue"), "accountingValue"),
        vat_percent=needed(number(tree, "vatPercent"), "vatPercent"),
        description=text(tree, "description") or "",
        dimensions=tuple(map(_value, parts(tree, "dimensionItemValues"))),
    )


def _value(tree: object) -> DimensionValue:
    return DimensionValue(
        dimension_id=needed(integer(tree, "dimensionId"), "dimensionId"),
        item_id=needed(integer(tree, "itemId"), "itemId"),
        value=needed(number(tree, "value"), "value"),
    )


def _id(tree: object) -> int:
    return needed(integer(tree, "id"), "id")


def _day(tree: object) -> dt.date | None:
    day = moment(tree, "receiptDate")
    return day.date() if day is not None else None


def _version(tree: object) -> datetime | None:
    return _time(tree, "version")


def _time(tree: object, name: str) -> datetime | None:
    said = moment(tree, name)
    return said.replace(tzinfo=dt.UTC) if said is not None and said.tzinfo is None else said
