"""How the invoice reaches the customer (SPEC E1-E3)."""

from __future__ import annotations

from enum import StrEnum

from gateway.documents import Customer, SalesInvoice
from gateway.errors import refuse
from gateway.rules.text import blank, fit


class Channel(StrEnum):
    """Procountor's invoice channels that the gateway uses."""

    ELECTRONIC_INVOICE = "ELECTRONIC_INVOICE"
    EMAIL = "EMAIL"
    MAIL = "MAIL"


def email_address(invoice: SalesInvoice) -> str | None:
    """The receiver contact's address, else the billing customer's; a text without @ is none."""
    found = (_sound(one) for one in (invoice.receiver_email, invoice.customer.email))
    return next((one for one in found if one and "@" in one), None)


def einvoice_address(customer: Customer) -> tuple[str, str] | None:
    """E-invoice address and operator, when both are known."""
    address, operator = _sound(customer.einvoice_address), _sound(customer.einvoice_operator)
    return (address, operator) if address and operator else None


def channel(invoice: SalesInvoice, send_by_email: bool) -> Channel:
    """E1: e-invoice address and operator known; E2: S17 on and an e-mail address; E3: mail.

    Mail and e-invoice need street, postal code and city (API fact 2.5). Raises Permanent when one is missing.
    """
    customer = invoice.customer
    if einvoice_address(customer):
        chosen = Channel.ELECTRONIC_INVOICE
    elif send_by_email and email_address(invoice):
        return Channel.EMAIL
    else:
        chosen = Channel.MAIL
    address = invoice.receiver_address
    parts = {"street": address.street, "postal code": address.postal_code, "city": address.city}
    missing = [name for name, text in parts.items() if blank(text)]
    if missing:
        how = "by post" if chosen is Channel.MAIL else "as an e-invoice"
        raise refuse("ADDRESS_INCOMPLETE", customer=customer.name, missing=", ".join(missing), how=how)
    return chosen


def _sound(text: str | None) -> str:
    """An address of a machine as it is; "" when it has characters that Procountor refuses, which can't be mended."""
    plain = (text or "").strip()
    return plain if fit("", plain, len(plain))[0] == plain else ""
