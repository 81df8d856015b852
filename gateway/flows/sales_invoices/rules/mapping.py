"""The sales invoice: what is refused before any call, and the body of POST /invoices by the tables of fields.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.documents import Row, SalesInvoice, Truncation
from gateway.errors import Faults, refuse
from gateway.flows.sales_invoices.rules import fields
from gateway.flows.sales_invoices.rules.accounts import check_accounts
from gateway.flows.sales_invoices.rules.channel import (
    Channel,
    channel,
    channel_notes,
    check_einvoice_day,
    einvoice_address,
    email_address,
)
from gateway.flows.sales_invoices.rules.partners import business_id, customer_name, customer_number
from gateway.flows.sales_invoices.rules.payment import (
    bank_reference,
    check_currency,
    check_interest,
    check_term,
    reference_note,
)
from gateway.flows.sales_invoices.rules.products import check_codes, row_code
from gateway.flows.sales_invoices.rules.rate import rate_note, rate_of
from gateway.flows.sales_invoices.rules.totals import check_digits, check_total, total_note
from gateway.flows.sales_invoices.rules.vat import check_vat, vat_notes
from gateway.flows.sales_invoices.rules.vat_cases import NOT_ASKED, VatFacts, row_statuses, vat_number, vat_number_note
from gateway.flows.sales_invoices.rules.wording import additional_information, contact_persons
from gateway.rules.codes.countries import alpha2, country
from gateway.rules.codes.languages import language
from gateway.rules.codes.units import unit
from gateway.rules.profile import CompanyProfile
from gateway.rules.sent_row import as_one_note, measured, texts, whole_text
from gateway.rules.text.assemble import Truncations, assemble
from gateway.rules.text.fit import blank


@dataclass(frozen=True, slots=True)
class Mapped:
    """A body for Procountor, what was lost on the way, and notes for a reader."""

    body: dict[str, object]
    truncations: tuple[Truncation, ...]
    notes: tuple[str, ...]


def check_invoice(invoice: SalesInvoice, profile: CompanyProfile, facts: VatFacts = NOT_ASKED) -> None:
    """Everything that can be refused before a call to Procountor. Raises Permanent with all faults.

    What can't be judged because of another fault is left out: sums of numbers that are too long or in two currencies,
    and the VAT status of a sale without a known country, without a date, or of a row without VAT.
    """
    faults = Faults()
    if invoice.number is None:
        faults.add(refuse("NUMBER_MISSING", customer=invoice.customer.name))
    for check in (customer_number, customer_name, _check_country, business_id, check_term, check_interest):
        with faults:
            check(invoice)
    with faults:
        channel(invoice, profile.send_by_email)
    if "DATE_MISSING" not in faults:
        with faults:
            check_einvoice_day(invoice, profile)
    with faults:
        check_currency(invoice, profile)
    with faults:
        check_digits(invoice)
    if "NUMBER_TOO_LONG" not in faults and "CURRENCY_MIXED" not in faults:
        with faults:
            check_total(invoice)
    with faults:
        check_vat(invoice, profile)
    if rows := _rows_for_vat(invoice):
        with faults:
            row_statuses(replace(invoice, rows=rows), profile, facts)
    with faults:
        check_accounts(invoice, profile.accounts)
    with faults:
        check_codes(invoice, profile.default_codes)
    faults.raise_all()


def _check_country(invoice: SalesInvoice) -> None:
    country(invoice.receiver_address.country)


def _rows_for_vat(invoice: SalesInvoice) -> tuple[Row, ...]:
    """Rows whose VAT status can be judged."""
    if alpha2(invoice.receiver_address.country) is None or invoice.date == dt.date.min:
        return ()
    return tuple(row for row in invoice.rows if row.vat_percent is not None)


def map_invoice(
    invoice: SalesInvoice,
    profile: CompanyProfile,
    partner_id: int,
    product_ids: Mapping[str, int],
    marker: str,
    facts: VatFacts = NOT_ASKED,
) -> Mapped:
    """The body of POST /invoices. `product_ids`: Procountor's id by code; `marker` goes into the internal notes."""
    receiver = alpha2(invoice.receiver_address.country)
    spoken, language_note = language(invoice.language, profile.country, receiver)
    status, of_rows = row_statuses(invoice, profile, facts)
    notes = [
        language_note,
        *channel_notes(invoice, profile),
        rate_note(invoice, profile),
        reference_note(invoice, profile),
        *vat_notes(invoice, profile),
        total_note(invoice),
        vat_number_note(invoice, profile),
    ]
    losses, rows = Truncations(), []
    for row, own in zip(invoice.rows, of_rows, strict=True):
        values, said = _row(row, invoice.currency, profile, product_ids)
        values["vatStatus"] = own if own != status else None
        rows.append(assemble(fields.ROW, values, losses, prefix=f"rows[{row.position}]."))
        notes += said
    values = _head(invoice, profile, spoken)
    values |= {"vatStatus": status, "partnerId": partner_id, "notes": marker, "invoiceRows": rows}
    body = assemble(fields.INVOICE, values, losses)
    return Mapped(body, tuple(losses.truncations), tuple(one for one in notes if one))


