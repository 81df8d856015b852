"""The tables of docs/fields.md as data: the bodies are assembled from them and from nothing else, and the page is
printed from them (`make fields`). Paths are those of Procountor's models.
"""

from __future__ import annotations

from gateway.rules.fields import (
    HIGHEST_INTEREST,
    HIGHEST_RATE,
    LONGEST_CODE,
    LONGEST_TERM,
    LONGEST_TEXT,
    PRODUCT_TEXT,
    Beyond,
    Field,
    text,
)

_CHANNEL = "refused if it is blank and the channel is mail or e-invoice"

#: POST /invoices, the head.
INVOICE = (
    Field("partnerId", "the partner that matches (M1-M5)"),
    Field("type", "always SALES_INVOICE", "credit notes too; their amounts keep Severa's signs"),
    Field("date", "date", "refused if Severa has none"),
    Field("counterParty.identifier", "receiverVatNumber, otherwise the customer's vatNumber",
          "FI and Åland 1234567-8, SE 556016-0680, all others as they are",
          bounds="check digit", beyond=Beyond.REFUSED),
    Field("counterParty.taxCode", "the same, as a VAT number with its country code",
          "only for a sale to another EU country (Finland and Sweden too); left out if there is none, and the outcome "
          "says so"),
    Field("counterParty.customerNumber", "billingCustomer.number"),
    text("counterParty.contactPersonName", "receiverContactName / senderContactName", 28,
         "both joined by /, or whichever exists; in the other order if sales.contact_persons says so"),
    Field("counterParty.email", "receiverContactEmail, otherwise the customer's email",
          "only if the channel is e-mail; the first address of the text, the outcome names the others"),
    Field("counterParty.einvoiceAddress.address", "the customer's eInvoiceAddress",
          "only if the channel is e-invoice; without blanks, by the rules of addresses below"),
    Field("counterParty.einvoiceAddress.operator", "the customer's eInvoiceOperator",
          "only if the channel is e-invoice; without blanks, by the rules of addresses below"),
    text("counterParty.counterPartyAddress.name", "receiverCustomerName, otherwise billingCustomer.name", 80,
         "refused if both are blank"),
    text("counterParty.counterPartyAddress.street", "receiverAddress.addressline", 80, _CHANNEL),
    text("counterParty.counterPartyAddress.zip", "receiverAddress.postalCode", 20, _CHANNEL),
    text("counterParty.counterPartyAddress.city", "receiverAddress.city", 40, _CHANNEL),
    Field("counterParty.counterPartyAddress.country", "receiverAddress.country",
          "from alpha-2, alpha-3, or the name in English, Finnish or Swedish",
          bounds="one of Procountor's countries", beyond=Beyond.REFUSED),
    Field("paymentInfo.paymentMethod", "always BANK_TRANSFER"),
    Field("paymentInfo.currency", "currency.code", "one for the head and all rows",
          bounds="one of Procountor's currencies", beyond=Beyond.REFUSED),
    Field("paymentInfo.bankAccount.accountNumber", "the company's own account in Procountor",
          "in the invoice's currency (among all, if there is none): sales.bank_account, otherwise the account of the "
          "business unit in Severa, otherwise the default (L2)", bounds="IBAN with its check digits",
          beyond=Beyond.REFUSED),
    Field("paymentInfo.dueDate", "dueDate", bounds=f"0-{LONGEST_TERM} days after the date", beyond=Beyond.REFUSED),
    Field("paymentInfo.currencyRate", "currencyRate, divided by Severa's rate of the company's currency",
          "foreign units for one of the company's currency, 1 in its own; inverted if that is nearer to "
          "Procountor's rate of the day; then, and if it is 1 in another currency, the outcome says so",
          bounds=f"above 0, at most {HIGHEST_RATE}, near Procountor's (V2)", beyond=Beyond.REFUSED),
    Field("paymentInfo.bankReferenceCode", "referenceNumber",
          "RF, or Finnish in a Finnish company, with a right check digit; otherwise, and if sales.bank_reference "
          "says so, empty, and Procountor creates one",
          kept=True),
    Field("extraInfo.accountingByRow", "always true"),
    Field("extraInfo.unitPricesIncludeVat", "always false"),
    Field("discountPercent", "always 0", "discounts are rows of their own in Severa"),
    Field("invoiceRows", "the rows, in Severa's order",
          "the total with VAT is calculated row by row; if it differs because of rounding, the outcome says so",
          bounds="they sum to totalExcludingTax within 0.01 per row, at most 0.50, and to totalIncludingTax within "
          "0.02 per row, at most 1.00 (T3)", beyond=Beyond.REFUSED),
    Field("invoiceChannel", "the customer's addresses", "e-invoice, otherwise e-mail, otherwise mail (E1-E3)"),
    Field("originalInvoiceNumber", "number"),
    Field("vatStatus", "VAT and kind of the rows, the receiver's country, isReverseCharged",
          "the company's own status for this case, by the rules below; that of domestic sales if any row is domestic, "
          "otherwise the first row's", bounds="a status that the company uses for sales", beyond=Beyond.REFUSED),
    Field("language", "language.code, otherwise its name",
          "if Procountor lacks it: English abroad, otherwise the company's country's; the outcome says so"),
    text("notes", "the document's marker (decision 11)", 10_000, "internal, never printed"),
    text("orderReference", "orderNumber", 70),
    text("additionalInformation", "ourReference, yourReference, notes, freeText1, freeText2", 10_000,
         "in this order, one below the other, without HTML; a credit note begins with the number of the invoice that "
         "it credits", lines=True),
    Field("penaltyPercent", "overdueInterest", f"refused below 0 and above {HIGHEST_INTEREST}", scale=2,
          beyond=Beyond.ROUNDED),
)  # fmt: skip

