"""How the invoice is sent to the customer (E1-E3)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from gateway.documents import Customer, SalesInvoice
from gateway.errors import refuse
from gateway.rules import addresses
from gateway.rules.profile import CompanyProfile
from gateway.rules.text.fit import blank


class Channel(StrEnum):
    """Procountor's invoice channels that the gateway uses."""

    ELECTRONIC_INVOICE = "ELECTRONIC_INVOICE"
    EMAIL = "EMAIL"
    MAIL = "MAIL"


def email_address(invoice: SalesInvoice) -> str | None:
    """The receiver contact's address, otherwise the billing customer's; a text without an address counts as none."""
    return next((one.address for one in _mails(invoice) if one.address), None)


def einvoice_address(customer: Customer) -> tuple[str, str] | None:
    """E-invoice address and operator, if both are known and usable."""
    address, operator = _electronic(customer)
    return (address.address, operator.address) if address.address and operator.address else None


def channel(invoice: SalesInvoice, send_by_email: bool) -> Channel:
    """E1: e-invoice address and operator known; E2: S17 on and an e-mail address; E3: mail.

    Mail and e-invoice need street, postal code and city (docs/api-facts.md 33). Raises Permanent if one is missing.
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


def channel_notes(invoice: SalesInvoice, profile: CompanyProfile) -> list[str]:
    """Notes about addresses that can't be used, and about an e-invoice that is too late to be sent."""
    how = channel(invoice, profile.send_by_email)
    notes = []
    if how is Channel.ELECTRONIC_INVOICE:
        if _too_late(invoice, profile):
            notes.append(
                f"The due date {invoice.due_date} is not after today: Procountor will not send it as an e-invoice. "
                "Change its due date or its channel in Procountor before it is sent."
            )
    elif why := _not_electronic(invoice.customer):
        notes.append(f"The invoice is sent {_GOES[how]}, not as an e-invoice: {why}.")
    if profile.send_by_email and how is not Channel.ELECTRONIC_INVOICE:
        notes += _mail_notes(invoice)
    return notes


def check_einvoice_day(invoice: SalesInvoice, profile: CompanyProfile) -> None:
    """An e-invoice that is sent at once must be due after today (S14; docs/api-facts.md 70). Raises Permanent."""
    if (
        profile.sends
        and channel(invoice, profile.send_by_email) is Channel.ELECTRONIC_INVOICE
        and _too_late(invoice, profile)
    ):
        raise refuse("EINVOICE_TOO_LATE", number=invoice.number, due_date=invoice.due_date)


#: How an invoice is sent that isn't an e-invoice.
_GOES = {Channel.EMAIL: "by e-mail", Channel.MAIL: "by post"}


def _too_late(invoice: SalesInvoice, profile: CompanyProfile) -> bool:
    return profile.day is not None and invoice.due_date <= profile.day


def _electronic(customer: Customer) -> tuple[addresses.Read, addresses.Read]:
    return addresses.einvoice_address(customer.einvoice_address), addresses.operator(customer.einvoice_operator)


def _not_electronic(customer: Customer) -> str:
    """Why the e-invoice address on the card can't be used; "" if there is none."""
    address, operator = _electronic(customer)
    if address.fault:
        return f"the customer's e-invoice address {customer.einvoice_address} {address.fault}"
    if operator.fault:
        return f"the customer's e-invoice operator {customer.einvoice_operator} {operator.fault}"
    if address.address and not operator.address:
        return f"the customer has the e-invoice address {address.address} and no operator"
    if operator.address and not address.address:
        return f"the customer has the e-invoice operator {operator.address} and no address"
    return ""


def _mails(invoice: SalesInvoice) -> list[addresses.Read]:
    return [addresses.mail_address(one) for one in (invoice.receiver_email, invoice.customer.email)]


def _mail_notes(invoice: SalesInvoice) -> Iterator[str]:
    """What can't be used of the texts with e-mail addresses, up to the address that is used."""
    for text, read in zip((invoice.receiver_email, invoice.customer.email), _mails(invoice), strict=True):
        if read.left:
            yield f"Of the e-mail addresses {text}, only {read.address} gets the invoice."
        elif read.fault and "@" in (text or ""):  # "none" was not meant as an address
            yield f"{text} {read.fault}."
        if read.address:
            return