def _head(invoice: SalesInvoice, profile: CompanyProfile, spoken: str) -> dict[str, object]:
    """The head's values by the paths of the table."""
    address, customer = invoice.receiver_address, invoice.customer
    how = channel(invoice, profile.send_by_email)
    electronic = einvoice_address(customer)
    party, place = "counterParty.", "counterParty.counterPartyAddress."
    return {
        "type": "SALES_INVOICE",
        "date": invoice.date.isoformat(),
        party + "identifier": business_id(invoice).written,
        party + "taxCode": vat_number(invoice, profile),
        party + "customerNumber": customer_number(invoice),
        party + "contactPersonName": contact_persons(invoice, profile.sender_first),
        party + "email": email_address(invoice) if how is Channel.EMAIL else None,
        party + "einvoiceAddress.address": electronic[0] if electronic else None,
        party + "einvoiceAddress.operator": electronic[1] if electronic else None,
        place + "name": customer_name(invoice),
        place + "street": address.street,
        place + "zip": address.postal_code,
        place + "city": address.city,
        place + "country": country(address.country),
        "paymentInfo.paymentMethod": "BANK_TRANSFER",
        "paymentInfo.currency": invoice.currency,
        "paymentInfo.bankAccount.accountNumber": profile.iban,
        "paymentInfo.dueDate": invoice.due_date.isoformat(),
        "paymentInfo.currencyRate": rate_of(invoice, profile).sent,
        "paymentInfo.bankReferenceCode": bank_reference(invoice, profile),
        "extraInfo.accountingByRow": True,
        "extraInfo.unitPricesIncludeVat": False,
        "discountPercent": 0,
        "invoiceChannel": how.value,
        "originalInvoiceNumber": str(invoice.number),
        "language": spoken,
        "orderReference": invoice.order_number,
        "additionalInformation": additional_information(invoice, spoken),
        "penaltyPercent": invoice.overdue_interest,
    }


def _row(
    row: Row, currency: str, profile: CompanyProfile, product_ids: Mapping[str, int]
) -> tuple[dict[str, object], list[str | None]]:
    """A row's values by the paths of the table, and notes about it."""
    code, code_note = row_code(row, profile.default_codes)
    counted, (its_unit, unit_note) = measured(row, currency), unit(row)
    if counted.as_one:
        its_unit, unit_note = "PIECE", as_one_note(row, currency)
    whole = whole_text(row, currency)
    product, explanation = texts(code if blank(whole) else whole, profile.row_text)
    values: dict[str, object] = {
        "productId": product_ids[code],
        "productCode": code,
        "product": product,
        "explanationText": explanation,
        "quantity": counted.quantity,
        "unit": its_unit,
        "unitPrice": counted.unit_price,
        "discountPercent": 0,
        "vatPercent": row.vat_percent,
    }
    return values, [code_note, unit_note]