#: POST /invoices, each row.
ROW = (
    Field("productId", "Procountor's product with this code"),
    Field("productCode", "code",
          "several entries: blanks don't count; the same code everywhere: that code, otherwise the default (P1, P3)"),
    text("product", "description", LONGEST_TEXT,
         f"the code if it is blank; {PRODUCT_TEXT} characters, or as many as sales.row_text says; explanationText has "
         "a longer text whole"),
    text("explanationText", "description", LONGEST_TEXT, "the whole text, only if product can't hold it",
         lines=True),
    Field("quantity", "quantity",
          "with its sign; beyond 4 decimals, rounded up or down so that it keeps the row's net; if neither does, the "
          "row is sent as one unit of its net, with quantity and price in its text, and the outcome says so"),
    Field("unit", "measurementUnit",
          "by the table of gateway/rules/codes/units.py; an unknown word is PIECE, and the outcome says so"),
    Field("unitPrice", "unitPrice.amount", "without VAT, with its sign"),
    Field("discountPercent", "always 0"),
    Field("vatPercent", "vatRate", "if it was not in force on the invoice's date, the outcome says so",
          bounds="a percentage that the company uses in Procountor", beyond=Beyond.REFUSED),
    Field("vatStatus", "as the head's, for this row alone", "only if it differs from the head's"),
)  # fmt: skip

#: POST /businesspartners (F5).
PARTNER = (
    text("name", "billingCustomer.name", 80),
    Field("type", "always CUSTOMER"),
    text("address.name", "billingCustomer.name", 80),
    text("address.street", "receiverAddress.addressline", 80),
    text("address.zip", "receiverAddress.postalCode", 20),
    text("address.city", "receiverAddress.city", 40),
    Field("address.country", "receiverAddress.country"),
    Field("invoicingInfo.customerNumber", "billingCustomer.number"),
    Field("invoicingInfo.identifier", "receiverVatNumber, otherwise the customer's vatNumber"),
    Field("invoicingInfo.identifierType", "FI or SE, by the form of the business id", "left out for all others"),
    Field("invoicingInfo.invoiceChannel", "as on the invoice"),
    Field("invoicingInfo.language", "as on the invoice"),
    Field("invoicingInfo.email", "receiverContactEmail, otherwise the customer's email"),
    Field("invoicingInfo.einvoiceAddress", "the customer's eInvoiceAddress", "only if the channel is e-invoice"),
    Field("invoicingInfo.einvoiceOperator", "the customer's eInvoiceOperator", "only if the channel is e-invoice"),
    Field("paymentInfo.paymentMethod", "always BANK_TRANSFER"),
    Field("paymentInfo.currency", "currency.code"),
    Field("registryInfo.active", "always true"),
)

#: POST /products (P2), from the first row that needs it.
PRODUCT = (
    Field("type", "always SALES"),
    text(
        "name",
        "name of the product, work type or travel expense type",
        100,
        "otherwise the row's description or the code",
    ),
    Field("code", "code", bounds=f"{LONGEST_CODE} characters, all in Windows-1252", beyond=Beyond.REFUSED),
    Field("unit", "measurementUnit of the product", "otherwise the row's"),
    Field("discount", "always 0"),
    Field("price", "unitPrice.amount of the product", "otherwise the row's; 0 means none"),
    Field("active", "always true"),
    Field("currency", "unitPrice.currencyCode of the product", "otherwise the invoice's"),
    Field("vat", "vatRate", "of the row"),
    Field("defaultAccount", "salesAccount.number", "left out if the row has none (L1)"),
)
