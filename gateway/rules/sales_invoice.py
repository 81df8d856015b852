"""The sales invoice, field by field (SPEC's table): what is refused before any call, and the body of POST /invoices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from stdnum import iso11649

from gateway.documents import Cut, Row, SalesInvoice
from gateway.errors import refuse
from gateway.rules.amounts import CENT, check_term, check_total, check_vat, vat_status
from gateway.rules.channel import Channel, channel, email_address
from gateway.rules.countries import alpha2, country, language
from gateway.rules.partners import business_id, customer_number
from gateway.rules.products import row_code
from gateway.rules.terms import CompanyTerms
from gateway.rules.text import fit
from gateway.rules.units import unit

#: Characters of each text field (SPEC's table and API fact 2.5); a row's text by its sister fields, since none is told.
LIMITS = {
    "counterParty.contactPersonName": 28,
    "counterPartyAddress.name": 80,
    "counterPartyAddress.street": 80,
    "counterPartyAddress.city": 40,
    "counterPartyAddress.zip": 20,
    "orderReference": 70,
    "additionalInformation": 10_000,
    "product": 512,
}


@dataclass(frozen=True, slots=True)
class Mapped:
    """A body for Procountor, what was lost on the way, and what a reader should know."""

    body: dict[str, object]
    cuts: tuple[Cut, ...]
    notes: tuple[str, ...]


class _Texts:
    """Fits texts and gathers what was lost."""

    def __init__(self) -> None:
        self.cuts: list[Cut] = []

    def fit(self, field: str, text: str | None, prefix: str = "", lines: bool = False) -> str:
        kept, lost = fit(prefix + field, text, LIMITS[field], lines)
        self.cuts.extend(lost)
        return kept


def check_invoice(invoice: SalesInvoice, terms: CompanyTerms) -> None:
    """Everything that can be refused before a call is made. Raises Permanent."""
    if invoice.number is None:
        raise refuse("NUMBER_MISSING", customer=invoice.customer.name)
    customer_number(invoice)
    business_id(invoice, terms)
    country(invoice.receiver_address.country)
    channel(invoice, terms.send_by_email)
    check_term(invoice)
    check_total(invoice)
    check_vat(invoice, terms)


def map_invoice(
    invoice: SalesInvoice, terms: CompanyTerms, partner_id: int, product_ids: Mapping[str, int], marker: str
) -> Mapped:
    """The body of POST /invoices. `product_ids`: Procountor's id by code; `marker` goes into the internal notes."""
    texts = _Texts()
    spoken, note = language(invoice.language, terms.country)
    notes = [note] if note else []
    rows = []
    for row in invoice.rows:
        mapped, said = _row(row, terms, product_ids, texts)
        rows.append(mapped)
        notes += said
    how = channel(invoice, terms.send_by_email)
    body: dict[str, object] = {
        "partnerId": partner_id,
        "type": "SALES_INVOICE",
        "date": invoice.date.isoformat(),
        "counterParty": _counter_party(invoice, terms, how, texts),
        "paymentInfo": _payment_info(invoice, terms),
        "extraInfo": {"accountingByRow": True, "unitPricesIncludeVat": False},
        "discountPercent": 0,
        "invoiceRows": rows,
        "invoiceChannel": how.value,
        "originalInvoiceNumber": str(invoice.number),
        "vatStatus": vat_status(invoice, alpha2(invoice.receiver_address.country), terms.country),
        "language": spoken,
        "notes": marker,
    }
    if order := texts.fit("orderReference", invoice.order_number):
        body["orderReference"] = order
    if text := texts.fit("additionalInformation", _additional(invoice), lines=True):
        body["additionalInformation"] = text
    if invoice.overdue_interest is not None:
        body["penaltyPercent"] = invoice.overdue_interest.quantize(CENT)
    return Mapped(body, tuple(texts.cuts), tuple(notes))


def _counter_party(invoice: SalesInvoice, terms: CompanyTerms, how: Channel, texts: _Texts) -> dict[str, Any]:
    address = invoice.receiver_address
    name = texts.fit("counterPartyAddress.name", invoice.receiver_name)
    where = {
        "name": name or texts.fit("counterPartyAddress.name", invoice.customer.name),
        "street": texts.fit("counterPartyAddress.street", address.street),
        "zip": texts.fit("counterPartyAddress.zip", address.postal_code),
        "city": texts.fit("counterPartyAddress.city", address.city),
        "country": country(address.country),
    }
    party: dict[str, Any] = {
        "identifier": business_id(invoice, terms).written,
        "customerNumber": customer_number(invoice),
        "counterPartyAddress": {name: value for name, value in where.items() if value},
    }
    people = [one.strip() for one in (invoice.receiver_contact, invoice.sender_contact) if one and one.strip()]
    if contact := texts.fit("counterParty.contactPersonName", "/".join(people)):
        party["contactPersonName"] = contact
    if how is Channel.EMAIL:
        party["email"] = email_address(invoice)
    if how is Channel.ELECTRONIC_INVOICE:
        customer = invoice.customer
        party["einvoiceAddress"] = {"address": customer.einvoice_address, "operator": customer.einvoice_operator}
    return party


def _payment_info(invoice: SalesInvoice, terms: CompanyTerms) -> dict[str, Any]:
    at_home = invoice.currency == terms.currency
    return {
        "paymentMethod": "BANK_TRANSFER",
        "currency": invoice.currency,
        "bankAccount": {"accountNumber": terms.iban},
        "dueDate": invoice.due_date.isoformat(),
        "currencyRate": Decimal(1) if at_home else invoice.currency_rate,
        "bankReferenceCode": reference_code(invoice.reference_number),
    }


def reference_code(text: str | None) -> str:
    """Severa's reference when its check digit is right (Finnish or RF); else "", and Procountor makes one."""
    plain = "".join((text or "").split()).upper()
    if iso11649.is_valid(plain):
        return plain
    digits = plain.lstrip("0")
    if not digits.isascii() or not digits.isdigit() or not 4 <= len(digits) <= 20:
        return ""
    weighted = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(digits[:-1])))
    return digits if (10 - weighted % 10) % 10 == int(digits[-1]) else ""


def _additional(invoice: SalesInvoice) -> str:
    """Our reference, your reference, notes, free text above, free text below: in this order, plain."""
    parts = (
        invoice.our_reference,
        invoice.your_reference,
        invoice.notes,
        invoice.free_text_above,
        invoice.free_text_below,
    )
    return "\n".join(part.strip() for part in parts if part and part.strip())


def _row(
    row: Row, terms: CompanyTerms, product_ids: Mapping[str, int], texts: _Texts
) -> tuple[dict[str, object], list[str]]:
    code, code_note = row_code(row, terms.default_codes)
    measured, unit_note = unit(row)
    text = texts.fit("product", row.description, prefix=f"rows[{row.position}].")
    body: dict[str, object] = {
        "productId": product_ids[code],
        "productCode": code,
        "product": text or code,
        "quantity": row.quantity,
        "unit": measured,
        "unitPrice": row.unit_price.amount,
        "discountPercent": 0,
        "vatPercent": row.vat_percent,
    }
    return body, [note for note in (code_note, unit_note) if note]
