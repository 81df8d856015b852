"""The travel reimbursement: what is refused before any call, and the body of POST /invoices by the tables of fields.py.

Who is paid is an argument of the mapping, never part of a text (R3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.documents import Line, Row, RowKind, TravelReimbursement, Truncation
from gateway.errors import Faults, plain_number, refuse
from gateway.flows.travel_reimbursements.rules import fields
from gateway.flows.travel_reimbursements.rules.register import check_line, choose, held_against
from gateway.rules.amounts import is_near, is_too_long
from gateway.rules.codes.currencies import PROCOUNTOR, money
from gateway.rules.codes.units import unit_of
from gateway.rules.register_items import TravelProduct
from gateway.rules.sent_row import measured, texts
from gateway.rules.text.assemble import Truncations, assemble
from gateway.rules.text.fit import blank
from gateway.rules.text.plain import plain


@dataclass(frozen=True, slots=True)
class TravelProfile:
    """What the rules know of the company."""

    country: str
    #: The home currency.
    currency: str
    #: The company's own account, in the reimbursement's currency if it has one.
    iban: str
    #: The percentages in use for purchases.
    vat_percents: frozenset[Decimal]
    payment_term: int
    row_text: int
    #: Units of the reimbursement's currency for one of the home currency.
    rate: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A body for Procountor, what was lost on the way, and notes for a reader."""

    body: dict[str, object]
    truncations: tuple[Truncation, ...]
    notes: tuple[str, ...]


def check_reimbursement(document: TravelReimbursement, vat_percents: frozenset[Decimal]) -> None:
    """Everything that can be refused without the registers of persons and travel codes. Raises Permanent with all
    faults.
    """
    faults = Faults()
    about: dict[str, Any] = {"number": document.number, "user": document.user_name}
    if document.number is None:
        faults.add(refuse("REIMBURSEMENT_NUMBER_MISSING", user=document.user_name))
    if document.date == dt.date.min:
        faults.add(refuse("REIMBURSEMENT_DATE_MISSING", **about))
    if blank(document.user_name):
        faults.add(refuse("USER_NAME_MISSING", number=document.number))
    if not document.paid_back:
        faults.add(refuse("REIMBURSEMENT_EMPTY", **about))
    if document.currency not in PROCOUNTOR:
        faults.add(refuse("CURRENCY_UNKNOWN", number=document.number, currency=document.currency))
    for line in document.paid_back:
        with faults:
            _check_line(line, document.currency, vat_percents)
    if "NUMBER_TOO_LONG" not in faults and "TRAVEL_CURRENCY_MIXED" not in faults:
        with faults:
            _check_total(document)
    faults.raise_all()


def find_products(document: TravelReimbursement, register: Sequence[TravelProduct]) -> dict[str, TravelProduct]:
    """The travel code of each line, by the line's guid, held against the line. Raises Permanent with all faults."""
    faults, found = Faults(), dict[str, TravelProduct]()
    for line in document.paid_back:
        with faults:
            found[line.id] = choose(line, register)
            check_line(line, found[line.id])
    faults.raise_all()
    return found


def map_reimbursement(
    document: TravelReimbursement,
    profile: TravelProfile,
    person: tuple[int, str],
    products: Mapping[str, TravelProduct],
    marker: str,
) -> Mapped:
    """The body of POST /invoices. `person`: id in Procountor, and the IBAN that is paid to."""
    losses, rows, notes = Truncations(), [], _notes(document, profile)
    for line in document.paid_back:
        values, note = _row(line, document.currency, profile, products[line.id])
        rows.append(assemble(fields.ROW, values, losses, prefix=f"rows[{line.position}]."))
        notes += [note, held_against(line, products[line.id])]
    title = document.title if not blank(document.title) else None
    purpose = assemble(fields.TRAVEL, {"purpose": title}, losses, prefix="travel.")
    values = {
        "partnerId": person[0],
        "type": "TRAVEL_INVOICE",
        "date": document.date.isoformat(),
        "counterParty.counterPartyAddress.name": document.user_name,
        "counterParty.bankAccount.accountNumber": person[1],
        "paymentInfo.paymentMethod": "BANK_TRANSFER",
        "paymentInfo.currency": document.currency,
        "paymentInfo.bankAccount.accountNumber": profile.iban,
        "paymentInfo.dueDate": _due(document, profile),
        "paymentInfo.currencyRate": profile.rate,
        "extraInfo.accountingByRow": True,
        "extraInfo.unitPricesIncludeVat": True,
        "discountPercent": 0,
        "invoiceRows": rows,
        "invoiceChannel": "NO_SENDING",
        "originalInvoiceNumber": str(document.number),
        "notes": marker,
        "additionalInformation": "\n".join(one for one in (plain(title), advance(document)) if one),
        "travelInformationItems": [purpose] if purpose else None,
    }
    body = assemble(fields.INVOICE, values, losses)
    return Mapped(body, tuple(losses.truncations), tuple(one for one in notes if one))


