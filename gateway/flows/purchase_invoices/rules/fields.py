"""The table of docs/fields.md for purchase invoices, as data. Paths are those of Severa's model."""

from __future__ import annotations

from gateway.rules.fields import Field, text

#: Characters of a description, the marker included.
LONGEST_DESCRIPTION = 1000
#: POST /v1/projectfees. Severa states no lengths (docs/api-facts.md 80).
FEE = (
    Field("project.guid", "the item of the project dimension", "the project whose number the item says (U4)"),
    text("name", "description of the entry", 255, "the supplier's name if the entry has none"),
    text("description", "counterParty.counterPartyAddress.name, originalInvoiceNumber, invoiceNumber",
         LONGEST_DESCRIPTION,
         "in a foreign currency, the amount and the rate too; then the marker by which the gateway finds the fee again",
         lines=True),
    Field("quantity", "always 1"),
    Field("unitCost.amount", "the item's value on the entry",
          "without VAT, with the sign of the books: negative on a credit note"),
    Field("unitCost.currencyCode", "the company's currency", "a ledger receipt is in it"),
    Field("unitPrice.amount", "the same", "only if purchases.billable is on"),
    Field("unitPrice.currencyCode", "the same", "only if purchases.billable is on"),
    Field("vatRate", "vatPercent of the entry"),
    Field("eventDate", "receiptDate", "the fee is in the period in which the books have the cost"),
    Field("productType", "purchases.product_type"),
    Field("isBillable", "purchases.billable"),
)  # fmt: skip
