"""Payment terms that Procountor accepts: due date, interest, currency, reference (docs/api-facts.md 33, 34)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from stdnum import iso11649

from gateway.documents import SalesInvoice
from gateway.errors import Faults, plain_number, refuse
from gateway.flows.sales_invoices.rules.rate import rate_of
from gateway.rules.codes.currencies import CENT, PROCOUNTOR, half_up
from gateway.rules.fields import HIGHEST_INTEREST, LONGEST_TERM
from gateway.rules.profile import CompanyProfile


def check_term(invoice: SalesInvoice) -> None:
    """Both dates exist, and the due date is 0-999 days after the invoice's date. Raises Permanent."""
    faults = Faults()
    for day, which in ((invoice.date, "date"), (invoice.due_date, "due date")):
        if day == dt.date.min:
            faults.add(refuse("DATE_MISSING", number=invoice.number, which=which))
    faults.raise_all()
    days = (invoice.due_date - invoice.date).days
    if not 0 <= days <= LONGEST_TERM:
        raise refuse("DUE_DATE_WRONG", date=invoice.date, due_date=invoice.due_date)


def check_interest(invoice: SalesInvoice) -> None:
    """The penal interest is within Procountor's range. Raises Permanent."""
    interest = invoice.overdue_interest
    if interest is not None and not 0 <= half_up(interest, CENT) <= HIGHEST_INTEREST:
        raise refuse("INTEREST_WRONG", number=invoice.number, interest=plain_number(interest))


def check_currency(invoice: SalesInvoice, profile: CompanyProfile) -> None:
    """One currency for all rows, which Procountor has, with a possible rate. Raises Permanent."""
    currency = invoice.currency
    if currency not in PROCOUNTOR:
        raise refuse("CURRENCY_UNKNOWN", number=invoice.number, currency=currency or "none")
    faults = Faults()
    for row in invoice.rows:
        other = row.unit_price.currency
        if other and other != currency:
            facts: dict[str, Any] = {"row": row.position, "text": row.description, "other": other}
            faults.add(refuse("CURRENCY_MIXED", currency=currency, **facts))
    with faults:
        rate_of(invoice, profile)
    faults.raise_all()


def bank_reference(invoice: SalesInvoice, profile: CompanyProfile) -> str:
    """Severa's reference; "" if Procountor creates its own: Severa has no valid one, or the settings say so."""
    return "" if profile.own_reference else reference_code(invoice.reference_number, profile.country)


def reference_code(text: str | None, company_country: str = "FI") -> str:
    """Severa's reference, RF or in Finland Finnish, if its check digit is right; otherwise "": Procountor
    creates one.
    """
    plain = "".join((text or "").split()).upper()
    if plain.isascii() and iso11649.is_valid(plain):
        return str(iso11649.compact(plain))
    digits = plain.lstrip("0")
    if company_country != "FI" or not digits.isascii() or not digits.isdigit() or not 4 <= len(digits) <= 20:
        return ""
    weighted = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(digits[:-1])))
    return digits if (10 - weighted % 10) % 10 == int(digits[-1]) else ""


def reference_note(invoice: SalesInvoice, profile: CompanyProfile) -> str | None:
    """A note about a reference that isn't transferred, unless the settings say so for all."""
    text = (invoice.reference_number or "").strip()
    if not text or profile.own_reference or reference_code(text, profile.country):
        return None
    return f"Procountor doesn't accept the reference number {text} and creates its own."