def advance(document: TravelReimbursement) -> str:
    """What the user got in advance, in words; "" for nothing."""
    if not document.advance.amount:
        return ""
    return f"Advance payment: {money(document.advance.amount, document.advance.currency or document.currency)}"


def _notes(document: TravelReimbursement, profile: TravelProfile) -> list[str | None]:
    notes: list[str | None] = []
    if paid := advance(document):
        notes.append(
            f"{paid}. Procountor's travel invoice has no field for it and asks for the whole sum: deduct the advance "
            "when you pay."
        )
    left_out = [line for line in document.lines if not line.is_reimbursed]
    if left_out:
        named = ", ".join(f"{line.position} ({line.text})" for line in left_out)
        notes.append(f"Lines that the user did not pay for are left out: {named}.")
    if document.currency != profile.currency:
        rate = plain_number(profile.rate)
        notes.append(f"The rate is Procountor's: {rate} {document.currency} for 1 {profile.currency}.")
    return notes


def _row(
    line: Line, currency: str, profile: TravelProfile, product: TravelProduct
) -> tuple[dict[str, object], str | None]:
    """A row's values by the paths of the table, and a note about it."""
    counted = measured(_with_vat(line), currency)
    text, explanation = texts(line.text, profile.row_text)
    note = None
    if counted.as_one:
        cost, quantity = money(line.gross, currency), plain_number(line.quantity)
        note = (
            f"Line {line.position} ({line.text}) is sent as one unit of {cost}: with 4 decimals, its quantity "
            f"{quantity} would change the cost."
        )
    unit = "PIECE" if counted.as_one else product.unit or unit_of(line.unit) or "NO_UNIT"
    values: dict[str, object] = {
        "productId": product.id,
        "productCode": product.code,
        "product": product.code if blank(text) else text,
        "explanationText": explanation,
        "comment": " ".join(one for one in (line.date.isoformat(), line.name.strip()) if one),
        "quantity": counted.quantity,
        "unit": unit,
        "unitPrice": counted.unit_price,
        "discountPercent": 0,
        "vatPercent": line.vat_percent or Decimal(0),
    }
    return values, note


def _check_line(line: Line, currency: str, vat_percents: frozenset[Decimal]) -> None:
    faults = Faults()
    about: dict[str, Any] = {"row": line.position, "text": line.text}
    if line.date == dt.date.min:
        faults.add(refuse("TRAVEL_DATE_MISSING", **about))
    if line.unit_cost.currency != currency:
        faults.add(refuse("TRAVEL_CURRENCY_MIXED", **about, other=line.unit_cost.currency, currency=currency))
    for value in (line.quantity, line.unit_cost.amount):
        if is_too_long(value, line.quantity * line.unit_cost.amount):
            faults.add(refuse("NUMBER_TOO_LONG", **about, value=value))
    percent = line.vat_percent or Decimal(0)
    if percent and percent not in vat_percents:
        used = ", ".join(plain_number(one) for one in sorted(vat_percents))
        faults.add(refuse("TRAVEL_VAT_NOT_IN_USE", **about, percent=plain_number(percent), used=used))
    faults.raise_all()


def _check_total(document: TravelReimbursement) -> None:
    """T3: the lines add up to Severa's sum of expenses, to what is paid, or to both with the advance: which of them its
    total is, isn't said (docs/api-facts.md 75).
    """
    lines = sum((line.gross for line in document.paid_back), Decimal(0))
    paid, advance = document.total.amount, document.advance.amount
    count = len(document.paid_back)
    sums = (document.total_expenses.amount, paid, paid + advance)
    if document.paid_back and not any(is_near(lines, one, count, document.currency) for one in sums):
        shown = {"lines": money(lines, document.currency), "total": money(paid, document.currency)}
        raise refuse("REIMBURSEMENT_TOTAL_DIFFERS", number=document.number, **shown)


def _due(document: TravelReimbursement, profile: TravelProfile) -> str:
    try:
        return (document.date + dt.timedelta(days=profile.payment_term)).isoformat()
    except OverflowError:
        return document.date.isoformat()


def _with_vat(line: Line) -> Row:
    """The line as a row whose price has VAT."""
    return Row(
        line.id, line.position, RowKind.TRAVEL, line.text, line.quantity, line.unit_cost, line.vat_percent,
        unit=line.unit,
    )  # fmt: skip
