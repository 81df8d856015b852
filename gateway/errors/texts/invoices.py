"""What an invoice itself lacks, or says wrongly: finance acts in Severa or Procountor."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

INVOICES: dict[str, Entry] = {
    "ACCOUNT_MISSING": Entry(
        "Row {row} ({text}) has the sales account {account}, which Procountor's chart of accounts doesn't have.",
        "Add the account in Procountor, or correct the sales account of the row in Severa.",
    ),
    "ADDRESS_INCOMPLETE": Entry(
        "The invoice goes {how}, and the address of customer {customer} on it has no {missing}.",
        "Fill it in on the customer's billing address in Severa, and on the invoice.",
    ),
    "BUSINESS_ID_INVALID": Entry(
        "{business_id} is not a {country} business id: its form or its check digit is wrong.",
        "Correct the business id on the customer's card and on the invoice in Severa (form {form}).",
    ),
    "BUSINESS_ID_MISSING": Entry(
        "Customer {customer} has no business id.",
        "Fill in the business id (VAT number) on the customer's card and on the invoice in Severa.",
    ),
    "BUSINESS_ID_REFUSED": Entry(
        "Procountor refused the business id ({said}).",
        "Correct the business id on the customer's card and on the invoice in Severa.",
    ),
    "COUNTRY_MISSING": Entry(
        "The customer's address on the invoice has no country.",
        "Fill in the country on the customer's billing address in Severa and on the invoice.",
    ),
    "COUNTRY_UNKNOWN": Entry(
        "{country} on the customer's address is not the name or the code of a country.",
        "Choose the country on the customer's billing address in Severa from the list.",
    ),
    "CREDIT_NOTE_POSITIVE": Entry(
        "Credit note {number} has a total of {total}, which is more than 0. Procountor would book it as a sale.",
        "Check the signs of its rows in Severa: the total of a credit note is below 0.",
    ),
    "CURRENCY_MIXED": Entry(
        "Row {row} ({text}) is in {other}, the invoice in {currency}.",
        "Bill the row on an invoice in its own currency, or change its currency in Severa.",
    ),
    "CURRENCY_RATE_DIFFERS": Entry(
        "The rate of {currency} on invoice {number} is {rate}. Procountor's rate of {day} is {theirs} {currency} for 1 "
        "{own}. They differ by more than {percent} %, also when the rate is read the other way round.",
        "Correct the currency's rate in Severa and on the invoice. If the rate is right, the operator can allow a "
        "larger difference (sales.currency_rate_tolerance in the settings).",
    ),
    "CURRENCY_RATE_MISSING": Entry(
        "Severa has no rate of {own}, the company's own currency. The rate of {currency} on invoice {number} is "
        "divided by it.",
        "Add the currency {own} with its rate in Severa.",
    ),
    "CURRENCY_RATE_WRONG": Entry(
        "The rate of {currency} on invoice {number} is {rate}. It must be above 0, and at most 1 000 000. 0 means that "
        "none is given.",
        "Correct the currency's rate in Severa and on the invoice.",
    ),
    "CURRENCY_UNKNOWN": Entry(
        "Invoice {number} has the currency {currency}, which Procountor doesn't have.",
        "Change the invoice's currency in Severa.",
    ),
    "CUSTOMER_NAME_MISSING": Entry(
        "Invoice {number} names no customer, and the customer's card has no name.",
        "Fill in the customer's name on its card and on the invoice in Severa.",
    ),
    "CUSTOMER_NUMBER_MISSING": Entry(
        "Customer {customer} has no customer number.",
        "Give the customer a number on its card in Severa.",
    ),
    "DATE_MISSING": Entry(
        "Invoice {number} has no {which}.",
        "Fill in the {which} of the invoice in Severa.",
    ),
    "DIMENSION_ITEM_AMBIGUOUS": Entry(
        "Several items of Procountor's dimension {dimension} may be {item}: {names}.",
        "Close all of them but one in Procountor, or rename the others so that they don't begin with {item}.",
    ),
    "DIMENSION_ITEM_CLOSED": Entry(
        "Row {row} ({text}) belongs to the {axis} {item}, which is closed in Procountor's dimension {dimension}.",
        "Open the item {item} again in Procountor, or choose another {axis} for the row in Severa.",
    ),
    "DUE_DATE_WRONG": Entry(
        "The due date {due_date} doesn't fit the invoice's date {date}: it must be 0 to 999 days later.",
        "Correct the due date of the invoice in Severa.",
    ),
    "EINVOICE_TOO_LATE": Entry(
        "Invoice {number} is an e-invoice with the due date {due_date}, which is not after today: Procountor doesn't "
        "send it.",
        "Give the invoice a later due date in Severa.",
    ),
    "INTEREST_WRONG": Entry(
        "The overdue interest of invoice {number} is {interest} %. It must be from 0 to 999.99 %.",
        "Correct the overdue interest on the invoice in Severa, and on the customer's card where it comes from.",
    ),
    "NUMBER_MISSING": Entry(
        "An invoice of customer {customer} waits for its transfer and has no invoice number.",
        "Tick 'Invoice number' on the status before transfer in Severa, and put the invoice into it again.",
    ),
    "NUMBER_TOO_LONG": Entry(
        "Row {row} ({text}) has the quantity or price {value}. This number, or the row's amount, has more than 15 "
        "digits.",
        "Correct the quantity and the price of the row in Severa.",
    ),
    "PARTNER_INACTIVE": Entry(
        "Customer {number} ({partner}, business id {business_id}) is inactive in Procountor's customer register.",
        "Activate the customer in Procountor. The invoice is then transferred by itself. No second customer was made.",
    ),
    "PARTNER_MISSING": Entry(
        "Procountor has no customer with the number {number} and the business id {business_id} ({customer}).",
        "Add the customer in Procountor with this number and business id, or ask the operator to let the gateway "
        "create customers (create_customers in the settings).",
    ),
    "PARTNER_NUMBER_TAKEN": Entry(
        "Customer number {number} belongs to {partner} with business id {partner_id} in Procountor. In Severa it "
        "belongs to {customer} with business id {business_id}.",
        "If they are the same customer, correct the business id that is wrong. If they are two customers, give one of "
        "them another number. Do it on the customer's card in Severa, or in Procountor's customer register.",
    ),
    "PRODUCT_CODE_WRONG": Entry(
        "Row {row} ({text}) has the code {product}, which Procountor can't hold: 40 characters of Western European "
        "letters at the most.",
        "Correct the code of the product, work type or travel expense in Severa.",
    ),
    "PRODUCT_INACTIVE": Entry(
        "Row {row} ({text}) has the code {product}, which is inactive in Procountor's product register.",
        "Activate the product in Procountor, or correct the code in Severa. No second product was created.",
    ),
    "PRODUCT_MISSING": Entry(
        "Row {row} ({text}) has the code {product}, which Procountor's product register doesn't have.",
        "Add the product {product} in Procountor, or correct the code in Severa. Or ask the operator to let the "
        "gateway create products (create_products in the settings).",
    ),
    "ROWS_MISSING": Entry(
        "Invoice {number} has no rows.",
        "Add the rows in Severa, or take the invoice out of the waiting status.",
    ),
    "SPLIT_IMPOSSIBLE": Entry(
        "Row {row} ({text}) is made of amounts with a plus and amounts with a minus, of several projects, units "
        "or cost centers. Procountor divides a row among them only when all amounts have the same sign.",
        "Put the amounts with a minus (deductions) on a row of their own in Severa.",
    ),
    "TOTAL_DIFFERS": Entry(
        "The rows of invoice {number} add up to {rows}. Its total without tax is {total}.",
        "Check the rows and the rounding of the invoice in Severa.",
    ),
    "TOTAL_WITH_VAT_DIFFERS": Entry(
        "The rows of invoice {number} add up to {rows} with VAT in Procountor. Its total with tax in Severa is {total}."
        "",
        "Check the VAT percentages of the rows, and the invoice's totals, in Severa.",
    ),
    "VAT_KIND_MIXED": Entry(
        "Row {row} ({text}) is sold to another EU country without VAT, and groups goods with services ({types}).",
        "Put goods and services on rows of their own in Severa.",
    ),
    "VAT_KIND_UNKNOWN": Entry(
        "Row {row} ({text}) is sold to another EU country without VAT, and Severa doesn't tell whether its product is "
        "goods or a service.",
        "Choose the type of the product in Severa: Materials is goods, the others are services.",
    ),
    "VAT_MISSING": Entry(
        "Row {row} ({text}) has no VAT percentage.",
        "Choose the VAT of the row in Severa.",
    ),
    "VAT_NOT_IN_USE": Entry(
        "Row {row} ({text}) has VAT {percent} %, which the company doesn't use in Procountor ({used}).",
        "Correct the VAT of the row in Severa, or take the percentage into use in Procountor.",
    ),
    "VAT_NUMBER_MISSING": Entry(
        "Invoice {number} is sold to another EU country without VAT, and the business id {business_id} of customer "
        "{customer} is no VAT number of another EU country.",
        "Fill in the VAT number with its country code (DE123456789, EL for Greece) on the customer's card and on the "
        "invoice in Severa, or charge VAT. The setting sales.vat.eu_without_vat_number may allow such sales.",
    ),
    "VAT_STATUS_AMBIGUOUS": Entry(
        "Several VAT statuses in Procountor read like that of {case}. The company has: {there}.",
        "Name the number of the right one in the settings: {setting}.",
        "operator",
    ),
    "VAT_STATUS_MISSING": Entry(
        "No VAT status that the company uses for sales in Procountor reads like that of {case}. It has: {there}.",
        "Switch the status on in Procountor (VAT defaults), or name its number in the settings: {setting}.",
        "operator",
    ),
    "VAT_STATUS_NOT_IN_USE": Entry(
        "The settings name the VAT status {number} for {case}, which the company doesn't use for sales in Procountor. "
        "It has: {there}.",
        "Correct {setting} in the settings, or switch the status on in Procountor (VAT defaults).",
        "operator",
    ),
}
