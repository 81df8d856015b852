"""Errors of the invoice's number, dates, totals and currency."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

AMOUNTS: dict[str, Entry] = {
    "NUMBER_MISSING": Entry(
        "An invoice for {customer} is ready for transfer but has no invoice number.",
        "Tick 'Invoice number' in the settings of the status that starts the transfer in Severa, then put the invoice "
        "into this status again.",
    ),
    "DATE_MISSING": Entry(
        "Invoice {number} has no {which}.",
        "Fill in the {which} of the invoice in Severa.",
    ),
    "DUE_DATE_WRONG": Entry(
        "The invoice's due date {due_date} doesn't fit its date {date}: it must be 0 to 999 days later.",
        "Correct the invoice's due date in Severa.",
    ),
    "EINVOICE_TOO_LATE": Entry(
        "Invoice {number} is an e-invoice with the due date {due_date}. Procountor sends e-invoices only before their "
        "due date.",
        "Give the invoice a later due date in Severa.",
    ),
    "INTEREST_WRONG": Entry(
        "Invoice {number} has an overdue interest of {interest} %. It must be from 0 to 999.99 %.",
        "Correct the overdue interest on the invoice in Severa, and on the customer's card if it comes from there.",
    ),
    "ROWS_MISSING": Entry(
        "Invoice {number} has no rows.",
        "Add the rows in Severa, or take the invoice out of the status that starts the transfer.",
    ),
    "NUMBER_TOO_LONG": Entry(
        "Row {row} ({text}) has the quantity or price {value}. This number, or the row's amount, has more than 15 "
        "digits.",
        "Correct the quantity and the price of the row in Severa.",
    ),
    "TOTAL_DIFFERS": Entry(
        "The rows of invoice {number} add up to {rows}, but its total without tax is {total}.",
        "Check the rows and the rounding of the invoice in Severa.",
    ),
    "TOTAL_WITH_VAT_DIFFERS": Entry(
        "The rows of invoice {number} add up to {rows} with VAT in Procountor, but its total with tax in Severa is "
        "{total}.",
        "Check the VAT percentages of the rows, and the invoice's totals, in Severa.",
    ),
    "CREDIT_NOTE_POSITIVE": Entry(
        "Credit note {number} has a positive total ({total}). Procountor would book it as a sale.",
        "Check the signs of its rows in Severa: the total of a credit note must be negative.",
    ),
    "CURRENCY_UNKNOWN": Entry(
        "Invoice {number} has the currency {currency}, which Procountor doesn't have.",
        "Change the invoice's currency in Severa.",
    ),
    "CURRENCY_MIXED": Entry(
        "Row {row} ({text}) is in {other}, but the invoice is in {currency}.",
        "Bill the row on an invoice in {other}, or change the row's currency in Severa.",
    ),
    "CURRENCY_RATE_WRONG": Entry(
        "Invoice {number} has the rate {rate} for {currency}. A rate must be above 0 and at most 1 000 000. The rate 0 "
        "means that Severa has none.",
        "Correct the currency's rate in Severa and on the invoice.",
    ),
    "CURRENCY_RATE_MISSING": Entry(
        "Severa has no rate for {own}, the company's own currency. The gateway needs it to convert the rate of "
        "{currency} on invoice {number}.",
        "Add the currency {own} with its rate in Severa.",
    ),
    "CURRENCY_RATE_DIFFERS": Entry(
        "Invoice {number} has the rate {rate} for {currency}. Procountor's rate of {day} is {theirs} {currency} for 1 "
        "{own}. The rates differ by more than {percent} %, also when the invoice's rate is inverted.",
        "Correct the currency's rate in Severa and on the invoice. If the rate is right, ask the operator to allow a "
        "larger difference (sales.currency_rate_tolerance in the settings).",
    ),
}
