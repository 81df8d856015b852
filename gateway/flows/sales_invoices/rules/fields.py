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

_CHANNEL = "refused when it is blank and the channel is mail or e-invoice"

#: POST /invoices, the head.
INVOICE = (
    Field("partnerId", "the partner that matches (M1-M5)"),
    Field("type", "always SALES_INVOICE", "credit notes too; their amounts keep Severa's signs"),
    Field("date", "date", "refused if Severa has none"),
    Field("counterParty.identifier", "receiverVatNumber, else the customer's vatNumber",
          "FI and Åland 1234567-8, SE 556016-0680, all others as they are",
          bounds="check digit", beyond=Beyond.REFUSED),
    Field("counterParty.taxCode", "the same, as a VAT number with its country code",
          "only for a sale to another EU country (Finland and Sweden too); left out where it is none, and the outcome "
          "says so"),
    Field("counterParty.customerNumber", "billingCustomer.number"),
    text("counterParty.contactPersonName", "receiverContactName / senderContactName", 28,
         "both joined by /, or the one that is there; the other way round where sales.contact_persons says so"),
    Field("counterParty.email", "receiverContactEmail, else the customer's email",
          "only where the channel is e-mail; the first address of the text, the outcome names the others"),
    Field("counterParty.einvoiceAddress.address", "the customer's eInvoiceAddress",
          "only where the channel is e-invoice; without blanks, by the rules of addresses below"),
    Field("counterParty.einvoiceAddress.operator", "the customer's eInvoiceOperator",
          "only where the channel is e-invoice; without blanks, by the rules of addresses below"),
    text("counterParty.counterPartyAddress.name", "receiverCustomerName, else billingCustomer.name", 80,
         "refused when both are blank"),
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
          "in the invoice's currency (of all, where there is none): the one of sales.bank_account, else that of the "
          "business unit in Severa, else the default one (L2)", bounds="IBAN with its check digits",
          beyond=Beyond.REFUSED),
    Field("paymentInfo.dueDate", "dueDate", bounds=f"0-{LONGEST_TERM} days after the date", beyond=Beyond.REFUSED),
    Field("paymentInfo.currencyRate", "currencyRate, divided by Severa's rate of the company's currency",
          "foreign units for one of the company's currency, 1 in its own; turned over where that is nearer to "
          "Procountor's rate of the day; then, and where it is 1 in another currency, the outcome says so",
          bounds=f"above 0, at most {HIGHEST_RATE}, near Procountor's (V2)", beyond=Beyond.REFUSED),
    Field("paymentInfo.bankReferenceCode", "referenceNumber",
          "RF, or Finnish in a Finnish company, with a right check digit; else, and where sales.bank_reference says "
          "so, empty, and Procountor makes one",
          kept=True),
    Field("extraInfo.accountingByRow", "always true"),
    Field("extraInfo.unitPricesIncludeVat", "always false"),
    Field("discountPercent", "always 0", "discounts are rows of their own in Severa"),
    Field("invoiceRows", "the rows, in Severa's order",
          "the total with VAT is reckoned row by row; where it differs by rounding, the outcome says so",
          bounds="they sum to totalExcludingTax within 0.01 a row, at most 0.50, and to totalIncludingTax within 0.02 "
          "a row, at most 1.00 (T3)", beyond=Beyond.REFUSED),
    Field("invoiceChannel", "what is known of the customer", "e-invoice, else e-mail, else mail (E1-E3)"),
    Field("originalInvoiceNumber", "number"),
    Field("vatStatus", "VAT and kind of the rows, the receiver's country, isReverseCharged",
          "the company's own status of this case, by the rules below; that of domestic sales wherever a row is one, "
          "else the first row's", bounds="one that the company has for sales", beyond=Beyond.REFUSED),
    Field("language", "language.code, else its name",
          "where Procountor lacks it: English abroad, else that of the company's country; the outcome says so"),
    text("notes", "the document's marker (decision 11)", 10_000, "internal, never printed"),
    text("orderReference", "orderNumber", 70),
    text("additionalInformation", "ourReference, yourReference, notes, freeText1, freeText2", 10_000,
         "in this order, one below the other, without HTML; a credit note begins with the number of the invoice that "
         "it reimburses", lines=True),
    Field("penaltyPercent", "overdueInterest", f"refused below 0 and above {HIGHEST_INTEREST}", scale=2,
          beyond=Beyond.ROUNDED),
)  # fmt: skip

#: POST /invoices, each row.
ROW = (
    Field("productId", "Procountor's product with this code"),
    Field("productCode", "code",
          "several entries: blanks don't count, all the same: that one, else the default of the row's kind (P1, P3)"),
    text("product", "description", LONGEST_TEXT,
         f"the code where it is blank; {PRODUCT_TEXT} characters, or as many as sales.row_text says: a longer text "
         "stands whole in explanationText"),
    text("explanationText", "description", LONGEST_TEXT, "the whole text, only where product doesn't hold it",
         lines=True),
    Field("quantity", "quantity",
          "with its sign; beyond 4 decimals rounded to the side that keeps the row's net; where neither does the row "
          "goes as one unit of its net, with quantity and price in its text, and the outcome says so"),
    Field("unit", "measurementUnit",
          "by the table of gateway/rules/codes/units.py; an unknown word is PIECE, and the outcome says so"),
    Field("unitPrice", "unitPrice.amount", "without VAT, with its sign"),
    Field("discountPercent", "always 0"),
    Field("vatPercent", "vatRate", "where the law had it not on the invoice's date, the outcome says so",
          bounds="one that the company uses in Procountor", beyond=Beyond.REFUSED),
    Field("vatStatus", "as the head's, of this row alone", "only where it is another than the head's"),
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
    Field("invoicingInfo.identifier", "receiverVatNumber, else the customer's vatNumber"),
    Field("invoicingInfo.identifierType", "FI or SE, by the form of the business id", "left out for all others"),
    Field("invoicingInfo.invoiceChannel", "as on the invoice"),
    Field("invoicingInfo.language", "as on the invoice"),
    Field("invoicingInfo.email", "receiverContactEmail, else the customer's email"),
    Field("invoicingInfo.einvoiceAddress", "the customer's eInvoiceAddress", "only where the channel is e-invoice"),
    Field("invoicingInfo.einvoiceOperator", "the customer's eInvoiceOperator", "only where the channel is e-invoice"),
    Field("paymentInfo.paymentMethod", "always BANK_TRANSFER"),
    Field("paymentInfo.currency", "currency.code"),
    Field("registryInfo.active", "always true"),
)

#: POST /products (P2), from the first row that needs it.
PRODUCT = (
    Field("type", "always SALES"),
    text("name", "name of the product, work type or travel expense type", 100, "else the row's description, the code"),
    Field("code", "code", bounds=f"{LONGEST_CODE} characters, all of Windows-1252", beyond=Beyond.REFUSED),
    Field("unit", "measurementUnit of the product", "else the row's"),
    Field("discount", "always 0"),
    Field("price", "unitPrice.amount of the product", "else the row's; 0 is none"),
    Field("active", "always true"),
    Field("currency", "unitPrice.currencyCode of the product", "else the invoice's"),
    Field("vat", "vatRate", "of the row"),
    Field("defaultAccount", "salesAccount.number", "left out where the row has none (L1)"),
)
