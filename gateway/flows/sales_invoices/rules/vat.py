"""VAT percentages of the rows (docs/fields.md)."""

from __future__ import annotations

from gateway.documents import SalesInvoice
from gateway.errors import Faults, plain_number, refuse
from gateway.rules.profile import CompanyProfile
from gateway.rules.vat_law import in_force


def check_vat(invoice: SalesInvoice, profile: CompanyProfile) -> None:
    """Each row has a percentage that the company uses. Raises Permanent."""
    faults = Faults()
    for row in invoice.rows:
        if row.vat_percent is None:
            faults.add(refuse("VAT_MISSING", row=row.position, text=row.description))
        elif row.vat_percent not in profile.vat_percents:
            used = ", ".join(plain_number(percent) for percent in sorted(profile.vat_percents))
            percent = plain_number(row.vat_percent)
            faults.add(refuse("VAT_NOT_IN_USE", row=row.position, text=row.description, percent=percent, used=used))
    faults.raise_all()


def vat_notes(invoice: SalesInvoice, profile: CompanyProfile) -> list[str]:
    """Notes about percentages that were not in force on the invoice's date.

    This is not refused: deliveries before a change keep the old percentage. A credit note repeats the percentages of
    its invoice, so it gets no note.
    """
    if invoice.is_credit_note:
        return []
    return [
        f"Row {row.position} ({row.description}) has VAT {plain_number(row.vat_percent)} %, "
        f"which was not in force on the invoice's date {invoice.date}."
        for row in invoice.rows
        if row.vat_percent is not None and not in_force(row.vat_percent, profile.country, invoice.date)
    ]
