"""The tables of docs/fields.md for travel reimbursements, as data. Paths are those of Procountor's models."""

from __future__ import annotations

from gateway.rules.fields import LONGEST_TEXT, PRODUCT_TEXT, Beyond, Field, text

#: POST /invoices, the head.
INVOICE = (
    Field("partnerId", "the person with the user's personal identity number (R1)"),
    Field("type", "always TRAVEL_INVOICE"),
    Field("date", "date", "refused if Severa has none"),
    text("counterParty.counterPartyAddress.name", "first and last name of the user", 80),
    Field("counterParty.bankAccount.accountNumber", "the user's bankAccountNumber",
          "read for the transfer alone", bounds="IBAN with its check digits", beyond=Beyond.REFUSED),
    Field("paymentInfo.paymentMethod", "always BANK_TRANSFER"),
    Field("paymentInfo.currency", "currency of the total", "one for the head and all lines"),
    Field("paymentInfo.bankAccount.accountNumber", "the company's own account in Procountor",
          "in the reimbursement's currency (among all, if there is none): the default for payments"),
    Field("paymentInfo.dueDate", "date", "plus travel.payment_term days"),
    Field("paymentInfo.currencyRate", "Procountor's rate of the day",
          "1 in the company's own currency; otherwise the outcome says so"),
    Field("extraInfo.accountingByRow", "always true"),
    Field("extraInfo.unitPricesIncludeVat", "always true", "so that the user gets back to the cent what was paid"),
    Field("discountPercent", "always 0"),
    Field("invoiceRows", "the expenses by their day",
          "only those that the user paid for; the outcome names the others",
          bounds="they sum to the total within 0.01 per line, at most 0.50 (T3)", beyond=Beyond.REFUSED),
    Field("invoiceChannel", "always NO_SENDING"),
    Field("originalInvoiceNumber", "number"),
    text("notes", "the document's marker (decision 11)", 10_000, "internal, never printed"),
    text("additionalInformation", "title, advancePayment", 10_000,
         "the advance in words: Procountor has no field for it, so the outcome says it too", lines=True),
    Field("travelInformationItems", "title", "one item, whose purpose has at most 255 characters"),
)  # fmt: skip

#: POST /invoices, `travelInformationItems`.
TRAVEL = (text("purpose", "title", 255),)

#: POST /invoices, each row.
ROW = (
    Field("productId", "the product of Procountor's travel register",
          "with this code, valid on the day of the expense (P4)",
          bounds="exactly one", beyond=Beyond.REFUSED),
    Field("productCode", "code of the travel expense type", "never a default code"),
    text("product", "description, otherwise the type's name", LONGEST_TEXT,
         f"{PRODUCT_TEXT} characters, or as many as travel.row_text says; explanationText has a longer text whole"),
    text("explanationText", "the same", LONGEST_TEXT, "the whole text, only if product can't hold it", lines=True),
    text("comment", "eventDate and the type's name", 512),
    Field("quantity", "quantity",
          "an allowance has at most 4 decimals, or is refused; of another expense, more decimals make it one unit of "
          "its cost, and the outcome says so"),
    Field("unit", "the register's unit", "otherwise measurementUnit, otherwise NO_UNIT"),
    Field("unitPrice", "unitCost.amount", "with purchase VAT",
          bounds="of an allowance, the register's price, where it has one", beyond=Beyond.REFUSED),
    Field("discountPercent", "always 0"),
    Field("vatPercent", "purchaseVatRate", "0 for an allowance, and if Severa has none",
          bounds="a percentage that the company uses for purchases", beyond=Beyond.REFUSED),
)  # fmt: skip
