"""Errors of VAT percentages, VAT numbers and VAT statuses (V1)."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

VAT: dict[str, Entry] = {
    "VAT_MISSING": Entry(
        "Row {row} ({text}) has no VAT percentage.",
        "Choose the row's VAT in Severa.",
    ),
    "VAT_NOT_IN_USE": Entry(
        "Row {row} ({text}) has VAT {percent} %, which the company doesn't use in Procountor (in use: {used}).",
        "Correct the row's VAT in Severa, or take the percentage into use in Procountor.",
    ),
    "VAT_NUMBER_MISSING": Entry(
        "Invoice {number} is sold to another EU country without VAT, but the business id {business_id} of customer "
        "{customer} is not a VAT number of another EU country.",
        "Fill in the VAT number with its country code (DE123456789, EL for Greece) on the customer's card and on the "
        "invoice in Severa, or charge VAT. The operator can also allow such sales (sales.vat.eu_without_vat_number in "
        "the settings).",
    ),
    "VAT_KIND_UNKNOWN": Entry(
        "Row {row} ({text}) is sold to another EU country without VAT, and Severa doesn't say whether its product is "
        "goods or a service.",
        "Choose the type of the product in Severa: Materials means goods, every other type means services.",
    ),
    "VAT_KIND_MIXED": Entry(
        "Row {row} ({text}) is sold to another EU country without VAT and combines goods with services ({types}).",
        "Put goods and services on separate rows in Severa.",
    ),
    "VAT_STATUS_MISSING": Entry(
        "No VAT status in Procountor matches {case}. The company uses for sales: {there}.",
        "Take the status into use in Procountor (VAT defaults), or set its number in the settings: {setting}.",
        "operator",
    ),
    "VAT_STATUS_AMBIGUOUS": Entry(
        "Several VAT statuses in Procountor match {case}. The company uses for sales: {there}.",
        "Set the number of the right status in the settings: {setting}.",
        "operator",
    ),
    "VAT_STATUS_NOT_IN_USE": Entry(
        "The settings name the VAT status {number} for {case}, which the company doesn't use for sales in Procountor. "
        "The company uses for sales: {there}.",
        "Correct {setting} in the settings, or take the status into use in Procountor (VAT defaults).",
        "operator",
    ),
}
