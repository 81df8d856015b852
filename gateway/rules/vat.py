"""VAT of the rows and of the whole invoice, by stated rules (SPEC field table)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from gateway.documents import Row, SalesInvoice
from gateway.errors import refuse
from gateway.rules.identifiers import Identifier, shown
from gateway.rules.terms import CompanyTerms

#: VAT statuses of Procountor (API fact 2.8).
DOMESTIC, OUTSIDE_EU, EU_SALES = 1, 3, 5
_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK"
#: EU members, and Monaco, which VAT counts as France.
EU = frozenset(_MEMBERS.split())
#: How VAT numbers of the EU begin.
_PREFIXES = EU - {"GR", "MC"} | {"EL"}
#: Åland is sold to like the rest of Finland from there, and like a country outside the EU from elsewhere.
HOME = {"FI": frozenset(("FI", "AX")), "SE": frozenset(("SE",))}

_START, _END = dt.date.min, dt.date.max
#: Percentages that a law has begun or ended: country, percentage, first and last day. Others have no bounds.
PERIODS: dict[tuple[str, Decimal], tuple[dt.date, dt.date]] = {
    ("FI", Decimal(24)): (dt.date(2013, 1, 1), dt.date(2024, 8, 31)),
    ("FI", Decimal("25.5")): (dt.date(2024, 9, 1), _END),
    ("FI", Decimal(14)): (dt.date(2013, 1, 1), dt.date(2025, 12, 31)),
    ("FI", Decimal("13.5")): (dt.date(2026, 1, 1), _END),
}


def check_vat(invoice: SalesInvoice, terms: CompanyTerms) -> None:
    """Each row's percentage is there and in use in the company. Raises Permanent."""
    for row in invoice.rows:
        if row.vat_percent is None:
            raise refuse("VAT_MISSING", row=row.position, text=row.description)
        if row.vat_percent not in terms.vat_percents:
            used = ", ".join(plain_percent(percent) for percent in sorted(terms.vat_percents))
            percent = plain_percent(row.vat_percent)
            raise refuse("VAT_NOT_IN_USE", row=row.position, text=row.description, percent=percent, used=used)


def in_force(percent: Decimal, country: str, on: dt.date) -> bool:
    """Whether the law of the company's country had this percentage on a day."""
    first, last = PERIODS.get((country, percent), (_START, _END))
    return first <= on <= last


def vat_notes(invoice: SalesInvoice, terms: CompanyTerms) -> list[str]:
    """What to say of percentages that were not in force on the invoice's date.

    It is said and not refused: what was delivered before a change keeps the old one. A credit note repeats the
    percentages of its invoice, so nothing is said of it.
    """
    if invoice.is_credit_note:
        return []
    return [
        f"Row {row.position} ({row.description}) has VAT {plain_percent(row.vat_percent)} %, "
        f"which was not in force on the invoice's date {invoice.date}."
        for row in invoice.rows
        if row.vat_percent is not None and not in_force(row.vat_percent, terms.country, invoice.date)
    ]


def vat_number_note(statuses: Collection[int], business_id: Identifier) -> str | None:
    """What to say of a sale within the EU without VAT whose customer's VAT number does not go over as one: no number of
    the EU, or a Finnish or Swedish one, which goes over in the form of a business id.
    """
    if EU_SALES not in statuses or business_id.canonical[:2] in _PREFIXES:
        return None
    if business_id.country:
        number = f"{business_id.country}{business_id.canonical}" + ("01" if business_id.country == "SE" else "")
        told = f"Procountor has the business id {shown(business_id.written)}, not the VAT number {shown(number)}"
        return f"A sale within the EU without VAT: {told}."
    return f"A sale within the EU without VAT, and the business id {business_id.written} is no VAT number of the EU."


def vat_status(invoice: SalesInvoice, customer_country: str | None, company_country: str) -> int:
    """Of the head: domestic wherever a row is, else what the rows are."""
    statuses = {row_vat_status(row, customer_country, company_country) for row in invoice.rows}
    return DOMESTIC if DOMESTIC in statuses or not statuses else statuses.pop()


def row_vat_status(row: Row, customer_country: str | None, company_country: str) -> int:
    """Domestic at home, and wherever VAT is charged; without VAT: EU sales within the EU, else outside the EU."""
    if row.vat_percent or customer_country is None or customer_country in HOME.get(company_country, (company_country,)):
        return DOMESTIC
    return EU_SALES if customer_country in EU else OUTSIDE_EU


def plain_percent(percent: Decimal) -> str:
    """As people write it: 25.5, 24, 0."""
    return f"{percent.normalize():f}"
