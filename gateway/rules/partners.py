"""Which partner in Procountor a customer is (SPEC M1-M4), and the body of a new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.documents import Cut, SalesInvoice
from gateway.errors import refuse
from gateway.rules.channel import Channel, channel, email_address
from gateway.rules.countries import alpha2, country, language
from gateway.rules.identifiers import Identifier, identifier, same
from gateway.rules.terms import CompanyTerms
from gateway.rules.text import fit


@dataclass(frozen=True, slots=True)
class PartnerCard:
    """A business partner of Procountor's register; `id` is unique within a company only."""

    id: int
    name: str
    identifier: str | None
    customer_number: str | None


def customer_number(invoice: SalesInvoice) -> str:
    """The customer's number. Raises Permanent when it has none (M4)."""
    if invoice.customer.number is None:
        raise refuse("CUSTOMER_NUMBER_MISSING", customer=invoice.customer.name)
    return str(invoice.customer.number)


def business_id(invoice: SalesInvoice, terms: CompanyTerms) -> Identifier:
    """The business id on the invoice, else the card's. Raises Permanent when there is none (M4) or it is wrong."""
    text = (invoice.business_id or "").strip() or (invoice.customer.business_id or "").strip()
    if not text:
        raise refuse("BUSINESS_ID_MISSING", customer=invoice.customer.name)
    return identifier(text, alpha2(invoice.receiver_address.country) or terms.country)


def match_partner(cards: Iterable[PartnerCard], wanted: Identifier, number: str, country: str) -> PartnerCard | None:
    """M1: same number and id: that one. M2: None, a new one is needed. M3: raises Permanent, which names both ids."""
    same_number = sorted((card for card in cards if card.customer_number == number), key=lambda card: card.id)
    for card in same_number:
        if same(card.identifier, wanted, country):
            return card
    if same_number:
        other = same_number[0]
        raise refuse(
            "PARTNER_NUMBER_TAKEN",
            number=number,
            partner=other.name,
            partner_id=other.identifier or "none",
            business_id=wanted.written,
        )
    return None


def new_partner(invoice: SalesInvoice, terms: CompanyTerms) -> tuple[dict[str, object], list[Cut]]:
    """The body of POST /businesspartners. Raises Permanent when S3 forbids it (M2)."""
    wanted, number = business_id(invoice, terms), customer_number(invoice)
    if not terms.may_create_partners:
        raise refuse("PARTNER_MISSING", customer=invoice.customer.name, number=number, business_id=wanted.written)
    address = invoice.receiver_address
    losses: list[Cut] = []

    def fitted(field: str, text: str | None, limit: int) -> str:
        kept, lost = fit(f"partner.{field}", text, limit)
        losses.extend(lost)
        return kept

    name = fitted("name", invoice.customer.name, 80)
    where = {
        "name": name,
        "street": fitted("street", address.street, 80),
        "zip": fitted("zip", address.postal_code, 20),
        "city": fitted("city", address.city, 40),
        "country": country(address.country),
    }
    how = channel(invoice, terms.send_by_email)
    invoicing: dict[str, object] = {
        "customerNumber": number,
        "identifier": wanted.written,
        "invoiceChannel": how.value,
        "language": language(invoice.language, terms.country)[0],
    }
    if wanted.country:
        invoicing["identifierType"] = wanted.country
    if email_address(invoice):
        invoicing["email"] = email_address(invoice)
    if how is Channel.ELECTRONIC_INVOICE:
        invoicing["einvoiceAddress"] = invoice.customer.einvoice_address
        invoicing["einvoiceOperator"] = invoice.customer.einvoice_operator
    body: dict[str, object] = {
        "name": name,
        "type": "CUSTOMER",
        "address": where,
        "invoicingInfo": invoicing,
        "paymentInfo": {"paymentMethod": "BANK_TRANSFER", "currency": invoice.currency},
        "registryInfo": {"active": True},
    }
    return body, losses
