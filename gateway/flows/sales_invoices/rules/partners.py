"""Which partner in Procountor is the customer (M1-M4; docs/api-facts.md 50), and the body of a new one."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.documents import SalesInvoice, Truncation
from gateway.errors import MASK, refuse
from gateway.flows.sales_invoices.rules.channel import channel, einvoice_address, email_address
from gateway.flows.sales_invoices.rules.fields import PARTNER
from gateway.rules.codes.countries import alpha2, country
from gateway.rules.codes.languages import language
from gateway.rules.identifiers import Identifier, country_by_form, identifier, same, shown
from gateway.rules.profile import CompanyProfile
from gateway.rules.register_items import PartnerCard
from gateway.rules.text.assemble import Truncations, assemble
from gateway.rules.text.fit import blank


def customer_number(invoice: SalesInvoice) -> str:
    """The customer's number. Raises Permanent if there is none (M4)."""
    if invoice.customer.number is None:
        raise refuse("CUSTOMER_NUMBER_MISSING", customer=invoice.customer.name)
    return str(invoice.customer.number)


def customer_name(invoice: SalesInvoice) -> str:
    """The name on the invoice, otherwise on the card. Raises Permanent if there is none."""
    for name in (invoice.receiver_name or "", invoice.customer.name):
        if not blank(name):
            return name
    raise refuse("CUSTOMER_NAME_MISSING", number=invoice.number)


def is_id(text: str) -> bool:
    """Whether a field contains an id, even a masked one; a dash or a question mark means that there is none."""
    return any(map(str.isalnum, text)) or MASK in text


def business_id(invoice: SalesInvoice) -> Identifier:
    """The business id on the invoice, otherwise on the card. Raises Permanent if there is none (M4) or it is wrong.

    Without a country in the address, which is refused too, an id is judged only by a country that it shows itself.
    """
    for text in (invoice.business_id or "", invoice.customer.business_id or ""):
        if is_id(text):
            return identifier(text, alpha2(invoice.receiver_address.country) or country_by_form(text))
    raise refuse("BUSINESS_ID_MISSING", customer=invoice.customer.name)


def match_partner(cards: Iterable[PartnerCard], wanted: Identifier, number: str, customer: str) -> PartnerCard | None:
    """M1: same number and id: this partner. M2: None, a new one is needed. M3: raises Permanent with both.

    Active partners come before inactive ones, which are no match: raises Permanent, so that a person activates it.
    """
    same_number = sorted(
        (card for card in cards if (card.customer_number or "").strip() == number),
        key=lambda card: (not card.active, card.id),
    )
    if not same_number:
        return None
    for card in same_number:
        if same(card.identifier, wanted) and card.active:
            return card
        if same(card.identifier, wanted):
            raise refuse("PARTNER_INACTIVE", number=number, partner=card.name, business_id=shown(wanted.written))
    other = same_number[0]
    partner_id, business = shown(other.identifier or "none"), shown(wanted.written)
    raise refuse(
        "PARTNER_NUMBER_TAKEN",
        f"Procountor: {other.name} ({partner_id}); Severa: {customer} ({business})",
        number=number,
        partner=other.name,
        partner_id=partner_id,
        customer=customer,
        business_id=business,
    )


def new_partner(invoice: SalesInvoice, profile: CompanyProfile) -> tuple[dict[str, object], list[Truncation]]:
    """The body of POST /businesspartners. Raises Permanent if S3 forbids it (M2)."""
    wanted, number = business_id(invoice), customer_number(invoice)
    if not profile.may_create_partners:
        business = shown(wanted.written)
        raise refuse("PARTNER_MISSING", customer=invoice.customer.name, number=number, business_id=business)
    address, customer = invoice.receiver_address, invoice.customer
    name = customer_name(invoice) if blank(customer.name) else customer.name
    how = channel(invoice, profile.send_by_email)
    electronic = einvoice_address(customer)
    values: dict[str, object] = {
        "name": name,
        "type": "CUSTOMER",
        "address.name": name,
        "address.street": address.street,
        "address.zip": address.postal_code,
        "address.city": address.city,
        "address.country": country(address.country),
        "invoicingInfo.customerNumber": number,
        "invoicingInfo.identifier": wanted.written,
        "invoicingInfo.identifierType": wanted.country,
        "invoicingInfo.invoiceChannel": how.value,
        "invoicingInfo.language": language(invoice.language, profile.country, alpha2(address.country))[0],
        "invoicingInfo.email": email_address(invoice),
        "invoicingInfo.einvoiceAddress": electronic[0] if electronic else None,
        "invoicingInfo.einvoiceOperator": electronic[1] if electronic else None,
        "paymentInfo.paymentMethod": "BANK_TRANSFER",
        "paymentInfo.currency": invoice.currency,
        "registryInfo.active": True,
    }
    losses = Truncations()
    body = assemble(PARTNER, values, losses, prefix="partner.")
    return body, [one for one in losses.truncations if one.field != "partner.address.name"]  # recorded by partner.name
