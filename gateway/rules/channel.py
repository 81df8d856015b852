"""How the invoice reaches the customer (SPEC E1-E3)."""

from __future__ import annotations

from enum import StrEnum

from gateway.documents import SalesInvoice
from gateway.errors import refuse
from gateway.rules.text import blank


class Channel(StrEnum):
    """Procountor's invoice channels that the gateway uses."""

    ELECTRONIC_INVOICE = "ELECTRONIC_INVOICE"
    EMAIL = "EMAIL"
    MAIL = "MAIL"


def email_address(invoice: SalesInvoice) -> str | None:
    """The receiver contact's address, else the billing customer's."""
    return (invoice.receiver_email or "").strip() or (invoice.customer.email or "").strip() or None


def channel(invoice: SalesInvoice, send_by_email: bool) -> Channel:
    """E1: e-invoice address and operator known; E2: S17 on and an e-mail address; E3: mail.

    Mail and e-invoice need street, postal code and city (API fact 2.5). Raises Permanent when one is missing.
    """
    customer = invoice.customer
    if (customer.einvoice_address or "").strip() and (customer.einvoice_operator or "").strip():
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
