"""Texts that combine several of Severa's: contact persons, additional information, row names."""

from __future__ import annotations

from gateway.documents import SalesInvoice
from gateway.rules.text.plain import plain

#: How a credit note names the invoice that it credits, by language.
CREDITS = {
    "ENGLISH": "Credit note for invoice",
    "FINNISH": "Hyvityslasku laskulle",
    "SWEDISH": "Kreditfaktura för faktura",
    "ESTONIAN": "Kreeditarve arvele",
    "NORWEGIAN": "Kreditnota for faktura",
    "DANISH": "Kreditnota for faktura",
}


def contact_persons(invoice: SalesInvoice, sender_first: bool = False) -> str:
    """The receiver's and our own contact person, joined by `/`, or whichever exists. `sender_first`: in the other
    order.
    """
    names = [invoice.receiver_contact, invoice.sender_contact]
    people = (" ".join((one or "").split()) for one in (names[::-1] if sender_first else names))
    return "/".join(one for one in people if one)


def additional_information(invoice: SalesInvoice, language: str) -> str:
    """Our reference, your reference, notes, free text above, free text below, in this order, as plain text.

    On a credit note, the invoice that it credits comes first.
    """
    parts = [
        invoice.our_reference,
        invoice.your_reference,
        invoice.notes,
        invoice.free_text_above,
        invoice.free_text_below,
    ]
    if invoice.reimburses is not None and invoice.is_credit_note:
        parts.insert(0, f"{CREDITS[language]} {invoice.reimburses}")
    return "\n".join(text for text in map(plain, parts) if text)
