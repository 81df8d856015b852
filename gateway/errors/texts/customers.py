"""Errors of the customer, the address and the business id."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

CUSTOMERS: dict[str, Entry] = {
    "CUSTOMER_NAME_MISSING": Entry(
        "Invoice {number} has no customer name, and the customer's card has none either.",
        "Fill in the customer's name on the customer's card and on the invoice in Severa.",
    ),
    "CUSTOMER_NUMBER_MISSING": Entry(
        "Customer {customer} has no customer number.",
        "Fill in the customer number on the customer's card in Severa.",
    ),
    "BUSINESS_ID_MISSING": Entry(
        "Customer {customer} has no business id.",
        "Fill in the business id (VAT number) on the customer's card and on the invoice in Severa.",
    ),
    "BUSINESS_ID_INVALID": Entry(
        "The business id {business_id} is not a {country} business id: its form or its check digit is wrong.",
        "Correct the business id on the customer's card and on the invoice in Severa (form {form}).",
    ),
    "BUSINESS_ID_REFUSED": Entry(
        "Procountor rejected the customer's business id ({said}).",
        "Correct the business id on the customer's card and on the invoice in Severa.",
    ),
    "ADDRESS_INCOMPLETE": Entry(
        "The invoice is sent {how}, but the address of customer {customer} on the invoice has no {missing}.",
        "Fill in the {missing} on the customer's billing address and on the invoice in Severa.",
    ),
    "COUNTRY_MISSING": Entry(
        "The customer's address on the invoice has no country.",
        "Fill in the country on the customer's billing address and on the invoice in Severa.",
    ),
    "COUNTRY_UNKNOWN": Entry(
        "The country {country} of the customer's address is neither the name nor the code of a country.",
        "Choose the country of the customer's billing address from the list in Severa.",
    ),
    "PARTNER_MISSING": Entry(
        "Procountor has no customer with the number {number} and the business id {business_id} ({customer}).",
        "Add the customer in Procountor with this number and business id, or ask the operator to let the gateway "
        "create customers (create_customers in the settings).",
    ),
    "PARTNER_INACTIVE": Entry(
        "Customer {number} ({partner}, business id {business_id}) is inactive in Procountor's customer register.",
        "Activate the customer in Procountor. The gateway then transfers the invoice by itself. It has created no "
        "second customer.",
    ),
    "PARTNER_NUMBER_TAKEN": Entry(
        "Customer number {number} belongs to {partner} (business id {partner_id}) in Procountor, but to {customer} "
        "(business id {business_id}) in Severa.",
        "If they are the same customer, correct the wrong business id. If they are two customers, give one of them "
        "another number. Do this on the customer's card in Severa, or in Procountor's customer register.",
    ),
}
